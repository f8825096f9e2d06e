#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The firmware's table names CPUs that do not answer: they are named, the others
# come up, and the boot is delayed once and not once for each. The table is one
# of ours, which the kernel takes from the initrd instead of the firmware's.
# Guest time is counted in instructions, one for 8 ns, so a busy host does not change it,
# and few enough of them make a second.
# Fails when: each dead CPU costs a second, or the base kernel's ten, or another CPU.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/smp.sh"

# milliseconds: of kernel time, between two lines of the log
milliseconds()
{
	awk -v a="$1" -v b="$2" '
		match($0, /\[ *[0-9]+\.[0-9]+\]/) { t = substr($0, RSTART + 1, RLENGTH - 2) + 0 }
		index($0, a) && !from { from = t }
		index($0, b) { printf "%d\n", 1000 * (t - from); exit }' "$log"
}

MX_PLAIN=$MX_INITRD
ok "a table with CPUs 0 to 3, and 5, 9 and 17" with_madt 0 1 2 3 5 9 17
MX_INITRD=$T/madt.gz
entry missing
MX_INITRD=$MX_PLAIN
for id in 5 9 17; do
	ok "APIC ID $id is named" has "rendezvous: the CPU with APIC ID $id does not answer"
done
ok "no other one" [ "$(grep -c 'does not answer' "$log")" = 3 ]
took=$(milliseconds 'smp: Bringing up secondary CPUs' 'smp: Brought up')
ok "one wait of a second for the three of them: ${took:-?} ms of guest time" \
	[ "${took:-9999}" -ge 1000 -a "${took:-9999}" -lt 2000 ]
done_testing
