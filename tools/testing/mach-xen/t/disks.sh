# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of a Debian guest's second disk, xvdb. Sourced after boot.sh.

# disk_tools FILE: for the guest, /root/disk-tools
disk_tools()
{
	cat >"$1" <<'END'
# fio's words only where it fails
try_fio()
{
	fio --name=job --verify=crc32c --verify_fatal=1 --thread "$@" >/tmp/fio 2>&1 && return
	tail -n 10 /tmp/fio
	return 1
}
# What is written and verified at once: direct, by both CPUs, reads among the writes, and
# through the page cache with fsync
mixed()
{
	try_fio --directory=/mnt --size=10m --rw=randrw --bsrange=4k-512k --ioengine=libaio \
		--iodepth=8 --direct=1 --fsync=16 --numjobs=2 --cpus_allowed=0,1 \
		--cpus_allowed_policy=split &&
	try_fio --directory=/mnt --filename=cached --size=12m --rw=randwrite --bsrange=4k-64k \
		--ioengine=psync --fsync=32
}
# What stays, for kept() to look for
keep()
{
	try_fio --directory=/mnt --filename=kept --size=16m --rw=randwrite --bs=16k \
		--ioengine=libaio --iodepth=8 --direct=1 --end_fsync=1 --do_verify=0 &&
	cp -r /usr/lib/i386-linux-gnu/gconv /mnt/tree && sync
}
# kept: what keep() wrote is there
kept()
{
	try_fio --directory=/mnt --filename=kept --size=16m --rw=randwrite --bs=16k \
		--ioengine=libaio --iodepth=8 --direct=1 --verify_only &&
	diff -r /usr/lib/i386-linux-gnu/gconv /mnt/tree
}
# make_fs FS, check_fs FS: on xvdb; the first mounts it, too
make_fs()
{
	case $1 in
	ext4) mkfs.ext4 -q /dev/xvdb ;;
	xfs) mkfs.xfs -q -f /dev/xvdb ;;
	btrfs) mkfs.btrfs -q -f /dev/xvdb ;;
	jfs) mkfs.jfs -q /dev/xvdb ;;
	reiserfs) mkfs.reiserfs -q -f /dev/xvdb ;;
	*) false ;;
	esac >/tmp/mkfs 2>&1 && mkdir -p /mnt && mount -t "$1" /dev/xvdb /mnt
}
check_fs()
{
	case $1 in
	ext4) e2fsck -fn /dev/xvdb ;;
	xfs) xfs_repair -n /dev/xvdb ;;
	btrfs) btrfs check /dev/xvdb ;;
	jfs) fsck.jfs -f -n /dev/xvdb ;;
	reiserfs) reiserfsck --check --yes /dev/xvdb ;;
	*) false ;;
	esac >/tmp/fsck 2>&1 || { tail -n 5 /tmp/fsck; return 1; }
}
END
}

# disk_words: what a script in dom0 needs
disk_words()
{
	cat <<'END'
# The backend's module, its files on a file system that can be full
back=/sys/module/xen_blkback/parameters
disks=/tmp/disks
$bb mkdir $disks
$bb mount -t tmpfs -o size=560M disks $disks
# The devices in xenstore, and what the backend counts
front() { echo "/local/domain/$(xl domid guest)/device/vbd/51728"; }
behind() { echo "/local/domain/0/backend/vbd/$(xl domid guest)/51728"; }
counted() { $bb cat "/sys/bus/xen-backend/devices/vbd-$(xl domid guest)-51728/statistics/$1"; }
blocks() { $bb stat -c %b $disks/"$1"; }

# in_guest COMMAND [SECONDS]: with the functions of the guest
in_guest() { guest ". /root/disk-tools; $1" "${2:-300}"; }

# attach FILE [MODE]: the guest has xvdb, and its node is there
attach()
{
	# A test that failed may have left one.
	! xenstore-read "$(front)/state" >/dev/null 2>&1 || detach force
	xl block-attach guest "format=raw,vdev=xvdb,access=${2:-rw},target=$disks/$1" || return
	guest "n=0; until [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 300 ] || exit 1; sleep 0.1; done
		udevadm settle"
}
# detach [force]: until its node is gone
detach()
{
	xl block-detach guest xvdb ${1:-} || return
	guest "n=0; while [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 300 ] || exit 1; sleep 0.1; done"
	# What is still open in the guest keeps the file busy.
	n=0
	while $bb losetup -a | $bb grep -q $disks/; do
		n=$((n + 1)); [ $n -lt 50 ] || { echo "a loop device is left"; return 1; }; $bb sleep 0.2
	done
}
# is FEATURE STATE: in the line that the front end prints when it connects
is() { guest "l=\$(dmesg | grep 'blkfront: xvdb: ' | tail -n 1); echo \"\$l\"; echo \"\$l\" | grep -q '$1: $2'"; }

# on Y|N: as the front end says it
on() { case $1 in Y) echo enabled ;; N) echo disabled ;; esac; }
# fs_round FS PERSISTENT-GRANTS THEN: made with the one, looked at with the other
fs_round()
{
	echo "$2" >$back/feature_persistent
	attach "$1" && is "persistent grants" "$(on "$2")" &&
		in_guest "make_fs $1 && mixed && keep && umount /mnt && check_fs $1" &&
		detach || return
	echo "$3" >$back/feature_persistent
	attach "$1" && is "persistent grants" "$(on "$3")" &&
		in_guest "mount -t $1 /dev/xvdb /mnt && kept && mixed && kept && umount /mnt && check_fs $1" &&
		detach
}

# Each file has its checksum in its name; its number is told when the file and its directory
# are on the disk. Something else writes meanwhile that is not.
writer='n=0; mkdir -p /mnt/files
	(while :; do cp -r /usr/lib/i386-linux-gnu/gconv /mnt/junk; rm -r /mnt/junk; done) &
	while :; do
		n=$((n + 1))
		dd if=/dev/urandom of=/mnt/new bs=3000 count=$((n % 60 + 1)) conv=fsync 2>/dev/null &&
			f=$(md5sum </mnt/new) && mv /mnt/new /mnt/files/$n-${f%% *} && sync /mnt/files || exit
		echo "written $n."
	done'
# cut FS NUMBER MICROSECONDS: the guest's power, so much later than that file; up starts
# it again
cut()
{
	attach "$1" && in_guest "make_fs $1" && guest_start "$writer" || return
	await "^written $2\." 300 && $bb usleep "$3" && xl destroy guest && gone 30 || return
	$bb sleep 2
	told=$($bb sed -n 's/^written \([0-9]*\)\..*/\1/p' $console | $bb tail -n 1)
	up && attach "$1" || return
	in_guest "mount -t $1 /dev/xvdb /mnt || exit
		n=0
		while [ \$n -lt $told ]; do
			n=\$((n + 1))
			f=\$(echo /mnt/files/\$n-*)
			[ -f \"\$f\" ] || { echo \"number \$n of $told is not there\"; exit 1; }
		done
		for f in /mnt/files/*; do
			sum=\$(md5sum <\$f); [ \${f##*-} = \${sum%% *} ] || { echo \"\$f is \$sum\"; exit 3; }
		done
		echo \"\$n files\"
		umount /mnt && check_fs $1" && detach
}
END
}
