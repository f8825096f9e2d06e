#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest in the PV shim, on Debian's own hypervisor, used as an administrator does:
# memory taken and given back, disk and network, pause, sysrq, save and restore, live
# migration to the same host. Another one has two vcpus.
# Fails when: the shim or the kernel in it cannot do what a bare guest can, but for what
# the table in Documentation/arch/x86/mach-xen/testing.rst has.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

cat >"$T/script" <<'END'
info=/sys/devices/system/xen_memory/xen_memory0/info
up() { create && ready 1200; }
# reached MIB KIB: a target of so much is set, and so much the guest comes to have
reached() { xl mem-set guest "$1" && memory_is "$2" 100; }
logged() { guest "n=0; until dmesg | grep -q '$1'; do n=\$((n + 1)); [ \$n -lt 40 ] || exit 1; sleep 0.5; done"; }
disk()
{
	guest "dd if=/dev/urandom of=/tmp/data bs=64k count=32 2>/dev/null
		dd if=/tmp/data of=/dev/xvda bs=64k oflag=direct 2>/dev/null &&
		dd if=/dev/xvda of=/tmp/back bs=64k count=32 iflag=direct 2>/dev/null &&
		cmp /tmp/data /tmp/back" 300
}
net_up()
{
	guest "for d in /sys/class/net/*/device/nodename; do d=\${d%/device/*}; d=\${d##*/}; done
		ip addr add 10.0.0.2/24 dev \$d && ip link set \$d up && ping -c 2 -w 60 10.0.0.1" 300
}
net()
{
	guest "wget -q -O /tmp/in http://10.0.0.1/net && md5sum </tmp/in" 300 >/tmp/sum &&
		[ "$($bb cut -d' ' -f1 /tmp/sum)" = "$($bb md5sum </tmp/net | $bb cut -d' ' -f1)" ]
}
# time_kept: the guest's clock is as far from dom0's as it was first, to within a second.
# How far, the shim decides at its start.
time_kept()
{
	t0=$($bb date +%s)
	t=$(guest "date +%s" 300) || return
	t1=$($bb date +%s)
	low=$((t - t1)) high=$((t - t0))
	echo "the guest's clock is ahead by $low to $high s, first by ${low0:=$low} to ${high0:=$high} s"
	[ "$low" -le $((high0 + 1)) ] && [ "$high" -ge $((low0 - 1)) ]
}
paused()
{
	xl pause guest && $bb sleep 5 && xl unpause guest && guest true 300
}

$bb dd if=/dev/urandom of=/tmp/net bs=64k count=16 2>/dev/null
$bb httpd -h /tmp
ok "the guest comes up" up
# The shim keeps some for itself.
all=$(guest "cat $info/current_kb" | $bb tail -n 1)
fact memory_kb "$all"
time_kept >/tmp/offset
$bb sed 's/^/mach-xen: rig: # /' /tmp/offset
ok "a disk is written to and read" disk
ok "a network interface" net_up
ok "data comes over it" net
ok "xl mem-set: down" reached 120 122880
ok "xl mem-set: up again" reached 160 "$all"
ok "xl pause, xl unpause" paused
ok "xl sysrq" xl sysrq guest h
ok "the guest's kernel hears it" logged 'sysrq: HELP'
ok "xl trigger nmi" xl trigger guest nmi 0
for how in save_restore migrate; do
	ok "$how" $how
	ok "$how: the guest answers" guest true 300
	ok "$how: the clock has gone on" time_kept
	ok "$how: the disk" disk
	ok "$how: the network" net
	ok "$how: xl mem-set: down" reached 120 122880
	ok "$how: xl mem-set: up again" reached 160 "$all"
done
ok "the guest's kernel does not hear of the NMI" guest "! dmesg | grep 'NMI received'"
ok "the guest ends" bye 300
done_testing
END
truncate -s 8M "$T/disk.img"
# What xl asks for here: the save and the restore, by Xen and by the shim, and the NMI
xen_may_say="$xen_may_say|HVM.* (save|restore): |d[0-9]*v[0-9]*: upcall vector"
xen_may_say="$xen_may_say|Initialised PV console|NMI - PCI system error|printk: .* suppressed"
entry shim --disk "$T/disk.img" --script "$T/script"
entry cpus
done_testing
