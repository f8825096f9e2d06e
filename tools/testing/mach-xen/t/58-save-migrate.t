#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest with three vcpus and high memory is saved and restored, and migrates live to the
# same host, three times each, while it computes, fills memory, reads clocks, writes to its
# disk and sends over the network. One vcpu is off meanwhile, and comes back. The balloon
# keeps what it has. The hypervisor has shadow paging.
# Fails when: a page table, a descriptor table or a temporary mapping keeps a frame of the
# domain that was; the hypervisor cannot follow which pages the guest writes, or the guest
# writes page tables behind its back; a clock goes back or stands; a vcpu has no trap table
# when another one than the first brings it up; a timer or an event channel is lost; the
# balloon gives back what it had; the disk loses a write, or a TCP connection a line; a
# driver that connects again keeps the memory it had.
# Starts first: it takes long.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/loads.sh"
with_module

# full/65-hundred.t wants more.
cycles=${MX_CYCLES:-3}
{
	load_words
	echo "cycles=$cycles"
	cat <<'END'
cpu=/sys/devices/system/cpu
up() { create && ready; }
# has MIB: so much memory the guest has, and so much the tool stack says it has
has() { memory_is $(($1 * 1024)) && xl list guest && xl list guest | $bb grep -q "^guest *[0-9]* *$1 "; }
# still CYCLE, DEED: after that the guest is as it was
still()
{
	ok "$1, $2: the guest answers" guest "true"
	ok "$1, $2: time is right" same_time
	ok "$1, $2: what was mapped is mapped" mapped
	ok "$1, $2: the vcpu that was off is off" guest "[ \$(cat $cpu/online) = 0-1 ]"
	ok "$1, $2: the balloon has what it had" has 160
	ok "$1, $2: the connection is there" more_lines
}
ok "the guest comes up" up
ok "time is right" same_time
ok "CPU 1 brings up CPU 2" cpu2_on
ok "a module that keeps pages mapped" guest "insmod /tests/mx_live.ko"
ok "pages of high memory" guest "cat /proc/mx_live; grep -q 'high=4 ' /proc/mx_live"
ok "events are handled on the interrupt stack" \
	guest "cat /proc/mx_live; grep -qx 'event: on the interrupt stack' /proc/mx_live"
ok "the balloon takes 32 MiB" eval 'xl mem-set guest 160 && has 160'
ok "the disk is in use" disk_load
ok "the network is in use" net_load
free=$(free_at_rest 0)
loads 30
ok "CPU 2 goes off" guest "echo 0 >$cpu/cpu2/online; [ \$(cat $cpu/online) = 0-1 ]"
for cycle in $($bb seq $cycles); do
	ok "cycle $cycle: saved and restored" save_restore
	still "cycle $cycle" saved
	ok "cycle $cycle: migrated" migrate
	still "cycle $cycle" migrated
done
ok "CPU 1 brings up CPU 2 after that" cpu2_on
loads_end
ok "the disk kept its contents" load_ended disk
ok "no line was lost" all_lines
# A megabyte at each reconnection was lost once.
memory()
{
	left=$(free_at_rest $((free - 3072)))
	echo "before: $free KiB, after: $left"
	[ "$left" -ge $((free - 3072)) ]
}
ok "as much free memory as before" memory
ok "the balloon gives its memory back" eval 'xl mem-set guest 192 && has 192'
ok "all CPUs run" guest "/tests/smpcheck >/tmp/smp || { sed 's/^/# /' /tmp/smp; false; }" 300
ok "the guest ends" bye
done_testing
END
} >"$T/script"
truncate -s 8M "$T/disk.img"
entry guest --script "$T/script" --timeout $((1000 + cycles * 100)) --disk "$T/disk.img"
done_testing
