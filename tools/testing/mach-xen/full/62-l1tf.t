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
# One that has the fault. Of others Xen takes every address for a bad one.
cpu=Haswell,-smap,-smep
truncate -s 256M "$T/disk.img"
boot swap domu --mem 112 --vcpus 2 --script "$T/script" --timeout 1500 --disk "$T/disk.img" \
	--cpu $cpu --xen-cmdline pv-l1tf=domu,dom0
ok "the guest switched itself off" booted
rig_results
ok "the CPU has the fault" has 'L1TF: believed vulnerable'
ok "Xen watches" has 'PV L1TF shadowing: Dom0 enabled, DomU enabled'
ok "nothing of the kernel's is a complaint" kernel_content
ok "Xen found no entry that is vulnerable" lacks 'L1TF-vulnerable'
ok "Xen has no complaint about the guest" guest_content

boot dom0 xen --mem 256 --run selfcheck --timeout 400 --cpu $cpu --xen-cmdline pv-l1tf=domu,dom0
ok "initial domain: machine off" booted
ktap selfcheck
ok "initial domain: Xen watches" has 'PV L1TF shadowing: Dom0 enabled, DomU enabled'
ok "initial domain: nothing of the kernel's is a complaint" kernel_content
ok "initial domain: Xen has no complaint" xen_content
done_testing
