#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The loader that "make check" leaves out, pygrub, and more in guests of xl: the
# self-check, high memory, several vcpus; the other forms of the image to user space.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

boot pygrub pygrub --mem 160 --run report --timeout 600
ok "pygrub: user space reached, the guest switched itself off" booted
ok "pygrub: nothing of the kernel's is a complaint" kernel_content
ok "pygrub: Xen has no complaint about the guest" guest_content
ok "pygrub: it read the guest's disk" has 'bootloader'
ok "pygrub: entry" fact_is mach_xen/entry xen-pv-guest
ok "pygrub: everything is where xen-image's plan says" \
	"$top/tools/xen-image/tests/compare-xl-log" \
	"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" "$MX_KERNEL" 160 "$log"
ok "pygrub: the kernel itself says so too" info_planned domu "$MX_KERNEL" 160

for how in domu pvgrub2 shim; do
	boot "$how-selfcheck" $how --mem 256 --run selfcheck --timeout 1200
	ok "$how: user space reached, the guest switched itself off" booted
	ktap selfcheck
	ok "$how: nothing of the kernel's is a complaint" kernel_content
	if [ $how = shim ]; then
		ok "$how: the shim has no complaint" shim_content
	else
		ok "$how: Xen has no complaint about the guest" guest_content
	fi
done
boot domu-vcpus domu --mem 256 --vcpus 4 --cmdline machxen.cpus=4 --run report,smp --timeout 1200
ok "4 vcpus of xl's: user space reached, the guest switched itself off" booted
ok "4 vcpus of xl's: they run" fact_is cpus 4
ktap smp
ok "4 vcpus of xl's: nothing of the kernel's is a complaint" kernel_content
ok "4 vcpus of xl's: Xen has no complaint about the guest" guest_content

boot domu-2048 domu --mem 2048 --run report,memfill --timeout 1200
ok "2 GiB of xl's: user space reached, memory filled" booted
ok "2 GiB of xl's: more than half is high memory" between HighTotal 1000000 1500000
ktap memfill
ok "2 GiB of xl's: nothing of the kernel's is a complaint" kernel_content
ok "2 GiB of xl's: Xen has no complaint about the guest" guest_content

# form NAME HOW LOADER IMAGE: reaches user space as that loader's guest
form()
{
	boot "$1-$2" "$2" --mem 160 --run report --timeout 600 --kernel "$4"
	ok "$1, $2: user space reached, the guest switched itself off" booted
	ok "$1, $2: nothing of the kernel's is a complaint" kernel_content
	ok "$1, $2: the kernel is where xen-image's plan says" info_planned "$3" "$4" 160
}
vmlinuz=$(dirname "$MX_VMLINUX")/vmlinuz
gzip -dc "$vmlinuz" >"$T/vmlinux"
ok "old-legacy is made" "$top/tools/xen-image/tests/reform" \
	"$T/vmlinux" "$T/old-legacy" old legacy
for how in domu pvgrub2 shim; do
	form vmlinuz $how $how "$vmlinuz"
done
for how in domu pvgrub2; do
	form old-legacy $how $how "$T/old-legacy"
done
done_testing
