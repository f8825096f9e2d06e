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

entry 16-xen
entry 16-grub

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
smallest grub 40
smallest domu 41

# Last, as the module makes the initrd larger, and with it the least memory.
with_module
entry pgd
done_testing
