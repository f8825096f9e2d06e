#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The second disk of a Debian guest: file systems on it, every byte verified by fio and
# by checksums, with persistent grants and without, with large requests and small ones,
# over two queues and one; flush, discard, read-only; a backend that goes away, an image
# that is too short or on a full host; and the guest's power is cut while it writes.
# Fails when: a byte is lost or changed; a flush or a discard does not reach the backend;
# a feature is not the one that was asked for; what fsync promised is not there after the
# cut; the guest does not survive what its backend does.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/disks.sh"

disk_tools "$T/guest-lib"
cat >>"$T/guest-lib" <<'END'
q=/sys/block/xvdb/queue
# busy: somebody writes until there is an error, then there is /tmp/ended
busy()
{
	rm -f /tmp/ended
	(
		while dd if=/dev/urandom of=/dev/xvdb bs=64k count=64 oflag=direct conv=nocreat; do :; done
		touch /tmp/ended
	) >/dev/null 2>&1 &
	sleep 1
}
ended() { n=0; until [ -e /tmp/ended ]; do n=$((n + 1)); [ $n -lt 300 ] || return 1; sleep 0.1; done; }
# Write requests of the disk, and sectors written
requests() { awk '{ print $5 }' /sys/block/xvdb/stat; }
sectors() { awk '{ print $7 }' /sys/block/xvdb/stat; }
# per_request KIB: direct writes of 1 MiB become requests of at least that size, by the mean
per_request()
{
	r=$(requests) s=$(sectors)
	dd if=/dev/urandom of=/dev/xvdb bs=1M count=8 oflag=direct conv=nocreat 2>/dev/null || return
	r=$(($(requests) - r)) s=$(($(sectors) - s))
	echo "$s sectors in $r requests; max_sectors_kb $(cat $q/max_sectors_kb)"
	[ $s -ge 16384 ] && [ $((s / 2 / r)) -ge "$1" ]
}
# queue_irqs N: the interrupts of each of N queues of xvdb; its lines are the last ones
# with that name
queue_irqs() { grep blkif /proc/interrupts | tail -n "$1" | awk '{ print $2 + $3 }'; }
both_queues()
{
	set -- $(queue_irqs 2)
	try_fio --filename=/dev/xvdb --size=4m --offset_increment=4m --rw=randwrite --bs=4k \
		--ioengine=libaio --iodepth=4 --direct=1 --numjobs=2 --cpus_allowed=0,1 \
		--cpus_allowed_policy=split || return
	echo "before: $*; after:" $(queue_irqs 2)
	set -- "$@" $(queue_irqs 2)
	[ "$3" -gt $(($1 + 50)) ] && [ "$4" -gt $(($2 + 50)) ]
}
END

cat >"$T/first" <<'END'
echo 4 >$back/max_queues

queues() { xenstore-read "$(front)/multi-queue-num-queues" && guest "ls /sys/block/xvdb/mq | tr '\n' ' ' | grep -qx '0 1 '"; }
flushes()
{
	guest "grep -qx 'write back' /sys/block/xvdb/queue/write_cache" &&
		[ "$(xenstore-read "$(behind)/feature-flush-cache")" = 1 ] || return
	before=$(counted f_req)
	in_guest "try_fio --filename=/dev/xvdb --size=256k --rw=write --bs=4k --ioengine=psync --fdatasync=1" || return
	echo "flushes: $before, $(counted f_req)"
	[ "$(counted f_req)" -ge $((before + 60)) ]
}
discards()
{
	in_guest "dd if=/dev/urandom of=/dev/xvdb bs=1M oflag=direct conv=nocreat count=32" || return
	before=$(blocks plain)
	in_guest "blkdiscard -o 8M -l 16M /dev/xvdb && cmp -n 16777216 -i 8388608:0 /dev/xvdb /dev/zero" || return
	echo "blocks: $before, $(blocks plain), discards: $(counted ds_req)"
	[ "$before" -ge 65536 ] && [ "$(blocks plain)" -le $((before - 32768)) ] && [ "$(counted ds_req)" -gt 0 ]
}
trimmed()
{
	in_guest "make_fs ext4 && dd if=/dev/urandom of=/mnt/big bs=1M count=20 conv=fsync &&
		cp -r /usr/lib/i386-linux-gnu/gconv /mnt/tree && sync" || return
	before=$(blocks plain)
	in_guest "rm /mnt/big && sync && fstrim -v /mnt && echo 3 >/proc/sys/vm/drop_caches &&
		diff -r /usr/lib/i386-linux-gnu/gconv /mnt/tree && umount /mnt && check_fs ext4" || return
	echo "blocks: $before, $(blocks plain)"
	[ "$(blocks plain)" -le $((before - 38000)) ]
}
read_only()
{
	sum=$($bb md5sum <$disks/plain)
	attach plain r && in_guest "[ \$(blockdev --getro /dev/xvdb) = 1 ] &&
		mount -o ro /dev/xvdb /mnt && diff -r /usr/lib/i386-linux-gnu/gconv /mnt/tree && umount /mnt || exit
		! mount -o rw /dev/xvdb /mnt 2>/dev/null || { findmnt /mnt; [ -z \"\$(findmnt -n -O rw /mnt)\" ] && umount /mnt; } || exit 2
		! dd if=/dev/zero of=/dev/xvdb bs=4k count=1 oflag=direct conv=nocreat || exit 3
		# The backend does not go by the guest's flag.
		blockdev --setrw /dev/xvdb; ! dd if=/dev/zero of=/dev/xvdb bs=4k count=1 oflag=direct conv=nocreat || exit 4
		cmp -n 4096 /dev/xvdb /dev/xvdb" && detach || return
	[ "$sum" = "$($bb md5sum <$disks/plain)" ]
}
# again: the disk can be attached anew, and works
again()
{
	attach plain && in_guest "try_fio --filename=/dev/xvdb --size=4m --rw=randwrite --bs=64k --direct=1" && detach
}
# lost HOW...: while the guest writes, the backend does that
lost()
{
	attach plain && in_guest busy && "$@" && in_guest ended &&
		guest "[ \$(dd if=/dev/xvdb bs=4k count=1 iflag=direct | wc -c) = 0 ]" || return
	detach force && again
}
state() { xenstore-write "$(behind)/state" "$1"; }
driver() { echo "vbd-$(xl domid guest)-51728" >/sys/bus/xen-backend/drivers/vbd/"$1"; }
# The backend's driver goes away without a word and comes back: the writer waits.
comes_back()
{
	attach plain || return
	guest_start ". /root/disk-tools; try_fio --filename=/dev/xvdb --size=32m --rw=randwrite --bs=4k --ioengine=libaio \
		--iodepth=16 --direct=1 --rate=3m"
	for t in 1 2 3; do
		$bb sleep 1
		driver unbind
		$bb sleep 2
		driver bind || return
	done
	guest_wait 300 && again
}
mounted_lost()
{
	attach plain && in_guest "make_fs ext4 && cp -r /usr/lib/i386-linux-gnu/gconv /mnt/tree" || return
	guest_start "while cp /usr/lib/i386-linux-gnu/libc.so.6 /mnt/more && sync /mnt/more; do rm /mnt/more; done; sleep 1; umount /mnt"
	$bb sleep 2
	xl block-detach guest xvdb force && guest_wait 300 && guest "! mountpoint -q /mnt; [ ! -e /dev/xvdb ]" &&
		again
}
# The file system says that it does not fit, and nothing is mounted.
short_image()
{
	attach plain && in_guest "make_fs ext4 && umount /mnt" && detach || return
	$bb truncate -s 24M $disks/plain
	attach plain && guest "! mount -t ext4 /dev/xvdb /mnt && dmesg | tail -n 5 | grep 'exceeds size of device'" && detach
	rc=$?
	$bb truncate -s 64M $disks/plain
	return $rc
}
# The image gets shorter, and the host notices, while the guest has it mounted.
shrunk()
{
	attach plain && in_guest "make_fs ext4 && dd if=/dev/urandom of=/mnt/big bs=1M count=40 conv=fsync" || return
	loop=$(xenstore-read "$(behind)/physical-device-path")
	$bb truncate -s 8M $disks/plain && $bb losetup -c "$loop" || return
	guest "echo 3 >/proc/sys/vm/drop_caches; ! cat /mnt/big >/dev/null || exit 1
		dmesg | tail -n 30 | grep -E 'attempt to access beyond|I/O error, dev xvdb' | tail -n 2 || exit 2
		umount /mnt" && detach force
	rc=$?
	$bb truncate -s 64M $disks/plain
	return $rc
}
# The host's file system has no room for what the guest writes.
host_full()
{
	$bb dd if=/dev/zero of=$disks/sparse bs=1 count=1 seek=268435455 2>/dev/null
	$bb dd if=/dev/zero of=$disks/fill bs=1M 2>/dev/null
	attach sparse && guest "! dd if=/dev/urandom of=/dev/xvdb bs=64k count=64 oflag=direct conv=nocreat 2>/dev/null &&
		dmesg | tail -n 20 | grep 'I/O error, dev xvdb'"
	rc=$?
	$bb rm $disks/fill
	[ $rc -eq 0 ] && in_guest "try_fio --filename=/dev/xvdb --size=4m --rw=write --bs=64k --direct=1" && detach
	rc=$?
	$bb rm $disks/sparse
	return $rc
}
ok "the guest comes up" up
$bb truncate -s 128M $disks/ext4; $bb truncate -s 64M $disks/plain
attach plain
ok "two queues" queues
ok "both of them are used" in_guest both_queues
ok "requests of 1 MiB" in_guest "per_request 1000"
ok "flush reaches the backend" flushes
ok "discard reaches the backend" discards
ok "fstrim, too" trimmed
detach
ok "a read-only disk stays what it was" read_only
ok "ext4, with persistent grants, then without" fs_round ext4 Y N
ok "ext4, without persistent grants, then with" fs_round ext4 N Y
echo Y >$back/feature_persistent
ok "the backend closes" lost state 5
ok "the backend is closed" lost state 6
ok "the backend's driver goes away and comes back" comes_back
ok "a disk with a file system in use is taken away" mounted_lost
ok "a disk with a short image" short_image
ok "the image gets shorter" shrunk
ok "the host's disk is full" host_full
$bb truncate -s 0 $disks/ext4; $bb truncate -s 320M $disks/ext4
ok "ext4, power cut: what was on the disk is there" cut ext4 40 0
ok "ext4, power cut again, a bit later" cut ext4 25 700000
ok "the guest ends" bye
done_testing
END

cat >"$T/second" <<'END'
echo 1 >$back/max_queues
echo N >$back/feature_persistent
queues() { guest "ls /sys/block/xvdb/mq | tr '\n' ' ' | grep -qx '0 '"; }
pages() { [ "$(xenstore-read "$(front)/ring-page-order")" = 2 ]; }
ok "the guest comes up" up
$bb truncate -s 128M $disks/ext4
attach ext4
ok "no persistent grants" is "persistent grants" disabled
ok "no indirect descriptors" is "indirect descriptors" disabled
ok "one queue" queues
ok "a ring of four pages" pages
ok "requests of no more than 44 KiB" in_guest "! per_request 45"
ok "ext4" in_guest "make_fs ext4 && mixed && keep && umount /mnt && mount /dev/xvdb /mnt && kept && umount /mnt && check_fs ext4"
guest "echo N >/sys/module/xen_blkfront/parameters/trusted"
ok "detached" detach
attach ext4
ok "the front end does not trust the backend" is "bounce buffer" enabled
ok "ext4, copied" in_guest "mount /dev/xvdb /mnt && kept && mixed && kept && umount /mnt && check_fs ext4"
ok "detached" detach
ok "the guest ends" bye
done_testing
END

# fresh NAME: a disk of its own, and the script of that name
fresh()
{
	cp --sparse=always "$MX_BUILD/guest/bookworm/disk.img" "$T/disk.img"
	/sbin/debugfs -w -R "write $T/guest-lib /root/disk-tools" "$T/disk.img" >/dev/null 2>&1
	{ disk_words; echo 'up() { create && ready 600; }'; cat "$T/$1"; } >"$T/script"
}
fresh first
entry first --disk "$T/disk.img" --script "$T/script"
fresh second
entry second --disk "$T/disk.img" --script "$T/script"
done_testing
