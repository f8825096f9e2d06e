#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same file from GRUB's linux command, with no hypervisor: a plain PC kernel
# and no trace of Xen but the one line that says how it was entered.
# Fails when: the image needs VIRT_BASE added to be loaded, the hypervisor hole
# or a Xen feature is there without Xen, or paravirt is not patched back.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boot grub grub --mem 256 --run report --timeout 120 --cmdline nokaslr
ok "user space reached, report passed, machine off" booted
ok "nothing of the kernel's is a complaint" kernel_content
# On bare metal this cannot fail with PAE (tests/wx says why): 62-textpatch.t looks itself.
ok "the kernel looked for pages that are writable and executable" has 'Checked W\+X mappings: passed'
ok "the firmware is BIOS" lacks '^efi: EFI'
ok "no hypervisor in sysfs" fact_is hypervisor none
ok "the log says: entered by the boot protocol" \
	fact_is entered 'entered by the boot protocol.*'
ok "no other trace of Xen in the log" fact_is xen_lines '0|1'
ok "most of 256 MiB arrive" between MemTotal 200000 262144
ok "console is ttyS0" fact_is console '(.* )?ttyS0'
ok "clock source is none of Xen's" fact_lacks clocksources xen
ok "timer is none of Xen's" fact_is clockevent 'lapic.*|hpet.*|pit'
ok "what Xen masks is here" fact_is cpu_flags '.* pge .*'
ok "PCI devices are seen" fact_is pci '[1-9][0-9]*'
ok "entry: boot protocol" fact_is mach_xen/entry boot-protocol
ok "the loader is GRUB" fact_is mach_xen/loader '0x7[0-9a-f] GRUB'
ok "no PV shim" fact_is mach_xen/pv_shim no
ok "no hypervisor's hole" fact_is mach_xen/hypervisor_start 00000000
ok "the fixmap has the top page but one" fact_is mach_xen/fixmap_top fffff000
ok "the kernel is where xen-image's plan says" \
	info_planned grub-bios "$MX_KERNEL" 256
ok "its initrd is no higher than the plan says" initrd_below grub-bios "$MX_KERNEL" 256
common_facts
done_testing
