#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest with three vcpus and high memory is saved and restored three times while it
# computes, fills memory and reads clocks; one vcpu is off meanwhile, and comes back.
# Fails when: a page table, a descriptor table or a temporary mapping keeps a frame of
# the domain that was saved; a clock goes back or stands; a vcpu has no trap table when
# another one than the first brings it up; a timer or an event channel is lost.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
with_module

cat >"$T/script" <<'END'
cpu=/sys/devices/system/cpu
up() { create && ready; }

ok "the guest comes up" up
ok "CPU 1 brings up CPU 2" cpu2_on
ok "a module that keeps pages mapped" guest "insmod /tests/mx_live.ko"
ok "pages of high memory" guest "cat /proc/mx_live; grep -q 'high=4 ' /proc/mx_live"
ok "events are handled on the interrupt stack" \
	guest "cat /proc/mx_live; grep -qx 'event: on the interrupt stack' /proc/mx_live"
loads 30
ok "CPU 2 goes off" guest "echo 0 >$cpu/cpu2/online; [ \$(cat $cpu/online) = 0-1 ]"
for cycle in 1 2 3; do
	ok "cycle $cycle: saved and restored" save_restore
	ok "cycle $cycle: the guest answers" guest "true"
	ok "cycle $cycle: time is right" same_time
	ok "cycle $cycle: what was mapped is mapped" mapped
	ok "cycle $cycle: the vcpu that was off is off" guest "[ \$(cat $cpu/online) = 0-1 ]"
done
ok "CPU 1 brings up CPU 2 after that" cpu2_on
loads_end
ok "all CPUs run" guest "/tests/smpcheck >/dev/null"
ok "the guest ends" bye
done_testing
END
entry save --script "$T/script"
done_testing
