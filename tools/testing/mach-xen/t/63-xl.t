#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What an administrator does to a running guest: vcpus off and on, pause, sysrq, NMI, a
# core dump, a console that is flooded. An unprivileged program removes an LDT entry that
# its other thread has in a segment register, on two vcpus that share a real CPU: Xen
# cannot load the register when it switches to that vcpu, and calls the failsafe callback,
# wherever the kernel was. In the end the guest crashes, and the tool stack does what
# on_crash says.
# Fails when: a vcpu that goes does not go, or does not come back; time is wrong after a
# pause; a byte of the console is lost; the guest does not notice what it is sent; the
# callback handles events where the kernel had them masked, comes with events open, or does
# not go back to where it came from.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

cat >"$T/script" <<'END'
cpu=/sys/devices/system/cpu
up() { create && ready; }
# vcpus N LIST: the guest has those online, once what came back is switched on
vcpus()
{
	xl vcpu-set --ignore-host guest "$1" || return
	guest "n=0; while [ \$n -lt 60 ]; do
			for o in $cpu/cpu[1-9]*/online; do
				[ ! -e \$o ] || [ \$(cat \$o) = 1 ] || [ $1 -lt 3 ] || echo 1 >\$o
			done
			[ \$(cat $cpu/online) != $2 ] || exit 0
			n=\$((n + 1)); sleep 0.5
		done; cat $cpu/online; exit 1"
}
logged() { guest "n=0; until dmesg | grep -q '$1'; do n=\$((n + 1)); [ \$n -lt 40 ] || exit 1; sleep 0.5; done"; }
flood()
{
	guest "n=0; while [ \$n -lt 40 ]; do seq 1000; n=\$((n + 1)); done" 300 >/tmp/flood || return
	n=0
	while [ $n -lt 40 ]; do $bb seq 1000; n=$((n + 1)); done >/tmp/want
	$bb cmp /tmp/flood /tmp/want
}
crashed()
{
	guest "echo 1 >/proc/sys/kernel/sysrq"
	guest_start "echo c >/proc/sysrq-trigger"
	gone 60 && $bb ls -l /var/lib/xen/dump && set -- /var/lib/xen/dump/* && [ -s "$1" ]
}
dumped()
{
	xl dump-core guest /tmp/core && $bb ls -l /tmp/core &&
		[ "$($bb stat -c %s /tmp/core)" -gt $((150 * 1048576)) ] && $bb rm /tmp/core
}

$bb mkdir -p /var/lib/xen/dump
ok "the guest comes up" up
ok "three vcpus" vcpus 3 0-2
for round in 1 2 3; do
	ok "round $round: xl vcpu-set 1" vcpus 1 0
	ok "round $round: xl vcpu-set 3" vcpus 3 0-2
done
ok "a segment goes away again and again" guest "/tests/smpcheck ldt 40" 200
$bb sed -n 's/\r//; s/^# \([0-9]* rounds, after .*\)/mach-xen: rig: # \1/p' $console
ok "all CPUs run after that" guest "/tests/smpcheck >/dev/null"
ok "paused for 20 seconds" paused 20
ok "xl sysrq" xl sysrq guest h
ok "the guest's kernel hears it" logged 'sysrq: HELP'
ok "xl trigger nmi" xl trigger guest nmi 0
ok "the guest's kernel hears it" logged 'NMI received for unknown reason'
ok "xl dump-core" dumped
ok "the guest goes on" guest true
ok "no byte of the console is lost: 40000 lines" flood
ok "on_crash: the guest is dumped and destroyed" crashed
done_testing
END
entry xl --script "$T/script" --no-verdict
rig_results
done_testing
