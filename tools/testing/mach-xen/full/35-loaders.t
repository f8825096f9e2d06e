#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The loaders that "make check" leaves out, and more of those it has: pygrub, QEMU's
# -kernel, and the self-check in guests of xl.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

boot pygrub pygrub --mem 160 --run report --timeout 600
ok "pygrub: user space reached, the guest switched itself off" booted
ok "pygrub: nothing of the kernel's is a complaint" kernel_content
ok "pygrub: it read the guest's disk" has 'bootloader'
ok "pygrub: entry" fact_is mach_xen/entry xen-pv-guest
ok "pygrub: everything is where xen-image's plan says" \
	"$top/tools/testing/mach-xen/xen-image/compare-xl-log" \
	"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" "$MX_KERNEL" 160 "$log"
ok "pygrub: the kernel itself says so too" info_planned domu "$MX_KERNEL" 160

for how in domu pvgrub2 shim; do
	boot "$how-selfcheck" $how --mem 256 --run selfcheck --timeout 1200
	ok "$how: user space reached, the guest switched itself off" booted
	ktap selfcheck
	ok "$how: nothing of the kernel's is a complaint" kernel_content
done
boot domu-vcpus domu --mem 256 --vcpus 4 --cmdline machxen.cpus=4 --run report,smp --timeout 1200
ok "4 vcpus of xl's: user space reached, the guest switched itself off" booted
ok "4 vcpus of xl's: they run" fact_is cpus 4
ktap smp
ok "4 vcpus of xl's: nothing of the kernel's is a complaint" kernel_content
done_testing
