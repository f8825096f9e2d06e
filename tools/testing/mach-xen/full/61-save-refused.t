#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest that cannot be suspended, as a task of it does not freeze: "xl save" and "xl
# migrate" fail, the guest says why and goes on, and is saved and restored once the task
# is through. A migration whose receiver dies leaves the guest where it is.
# Fails when: the guest is lost, or stays frozen, or says nothing.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
with_module

cat >"$T/script" <<'END'
up() { create && ready; }
fails() { ! "$@"; }
stuck() { guest "cat /proc/mx_stuck & sleep 1; grep -q '^State:.D' /proc/\$!/status"; }
logged() { guest "dmesg | grep '$1'; [ \$(dmesg | grep -c '$1') = $2 ]"; }
through() { guest "echo >/proc/mx_stuck; while pidof cat; do sleep 0.5; done"; }
# Its end of the stream is cut after a third of the guest's memory.
cut_off() { fails migrate "$bb head -c 50000000 | xl migrate-receive"; }

ok "the guest comes up" up
ok "time is right" same_time
ok "a module whose reader sleeps uninterruptibly" guest "insmod /tests/mx_live.ko"
ok "the freezer waits for two seconds" guest "echo 2000 >/sys/power/pm_freeze_timeout"
ok "a task is stuck" stuck
ok "xl save fails" fails xl save guest /tmp/saved
ok "the guest goes on" guest true
ok "its kernel says why" logged 'do_suspend: freeze processes failed' 1
ok "and names the task" logged 'Freezing user space processes failed' 1
ok "the task comes through" through
ok "another is stuck" stuck
ok "xl migrate fails" fails migrate
ok "the guest goes on" guest true
ok "its kernel says why" logged 'do_suspend: freeze processes failed' 2
ok "the task comes through" through
ok "a migration is cut off" cut_off
ok "the guest goes on" guest true
ok "saved and restored" save_restore
ok "the guest answers" guest true
ok "time is right" same_time
ok "migrated" migrate
ok "the guest answers" guest true
ok "the guest ends" bye
done_testing
END
entry refused --script "$T/script"
done_testing
