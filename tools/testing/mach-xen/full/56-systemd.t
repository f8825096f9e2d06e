#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A Debian 12 i386 guest as people have it: systemd, its own disk, a network interface.
# It is used, saved and restored, rebooted and switched off by xl.
# Fails when: a unit fails, the disk or the network loses or changes data, connections do
# not survive, the guest does not hear what the tool stack asks for.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

cp --sparse=always "$MX_BUILD/guest/bookworm/disk.img" "$T/disk.img"
cat >"$T/script" <<'END'
up() { create && ready 600; }
down() { guest "wget -q -O /root/in http://10.0.0.1/net && md5sum </root/in" >/tmp/sum &&
	[ "$($bb cut -d' ' -f1 /tmp/sum)" = "$($bb md5sum </tmp/net | $bb cut -d' ' -f1)" ]; }
back()
{
	$bb nc -l -p 5001 >/tmp/back &
	guest "nc -N -w 20 10.0.0.1 5001 </root/in" && wait $! && $bb cmp /tmp/net /tmp/back
}
write_disk() { guest "cp -r /usr/lib/i386-linux-gnu /root/copy && sync && echo 3 >/proc/sys/vm/drop_caches" 300; }
same_disk() { guest "diff -r /usr/lib/i386-linux-gnu /root/copy" 300; }
connected() { guest "kill -0 \$(cat /tmp/nc.pid) && ss -tn | grep -q 10.0.0.1:5002"; }
rebooted() { id=$(xl domid guest) && xl reboot guest && reborn "$id" 120 && ready 600; }

$bb dd if=/dev/urandom of=/tmp/net bs=64k count=64 2>/dev/null
$bb httpd -h /tmp
ok "the guest comes up" up
ok "all units run, none failed" units
ok "root is on xvda" guest "findmnt -n -o SOURCE / | grep -qx /dev/xvda"
ok "the network interface has its name" guest "ip -br addr show enX0 | grep -q 10.0.0.2/24"
ok "ping" guest "ping -c 3 -w 20 10.0.0.1"
ok "TCP to the guest: 4 MiB arrive" down
ok "TCP from the guest: they come back" back
ok "files are written" write_disk
ok "they are the same when read from the disk" same_disk
$bb nc -l -p 5002 >/tmp/lines &
guest "(while sleep 1; do date +%s; done | nc 10.0.0.1 5002) >/dev/null 2>&1 & sleep 2; pgrep -x nc >/tmp/nc.pid"
for cycle in 1 2; do
	ok "cycle $cycle: saved and restored" save_restore
	ok "cycle $cycle: the connection is there" connected
	lines=$($bb wc -l </tmp/lines)
	ok "cycle $cycle: the disk, too" same_disk
	more() { $bb sleep 5; [ "$($bb wc -l </tmp/lines)" -gt "$lines" ]; }
	ok "cycle $cycle: data flows over it" more
	ok "cycle $cycle: all units run" units
done
ok "nothing in the log is worse than a notice of Xen's" guest "dmesg -l emerg,alert,crit,err,warn >/tmp/log; cat /tmp/log
	! grep -E 'WARNING|BUG|Oops|Call Trace|hung|stall|lockup' /tmp/log"
ok "xl reboot" rebooted
ok "all units run, none failed" units
ok "the files are still there" same_disk
ok "xl shutdown" xl shutdown guest
ok "the guest is gone" gone 120
done_testing
END
entry systemd --disk "$T/disk.img" --script "$T/script"
done_testing
