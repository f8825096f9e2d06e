#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Xen watches what guests write into entries that are not present, as on a CPU with the
# L1TF fault (pv-l1tf=domu,dom0): where such an entry has the address of memory, it puts
# the guest into shadow mode, or without CONFIG_SHADOW_PAGING crashes it. The guest swaps
# and changes protections.
# Fails when: a swap entry, or an entry without access, has an address that is not inverted.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

cat >"$T/script" <<'END'
up() { create && ready; }
# Sectors, read and written
swapped() { guest "awk '{ print \$3, \$7; exit \$3 < 20000 || \$7 < 20000 }' /sys/block/xvda/stat"; }

ok "the guest comes up" up
ok "it has a place to swap to" guest "mkswap /dev/xvda && swapon /dev/xvda"
# As much as the guest has, so half of it is on the disk.
ok "the load starts" loads 100
ok "protections, forks, faults: the self-check" \
	guest "/tests/selfcheck >/tmp/self || { sed 's/^/# /' /tmp/self; false; }" 900
$bb sleep 30
loads_end
ok "it has swapped, out and in" swapped
ok "the guest ends" bye
done_testing
END
truncate -s 256M "$T/disk.img"
entry swap --disk "$T/disk.img" --script "$T/script"
entry dom0
done_testing
