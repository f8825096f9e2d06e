#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A Debian 12 guest with systemd and a connection over its network is paused for twenty
# minutes (MX_SECONDS).
# Fails when: a clock stands still or jumps elsewhere, the kernel takes the pause for a
# stall of RCU's, timers do not fire, a unit or the connection does not come back. (The
# test kernel has no other detectors; full/68 pauses one that has, for less.)
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

seconds=${MX_SECONDS:-1200}
cp --sparse=always "$MX_BUILD/guest/bookworm/disk.img" "$T/disk.img"
{
	echo "seconds=$seconds"
	cat <<'END'
up() { create && ready 600; }
more() { lines=$($bb wc -l </tmp/lines); $bb sleep 5; [ "$($bb wc -l </tmp/lines)" -gt "$lines" ]; }
# timers: they go off on each vcpu
timers() { guest "for cpu in 0 1; do taskset -c \$cpu sh -c 'for i in 1 2 3 4 5; do sleep 0.2; done' || exit; done"; }
ok "the guest comes up" up
ok "all units run, none failed" units
$bb nc -l -p 5002 >/tmp/lines &
guest "(while sleep 1; do date +%s; done | nc 10.0.0.1 5002) >/dev/null 2>&1 &"
ok "a connection is in use" more
ok "time is right" same_time
ok "paused for $seconds seconds" paused $seconds
ok "timers fire" timers
ok "time is right" same_time
ok "the connection is in use" more
ok "the log has no stall" guest "dmesg >/tmp/log && tail -n 20 /tmp/log && ! grep -E 'rcu.*stall|Call Trace' /tmp/log"
ok "all units run, none failed" units
ok "the guest ends" bye
done_testing
END
} >"$T/script"
entry pause --disk "$T/disk.img" --script "$T/script" --timeout $((seconds + 900))
done_testing
