#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The image as initial domain of a real Xen, in ring 1: the guest must find
# itself a PV guest of the hypervisor we built, with the memory it was given,
# and Xen must have nothing to complain about from its first instruction to
# the power switch.
# Fails when: the loader's notes, the start of day, the page tables, the traps
# or the way down do something Xen refuses, emulates or does not know.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

# A disk for the BIOS, of which the kernel has no driver
{ head -c 440 /dev/zero; printf '\276\272\376\312'; head -c 66 /dev/zero; printf '\125\252'; } >"$T/disk"
truncate -s 16M "$T/disk"
boot xen xen --mem 256 --run report --timeout 180 \
	--qemuflags "-drive if=ide,format=raw,file=$T/disk"
ok "user space reached, report passed, machine off" booted
ok "Xen takes it for a 32-bit PAE kernel" \
	has '\(XEN\).*(Dom0 kernel: 32-bit, PAE|32-bit.*PAE)'
ok "Xen has no complaint" xen_content
ok "nothing of the kernel's is a complaint" kernel_content
ok "no page is writable and executable" has 'Checked W\+X mappings: passed'
ok "guest type PV" fact_is hypervisor/guest_type PV
ok "hypervisor xen" fact_is hypervisor/type xen
ok "Xen 4.17" \
	[ "$(fact hypervisor/version/major).$(fact hypervisor/version/minor)" = 4.17 ]
ok "the guest starts below the hypervisor" \
	fact_is hypervisor/properties/virtual_start '(0x)?f[0-9a-f]{7}'
ok "features are reported" fact_is hypervisor/properties/features '[0-9a-f]+'
ok "the kernel is i686" fact_is uname '.* i686'
# The bounce buffers of an initial domain are 64 MiB; the rest arrives.
ok "most of 256 MiB arrive" between MemTotal 170000 262144
ok "console is hvc0" fact_is console '(.* )?hvc0'
# An initial domain is never moved: upstream prefers the TSC there, where it is
# taken for stable (xen_time_init).
ok "clock source is Xen's or the TSC" fact_is clocksource 'xen|tsc'
ok "Xen's clock source is there" fact_is clocksources '(.* )?xen( .*)?'
ok "timer is Xen's" fact_is clockevent xen
ok "the log says: entered as Xen PV guest" fact_is entered 'entered as Xen PV initial domain.*'
ok "PCI devices are seen by the initial domain" \
	fact_is pci '[1-9][0-9]*'
ok "the BIOS's word on the disk is known: its size" fact_is edd_sectors 32768
ok "the BIOS's word on the disk is known: its signature" fact_is edd_mbr '0xcafebabe'
ok "the host's MTRRs are known" fact_is mtrr '[1-9].* from [1-9][0-9]* variable MTRRs'
ok "page table isolation does not claim to be there" \
	fact_lacks vulnerability/meltdown 'Mitigation: PTI'
ok "no CPU feature that a guest cannot use" \
	fact_lacks cpu_flags '(^| )(vme|pge|pcid|svm|vmx|smep|smap)( |$)'
ok "Xen switched the machine off" \
	has '\(XEN\).*(Preparing system for ACPI S5|Entering ACPI S5|Hardware Dom0 halted)'
ok "everything is where xen-image's plan says" planned 256
ok "entry: Xen PV initial domain" fact_is mach_xen/entry xen-pv-initial-domain
ok "no PV shim" fact_is mach_xen/pv_shim no
ok "the hypervisor begins where it says itself" \
	[ "$(fact mach_xen/hypervisor_start)" = "$(fact hypervisor/properties/virtual_start)" ]
ok "the kernel itself says so too" info_planned dom0 "$MX_KERNEL" 256
common_facts
done_testing
