#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The image in the PV shim, on Debian's own hypervisor, which has no 32-bit PV: the
# tool stack starts a PVH guest, whose kernel is a Xen for one domain.
# Fails when: the shim does not take the image, or puts it elsewhere than planned.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boot shim shim --mem 160 --run report --timeout 900
ok "user space reached, the guest switched itself off" booted
ok "nothing of the kernel's is a complaint" kernel_content
ok "the shim has no complaint" shim_content
ok "the shim takes it for a 32-bit PAE kernel" has '^\(XEN\).*Dom0 kernel: 32-bit, PAE'
ok "guest type PV" fact_is hypervisor/guest_type PV
ok "entry: Xen PV guest" fact_is mach_xen/entry xen-pv-guest
ok "the fixmap ends below a 64-bit hypervisor's hole" below_hole f5800000
ok "the PV shim cannot be told: it answers CPUID itself" fact_is mach_xen/pv_shim unknown
ok "everything is where xen-image's plan says, less what the shim keeps" \
	"$top/tools/testing/mach-xen/xen-image/compare-xen-log" --shim \
	"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" "$MX_KERNEL" 160 "$log"
ok "the kernel itself says so too" info_planned shim "$MX_KERNEL" 160
common_facts
done_testing
