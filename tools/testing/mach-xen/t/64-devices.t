#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest's disks and network interfaces come and go twenty times while they are in use,
# and every byte is compared.
# Fails when: a front end does not connect, does not let go of its device, or loses or
# changes data; grants, event channels or memory leak.
# Starts first: it takes long.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
rounds=${MX_ROUNDS:-20}
busy=${MX_BUSY:-$rounds}

cat >"$T/script" <<'END'
up() { create && ready; }
# Taken away while something writes to it: the writer gets an error, the guest lives. It
# writes to a node of its own: where /dev/xvdb has just gone, dd makes a file of that name,
# and no node comes there any more.
disk_busy()
{
	xl block-attach guest "format=raw,vdev=xvdb,access=rw,target=/tmp/disk" || return
	guest "n=0; until [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done
		[ -b /tmp/xvdb ] || mknod /tmp/xvdb b 202 16 || exit 5
		(while dd if=/tmp/data of=/tmp/xvdb bs=64k 2>/dev/null; do :; done; touch /tmp/ended) &
		n=0; until set -- \$(cat /sys/block/xvdb/stat) && [ \$7 -ge 1024 ]; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 2; sleep 0.1; done" || return
	xl block-detach guest xvdb force || return
	guest "n=0; until [ -e /tmp/ended ]; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 3; sleep 0.2; done
		rm /tmp/ended
		n=0; while [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 4; sleep 0.2; done"
}
# The same with a file system on it, which is mounted. It can be unmounted after that.
disk_mounted()
{
	xl block-attach guest "format=raw,vdev=xvdb,access=rw,target=/tmp/disk" || return
	guest "n=0; until [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done
		mke2fs /dev/xvdb >/dev/null && mkdir -p /mnt/b && mount -t ext4 /dev/xvdb /mnt/b || exit 2
		(while dd if=/tmp/data of=/mnt/b/data bs=64k conv=fsync 2>/dev/null; do :; done; touch /tmp/ended) &
		n=0; until [ -s /mnt/b/data ]; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 3; sleep 0.1; done" || return
	xl block-detach guest xvdb force || return
	guest "n=0; until [ -e /tmp/ended ]; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 4; sleep 0.2; done
		rm /tmp/ended; umount /mnt/b || exit 5
		n=0; while [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 6; sleep 0.2; done"
}
repeat()
{
	t=0
	while [ $t -lt "$2" ]; do
		"$1" $t || { echo "exit status $? in round $t"; ask_why; return 1; }
		t=$((t + 1))
	done
}

$bb dd if=/dev/zero of=/tmp/disk bs=1M count=16 2>/dev/null
ok "the guest comes up" up
ok "a server here and in the guest" net_servers
ok "a disk" disk_round
ok "a network interface" net_round
before=$(used)
# The files are in memory.
files_away() { guest "rm -f /tmp/in /tmp/data"; }
files_away
free=$(free_at_rest 0)
END
echo "rounds=$rounds busy=$busy mounted=$((rounds / 4))" >>"$T/script"
cat >>"$T/script" <<'END'
ok "a disk, $rounds times" repeat disk_round $rounds
ok "a disk that is being written to, $busy times" repeat disk_busy $busy
ok "a disk that is mounted and written to, $mounted times" repeat disk_mounted $mounted
ok "a network interface, $rounds times" repeat net_round $rounds
after=$(used)
# The buffers of an interface are a megabyte.
memory()
{
	files_away
	left=$(free_at_rest $((free - 4096)))
	echo "before: $free KiB, after: $left"
	[ "$left" -ge $((free - 4096)) ]
}
ok "as much free memory as before" memory
same() { echo "before: $before; after: $after"; [ "$before" = "$after" ]; }
ok "as many event channels and interrupts as before" same
ok "the guest ends" bye
done_testing
END
entry devices --script "$T/script" --timeout $((1200 + rounds * 10 + busy * 5))
done_testing
