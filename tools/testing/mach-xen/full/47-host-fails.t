#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What breaks on the host: a save for which there is no room, or whose reader goes away; a
# restore whose file ends too early, or for which the host runs out of memory half way. And
# a xenstore with nonsense for the guest: its memory, its vcpus, its devices, what it shall do.
# Then xenstored is updated, and dies.
# Fails when: the guest is lost, what a failed restore has taken is not given back, the guest
# does not do afterwards what it is asked for, or does not go on without xenstored.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

cat >"$T/script" <<'END'
up() { create && ready; }
# fails REGEX COMMAND...: the command fails, and says so
fails()
{
	why=$1
	shift
	! "$@" >/tmp/fails 2>&1
	rc=$?
	$bb cat /tmp/fails
	[ $rc -eq 0 ] && $bb grep -Eq "$why" /tmp/fails
}
free_mib() { xl info | $bb awk '$1 == "free_memory" { print $3 }'; }
logged() { guest "n=0; until dmesg | grep -q '$1'; do n=\$((n + 1)); [ \$n -lt 40 ] || exit 1; sleep 0.5; done"; }
# well: it answers, its clock is right, its memory goes down and up again
well() { guest true && same_time && mem_set 128 && mem_set 160; }

no_room()
{
	$bb mkdir /tmp/small && $bb mount -t tmpfs -o size=50m tmpfs /tmp/small &&
		fails 'No space left on device' xl save guest /tmp/small/saved &&
		$bb umount /tmp/small
}
no_reader()
{
	$bb mkfifo /tmp/pipe
	$bb head -c 50000000 /tmp/pipe >/dev/null &
	fails 'Broken pipe' xl save guest /tmp/pipe
}
# The memory of a domain that ends is given back a bit later.
given_back()
{
	n=0
	until [ "$(free_mib)" -ge "$free" ]; do
		n=$((n + 1))
		[ $n -lt 60 ] || { echo "$(free_mib) MiB are free, there were $free"; return 1; }
		$bb sleep 0.5
	done
	! running
}
cut_short()
{
	$bb head -c 60000000 /tmp/saved >/tmp/short &&
		fails 'Failed to read .* of data for record' xl restore /tmp/short
}
# Another domain leaves half of what the guest needs. xl does not look before it restores.
no_memory()
{
	{
		echo 'name = "other"'
		$bb grep '^kernel' /guest/xl.cfg
		echo "memory = $((free - 80))"
	} >/tmp/other.cfg
	xl create -p /tmp/other.cfg && fails 'Failed to populate' xl restore /tmp/saved
	rc=$?
	xl destroy other && return $rc
}

ok "the guest comes up" up
ok "there is no room for a save" no_room
ok "the guest goes on" well
ok "the reader of a save goes away" no_reader
ok "the guest goes on" well
before=$(free_mib)
saved()
{
	xl save guest /tmp/saved || return
	n=0
	until free=$(free_mib) && [ "$free" -ge $((before + 150)) ]; do
		n=$((n + 1))
		[ $n -lt 60 ] || { echo "$before MiB were free, $free are now"; return 1; }
		$bb sleep 0.5
	done
}
ok "saved" saved
ok "the file ends too early" cut_short
ok "nothing is left of that" given_back
ok "the host has too little memory" no_memory
ok "nothing is left of that" given_back
ok "restored" xl restore /tmp/saved
$bb rm /tmp/saved /tmp/short
ok "the guest goes on" well

d=/local/domain/$(xl domid guest)
# nonsense KEY VALUE...: each is there for a while, and the guest lives
nonsense()
{
	key=$1
	shift
	for value; do
		xenstore-write -- "$d/$key" "$value" && $bb sleep 1 && guest true 30 || return
	done
}
long=$($bb head -c 1500 /dev/zero | $bb tr '\0' x)
ok "memory/target" nonsense memory/target '' abc -1 0 99999999999999999999 18446744073709551616 "$long"
# xl reads this, too.
xenstore-write "$d/memory/target" $((160 * 1024))
ok "the guest goes on" well
ok "control/shutdown" nonsense control/shutdown nonsense "$long" ' ' 'poweroff now' 1
ok "the guest says that it heard" logged 'Ignoring shutdown request: nonsense'
ok "control/sysrq" nonsense control/sysrq '' "$long" ' ' "$($bb printf '\377')"
ok "vcpus" nonsense cpu/1/availability maybe '' "$long" onlineoffline
ok "the guest says so" logged 'unknown state(maybe) on CPU1'
ok "vcpus that there are not" nonsense cpu/99/availability online
ok "a vcpu without a number" nonsense cpu/x/availability offline
ok "a device of no known kind" nonsense device/foo/0/state 1
ok "a disk without a back end" nonsense device/vbd/51744/state 1
ok "a disk whose back end is nowhere" nonsense device/vbd/51760/backend /nowhere "$long"
ok "a disk without a number" nonsense device/vbd/x/state 1
ok "a disk with too large a number" nonsense device/vbd/99999999999/state 1
ok "a network interface without a back end" nonsense device/vif/7/state 1 9 x
ok "the back end's name and state change" nonsense device/vif/7/backend-id 0 7 -1 x
ok "the guest says so" logged 'vif vif-7: xenbus: talk_to_otherend on device/vif/7 failed'
ok "the guest goes on" well
$bb dd if=/dev/urandom of=/tmp/xvdb bs=1M count=4 2>/dev/null
disk()
{
	xl block-attach guest "format=raw,vdev=xvdb,access=rw,target=/tmp/xvdb" &&
		guest "n=0; until [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done" &&
		[ "$(sum)" = "$($bb md5sum </tmp/xvdb)" ]
}
sum() { guest "dd if=/dev/xvdb bs=64k iflag=direct 2>/dev/null | md5sum"; }
states()
{
	for value in 0 99 -3 x ''; do
		xenstore-write -- "/local/domain/0/backend/vbd/${d##*/}/51728/state" "$value" &&
			guest true 30 || return
	done
	[ "$(sum)" = "$($bb md5sum </tmp/xvdb)" ]
}
ok "a disk comes, and is read" disk
ok "states of its back end that there are not" states
online=/sys/devices/system/cpu/cpu1/online
gone_vcpu()
{
	xl vcpu-set --ignore-host guest 1 &&
		guest "n=0; while [ -e $online ] && [ \$(cat $online) = 1 ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.5; done"
}
# A vcpu that is there again is switched on by the guest's user space.
back_vcpu()
{
	xl vcpu-set --ignore-host guest 2 &&
		guest "n=0; until [ -e $online ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.5; done
			echo 1 >$online && grep -qx 0-1 /sys/devices/system/cpu/online"
}
ok "a vcpu goes" gone_vcpu
ok "it comes back" back_vcpu
ok "saved and restored" save_restore
ok "the guest goes on" well
ok "the guest ends" bye
done_testing
END
entry host --script "$T/script"

# xenstored is updated while it runs, and later dies.
cat >"$T/script" <<'END'
up() { create && ready; }
$bb dd if=/dev/urandom of=/tmp/xvdb bs=1M count=4 2>/dev/null
attach()
{
	xl block-attach guest "format=raw,vdev=xvd$1,access=rw,target=/tmp/xvdb" &&
		guest "n=0; until [ -b /dev/xvd$1 ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done"
}
sum() { guest "dd if=/dev/xvdb bs=64k iflag=direct 2>/dev/null | md5sum"; }
same() { [ "$(sum)" = "$($bb md5sum </tmp/xvdb)" ]; }
# The new program runs in the same process, with -U.
updated()
{
	xenstored=$($bb pidof xenstored) &&
		xenstore-control live-update "$($bb readlink "/proc/$xenstored/exe")" &&
		$bb tr '\0' ' ' <"/proc/$xenstored/cmdline" | $bb grep -e ' -U'
}
# From then on, xl and all others that read xenstore wait for ever.
dies()
{
	id=$(xl domid guest) && tty=$(guest_tty) && $bb kill -9 "$xenstored" || return
	guest_tty() { echo "$tty"; }
	running() { [ -n "$(lsevtchn "$id")" ]; }
	ask_why() { running; }
	$bb sleep 1
	! $bb pidof xenstored && running
}
written()
{
	old=$($bb md5sum </tmp/xvdb)
	guest "dd if=/dev/urandom of=/dev/xvdb bs=64k count=16 conv=fsync 2>/dev/null" &&
		[ "$($bb md5sum </tmp/xvdb)" != "$old" ] && same
}
# A program that asks for a key waits until it is killed.
asks()
{
	guest "(exec 3<>/dev/xen/xenbus; printf '\\002\\0\\0\\0\\001\\0\\0\\0\\0\\0\\0\\0\\005\\0\\0\\0name\\0' >&3; exec cat <&3) >/tmp/key 2>&1 &
		sleep 3; ls -l /tmp/key; [ ! -s /tmp/key ] && kill -9 \$! && sleep 1 && ! kill -0 \$!"
}
ok "the guest comes up" up
ok "a disk comes, and is read" eval 'attach b && same'
ok "xenstored is updated" updated
ok "another disk comes" attach c
ok "xenstored dies" dies
ok "the disk is read" same
ok "the disk is written" written
ok "the vcpus run" guest "/tests/smpcheck >/tmp/smp || { sed 's/^/# /' /tmp/smp; false; }" 300
ok "a program that asks xenstored is killed" asks
ok "the guest answers" guest true
ok "its kernel has no complaint" \
	guest "dmesg >/tmp/log && ! grep -E 'WARNING: |BUG: |Call Trace|rcu.*stall' /tmp/log"
done_testing
end "there is no xenstored"
END
entry xenstored --script "$T/script"
rig_results
done_testing
