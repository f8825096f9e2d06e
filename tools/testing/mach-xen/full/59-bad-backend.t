#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The backend of a guest's disk does not keep to the protocol, in a dozen ways
# (dom0/badback.c): what it answers, its indices, its events, what it says in xenstore.
# Fails when: the guest does not survive it, says nothing about it, or takes a wrong
# answer for a right one; the next disk does not work.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

ok "badback builds" gcc -static -O2 -Wall -Wextra -Werror -s -o "$T/badback" \
	"$(dirname "$0")/../dom0/badback.c"

cat >"$T/script" <<'END'
up() { create && ready; }
# The disks have names of their own, xvdb and on.
disk=0
next()
{
	disk=$((disk + 1))
	id=$(xl domid guest)
	vdev=$((51712 + 16 * disk))
	name=xvd$(echo abcdefghijklmnopqrstuvwxyz | $bb cut -c$((disk + 1)))
	f=/local/domain/$id/device/vbd/$vdev
	# Not of a type that the kernel of dom0 has a driver for
	b=/local/domain/0/backend/badvbd/$id/$vdev
}
# front STATE: wait until the front end says so
front()
{
	n=0
	until [ "$(xenstore-read $f/state 2>/dev/null)" = "$1" ]; do
		n=$((n + 1))
		[ $n -lt 100 ] || { echo "the front end is in state $(xenstore-read $f/state)"; return 1; }
		$bb sleep 0.1
	done
}
# offer: the tool stack's part and the backend's, to InitWait
offer()
{
	xenstore-write ${f%/*} "" ${b%/*} "" $f "" $b "" &&
	xenstore-chmod ${f%/*} n0 r$id && xenstore-chmod ${b%/*} n0 r$id &&
	xenstore-chmod $f n$id r0 && xenstore-chmod $b n0 r$id &&
	xenstore-write $b/frontend $f $b/frontend-id $id $b/online 1 $b/state 2 \
		$f/backend $b $f/backend-id 0 $f/virtual-device $vdev $f/device-type disk $f/state 1 &&
	front 3
}
# serve HOW
serve()
{
	/tmp/badback $id "$(xenstore-read $f/ring-ref)" "$(xenstore-read $f/event-channel)" \
		"$1" >/tmp/badback.out 2>&1 &
	pid=$!
	n=0
	until $bb grep -qsx ready /tmp/badback.out; do
		n=$((n + 1)); [ $n -lt 100 ] || { $bb cat /tmp/badback.out; return 1; }
		$bb sleep 0.1
	done
}
withdraw()
{
	xenstore-write $b/state 6
	xenstore-rm $f $b
	[ -z "$pid" ] || kill $pid
	pid=
}
# The write ends with an error or without, or not at all; the log has a line.
writes()
{
	case $1 in
	none|'*') wr_tries=30 ;;
	*) wr_tries=600 ;;
	esac
	guest "n=0; until [ -b /dev/$name ]; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 9; sleep 0.1; done
		rm -f /tmp/rc.$name; dmesg -c >/dev/null
		(dd if=/dev/zero of=/dev/$name bs=4k count=1 oflag=direct >/tmp/dd 2>&1; echo \$? >/tmp/rc.$name) >/dev/null 2>&1 &
		n=0; until [ -e /tmp/rc.$name ] || [ \$n -ge $wr_tries ]; do n=\$((n + 1)); sleep 0.1; done
		dmesg
		rc=\$(cat /tmp/rc.$name 2>/dev/null || echo none)
		echo \"dd: \$rc\"
		case \$rc in $1) ;; *) exit 1 ;; esac
		[ -z '$2' ] || dmesg | grep -q '$name.*$2'"
}
# way HOW END-OF-DD LINE-IN-THE-LOG
way()
{
	next && offer && serve "$1" &&
		xenstore-write $b/sectors 2048 $b/sector-size 512 $b/info 0 $b/state 4 && front 4 &&
		writes "$2" "$3"
	wa_rc=$?
	$bb cat /tmp/badback.out
	withdraw
	return $wa_rc
}
# What the write waits for when the disk goes
gone_too()
{
	guest "n=0; while ls /dev/xvd? >/dev/null 2>&1 || pidof dd >/dev/null; do n=\$((n + 1))
		[ \$n -lt 100 ] || { ls /dev/xvd?; pidof dd; dmesg | tail -n 20; exit 1; }; sleep 0.2; done"
}
# A size, as xenstore has it, that makes no sense: there is a disk or there is none.
size()
{
	next && offer && serve silence &&
		xenstore-write -- $b/sectors "$1" $b/sector-size "$2" $b/info "$3" $b/state 4 &&
		$bb sleep 2 && guest "dmesg | tail -n 4; ls -l /dev/$name; true"
	wa_rc=$?
	withdraw
	return $wa_rc
}
good()
{
	$bb dd if=/dev/zero of=/tmp/disk bs=64k count=32 2>/dev/null
	xl block-attach guest "format=raw,vdev=xvdz,access=rw,target=/tmp/disk" &&
		guest "n=0; until [ -b /dev/xvdz ]; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 1; sleep 0.1; done
			dd if=/dev/urandom of=/tmp/block bs=64k count=32 && dd if=/tmp/block of=/dev/xvdz bs=64k oflag=direct &&
			md5sum </dev/xvdz" >/tmp/sum &&
		$bb md5sum </tmp/disk | $bb grep -q "$($bb tail -n 1 /tmp/sum)" && xl block-detach guest xvdz
}

ok "the guest comes up" up
ok "too many events" way events 0 ''
ok "the request index is changed" way request-index 0 ''
ok "an error" way error '[1-9]*' ''
ok "not supported, of a write" way not-supported '[1-9]*' ''
ok "an unknown status" way status-unknown '[1-9]*' ''
ok "these disks are gone" gone_too
ok "sectors: none" size none 512 0
ok "sectors: -1" size -1 512 0
ok "sector size 0" size 2048 0 0
ok "sector size 12345" size 2048 12345 0
ok "info 4294967295" size 2048 512 4294967295
ok "these disks are gone" gone_too
ok "a good disk works" good
# Sixteen names have the simple kind of number.
disk=0
ok "an id too high" way id-high none 'response has incorrect id'
ok "an id beyond 32 bits" way id-huge none 'response has incorrect id'
ok "an id that is not in use" way id-free none 'response references no pending request'
ok "an answer given twice" way twice '*' 'response references no pending request'
ok "another operation" way operation none 'response has wrong operation'
ok "an unknown operation" way operation-unknown none 'response has wrong operation'
ok "an index too far" way index-far '*' 'illegal number of responses'
ok "an index that goes back" way index-back none 'illegal number of responses'
ok "garbage in the whole ring" way garbage none 'response has incorrect id'
ok "the guest answers" guest true
# Where a write had no answer, the disk's end is its end.
ok "these disks are gone, and no write waits" gone_too
ok "a good disk works" good
ok "the guest ends" bye
done_testing
END
{
	echo "\$bb base64 -d <<'BADBACK' | \$bb gunzip >/tmp/badback"
	gzip -9nc "$T/badback" | base64
	echo "BADBACK"
	echo "\$bb chmod 755 /tmp/badback"
	cat "$T/script"
} >"$T/full"
entry bad --script "$T/full"
done_testing
