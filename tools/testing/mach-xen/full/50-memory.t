#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Much memory and little, in both worlds: 16 GiB, written and read back, most of it
# high memory; and the least with which user space comes up, as the README has it, and
# printed where less will do. What limits it is the loader, which says so.
# Fails when: a frame number or a size is kept in 32 bits, the map of 4 GiB and more is
# not read, or a start needs more memory than it did.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

for how in xen grub; do
	boot "16-$how" $how --mem 16384 --run report,memfill --timeout 3000
	ok "16 GiB, $how: user space reached, memory filled, machine off" booted
	ok "16 GiB, $how: nearly all of it arrives" \
		between MemTotal $((15700 * 1024)) $((16384 * 1024))
	ktap memfill
	ok "16 GiB, $how: nothing of the kernel's is a complaint" kernel_content
	[ $how = xen ] || continue
	ok "16 GiB, xen: Xen has no complaint" xen_content
	ok "16 GiB, xen: everything is where xen-image's plan says" planned 16384
	ok "16 GiB, xen: the fixmap ends below the hole that Xen gave" \
		below_hole 'f[e-f][0-9a-f]{6}'
done

# smallest HOW STATED: of the test kernel
smallest()
{
	least=
	mib=$2
	while [ "$mib" -gt 8 ]; do
		boot "least-$1-$mib" "$1" --mem "$mib" --run report --timeout 400
		[ "$boot_rc" -eq 0 ] || break
		least=$mib
		mib=$((mib - 1))
	done
	echo "# $1: user space comes up with ${least:-more than $2} MiB, not with $mib: $boot_says"
	ok "$1: user space comes up with $2 MiB, as the README says" [ -n "$least" ]
}
smallest xen 41
smallest grub 31
smallest domu 37

# The feature pae_pgdir_above_4gb: of frames that high, Xen gives a large domain most.
# Last, as the module makes the initrd larger, and with it the least memory.
with_module
boot pgd xen --mem 6144 --run wx --timeout 600
ok "6 GiB: user space reached, machine off" booted
ok "6 GiB: the page directory of a process is above 4 GiB" \
	fact_is pgd_frame '[1-9a-f][0-9a-f]{5,}'
ok "6 GiB: Xen has no complaint" xen_content
ok "6 GiB: nothing of the kernel's is a complaint" kernel_content
done_testing
