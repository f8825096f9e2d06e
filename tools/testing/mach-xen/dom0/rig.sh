# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0
#
# For a script that uses a guest in the test rig as an administrator does: by xl in
# the initial domain, and by the guest's own shell over its console. Sourced by
# init before the script. The host's test turns what this prints into its own
# results, see rig_results() in t/boot.sh.

bb=/bin/busybox
console=/var/log/xen/console/guest-guest.log
rig_n=0
# In files, since a subshell counts too: the number of the last command, and how many
# lines of the console have been looked at
echo 0 >/tmp/rig.seq
echo 0 >/tmp/rig.seen

# The guest may have left the console in the middle of a line.
say() { printf '\nmach-xen: %s\n' "$*"; }

# ok DESCRIPTION COMMAND...: one result
ok()
{
	rig_d=$1
	shift
	rig_n=$((rig_n + 1))
	if "$@" >/tmp/out 2>&1; then
		say "rig: ok $rig_n - $rig_d"
	else
		echo
		$bb tail -n 15 /tmp/out | $bb sed 's/^/mach-xen: rig: # /'
		say "rig: not ok $rig_n - $rig_d"
	fi
}

# fact NAME VALUE: for the host's test to judge
fact() { say "fact $1=$2"; }

done_testing() { say "rig: 1..$rig_n"; }

# The guest's console goes to a file, and from there to ours. A guest that migrates to
# here has another name until it runs.
: >$console
$bb ln -s guest-guest.log /var/log/xen/console/guest-guest--incoming.log
$bb tail -n +1 -f $console &

# create [FILE]: the guest of a configuration of xl
create() { xl create "${1:-/guest/xl.cfg}"; }

running() { xl domid guest >/dev/null 2>&1; }

# reborn ID SECONDS: there is a domain of that name, and not the one that was
reborn()
{
	rb_end=$(($($bb date +%s) + $2))
	while :; do
		rb_id=$(xl domid guest 2>/dev/null)
		[ "${rb_id:-$1}" = "$1" ] || return 0
		[ "$($bb date +%s)" -lt "$rb_end" ] || { echo "no new domain in $2 s"; return 1; }
		$bb sleep 0.5
	done
}

# await REGEX SECONDS: a line of the guest's console, from where the last await
# stopped on
await()
{
	aw_end=$(($($bb date +%s) + $2))
	rig_seen=$($bb cat /tmp/rig.seen)
	while :; do
		# The PV shim begins lines with a carriage return.
		aw_line=$($bb tail -n +$((rig_seen + 1)) $console | $bb tr -d '\r' |
			$bb grep -anE -m 1 -e "$1" | $bb cut -d: -f1)
		if [ -n "$aw_line" ]; then
			echo $((rig_seen + aw_line)) >/tmp/rig.seen
			return 0
		fi
		if ! running; then
			echo "the guest is gone, no line like: $1"
			return 1
		fi
		if [ "$($bb date +%s)" -ge "$aw_end" ]; then
			echo "no line in $2 s like: $1"
			$bb tail -n 5 $console
			return 1
		fi
		$bb sleep 0.3
	done
}

# ready [SECONDS]: the guest's agent takes commands
ready() { await '^mach-xen: agent ready' "${1:-300}"; }

# guest_tty: the terminal that is the guest's console
guest_tty() { xenstore-read "/local/domain/$(xl domid guest)/console/tty"; }

# guest COMMAND [SECONDS]: run it in the guest; its output, and its exit status
guest()
{
	guest_start "$1" && guest_wait "${2:-120}"
}

# guest_start COMMAND, guest_wait [SECONDS]: the same in two halves
guest_start()
{
	rig_seq=$(($($bb cat /tmp/rig.seq) + 1))
	echo $rig_seq >/tmp/rig.seq
	gu_tty=$(guest_tty) || return
	# A command may have more than one line, a terminal gives one.
	echo "$rig_seq $(printf %s "$1" | $bb base64 -w 0)" >"$gu_tty"
}

guest_wait()
{
	rig_seq=$($bb cat /tmp/rig.seq)
	gu_from=$($bb cat /tmp/rig.seen)
	if ! await "mach-xen: agent $rig_seq rc=" "${1:-120}"; then
		ask_why
		return 125
	fi
	rig_seen=$($bb cat /tmp/rig.seen)
	$bb sed -n "$((gu_from + 1)),${rig_seen}p" $console | $bb awk -v n="$rig_seq" '
		{ gsub(/\r/, "") }
		/^\(XEN\) / { next }
		$0 ~ "mach-xen: agent " n " rc=" { exit }
		on
		$0 ~ "mach-xen: agent " n " begin" { on = 1 }'
	return "$($bb sed -n "${rig_seen}s/.*agent $rig_seq rc=\([0-9]*\).*/\1/p" $console)"
}

# ask_why: what a guest waits for that does not answer, on its console and ours. Its
# kernel says so where sysrq is allowed (sysrq_always_enabled).
ask_why()
{
	running || return
	xl list
	$bb ps
	xenstore-ls -f | $bb grep -E '/(device|backend)/'
	for st_key in 9 w t; do
		xl sysrq guest $st_key
		$bb sleep 5
	done
	lsevtchn "$(xl domid guest)"
	xl debug-keys e
	xl debug-keys q
	$bb dmesg | $bb tail -n 20
} >/dev/console 2>&1

# gone SECONDS: the guest has ended
gone()
{
	gn_end=$(($($bb date +%s) + $1))
	while running; do
		[ "$($bb date +%s)" -lt "$gn_end" ] || { echo "the guest is still there"; return 1; }
		$bb sleep 0.5
	done
}

# bye [SECONDS]: the agent ends, and what started it switches the guest off
bye()
{
	guest_start bye && gone "${1:-120}"
}

# save_restore [FILE]: as an administrator does, console included
save_restore()
{
	sr_file=${1:-/tmp/saved}
	xl save guest "$sr_file" && xl restore "$sr_file" && $bb rm -f "$sr_file"
}

# moved COMMAND...: that migrates the guest; done again where the tool stack read a page
# table of the running guest that had just become data, and took what was there for a
# superpage (xg_sr_save_x86_pv.c:958 of Xen 4.17). The guest goes on then, and an
# administrator tries again.
moved()
{
	for mo_try in 1 2 3 4 5; do
		"$@" >/tmp/moved 2>&1 && return
		$bb cat /tmp/moved
		$bb grep -q 'Cannot migrate superpage' /tmp/moved || return
		say "rig: # that was try $mo_try" >/dev/console
		$bb sleep 5
	done
	return 1
}

# migrate [COMMAND]: the guest to this same host. COMMAND is what xl would reach another
# host's "xl migrate-receive" by.
migrate()
{
	mi_id=$(xl domid guest) && moved xl migrate -s '' guest "${1:-xl migrate-receive}" &&
		mi_now=$(xl domid guest) && [ "$mi_now" -ne "$mi_id" ]
}

# memory_is KIB [SECONDS]: the guest comes to have so much; prints the KiB of high memory
# that its balloon holds
memory_is()
{
	guest "cd /sys/devices/system/xen_memory/xen_memory0/info
		n=0; while [ \$(cat current_kb) -ne $1 ]; do
			n=\$((n + 1)); [ \$n -lt $((${2:-50} * 2)) ] || { cat current_kb; exit 1; }
			sleep 0.5
		done; cat high_kb" $((${2:-50} + 70))
}

# mem_set MIB [SECONDS]: so much is asked for, and reached
mem_set() { xl mem-set guest "$1" && memory_is $(($1 * 1024)) "${2:-50}"; }

# free_at_rest KIB: what is free in the guest, once it is so much or half a minute has
# passed. Lists of single CPUs keep pages for a while.
free_at_rest()
{
	guest "echo 3 >/proc/sys/vm/drop_caches; n=0
		while set -- \$(grep ^MemFree: /proc/meminfo) && [ \$2 -lt $1 ] && [ \$n -lt 60 ]; do
			n=\$((n + 1)); sleep 0.5
		done; echo \$2"
}

# disk_round: /tmp/disk is attached, written to, read back, and taken away, in the guest's
# eyes. dom0 reads the same.
disk_round()
{
	xl block-attach guest "format=raw,vdev=xvdb,access=rw,target=/tmp/disk" || return
	guest "n=0; until [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done
		dd if=/dev/urandom of=/tmp/data bs=64k count=64 2>/dev/null
		dd if=/tmp/data of=/dev/xvdb bs=64k oflag=direct 2>/dev/null || exit 2
		cmp -n 4194304 /tmp/data /dev/xvdb || exit 3
		md5sum </tmp/data" >/tmp/sum || return
	set -- $($bb dd if=/tmp/disk bs=64k count=64 2>/dev/null | $bb md5sum)
	[ "$($bb cut -d' ' -f1 /tmp/sum)" = "$1" ] || { echo "dom0 reads $1"; return 1; }
	xl block-detach guest xvdb || return
	guest "n=0; while [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done"
}

# net_servers: here and in the guest
net_servers()
{
	if [ ! -e /tmp/net ]; then
		$bb dd if=/dev/urandom of=/tmp/net bs=64k count=16 2>/dev/null
		$bb httpd -h /tmp
	fi
	guest "httpd -h /tmp"
}

link_up='for l in /sys/class/net/*/device/nodename; do d=${l#/sys/class/net/}; d=${d%%/*}; done; [ -n "$d" ] &&
	ip addr add 10.0.0.2/24 dev $d && ip link set $d up'
# net_round: an interface of the guest comes, a megabyte goes to the guest and back, the
# interface goes. After net_servers.
net_round()
{
	xl network-attach guest bridge=xenbr0 mac=00:16:3e:00:00:01 || return
	guest "n=0; until ls /sys/class/net/*/device/nodename >/dev/null 2>&1; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done
		grep -qx 00:16:3e:00:00:01 /sys/class/net/*/address || exit 2
		$link_up || exit 4
		n=0; until ping -c 1 -W 1 10.0.0.1 >/dev/null; do n=\$((n + 1)); [ \$n -lt 10 ] || exit 3; done" || return
	# to the guest and back
	guest "wget -q -O /tmp/in http://10.0.0.1/net && md5sum </tmp/in" >/tmp/sum || return
	$bb wget -q -O /tmp/back http://10.0.0.2/in && $bb cmp /tmp/net /tmp/back &&
		[ "$($bb cut -d' ' -f1 /tmp/sum)" = "$($bb md5sum </tmp/net | $bb cut -d' ' -f1)" ] || return
	xl network-detach guest 0 || return
	guest "n=0; while ls /sys/class/net/*/device/nodename >/dev/null 2>&1; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done"
}

# used: how many event channels and interrupts the guest has
used()
{
	lsevtchn "$(xl domid guest)" | $bb grep -c .
	guest "grep -c : /proc/interrupts"
}

# cpu2_on: CPU 1 brings up CPU 2, the last one
cpu2_on()
{
	guest "cd /sys/devices/system/cpu; taskset 2 sh -c 'echo 1 >cpu2/online'; cat online; [ \$(cat online) = 0-2 ]"
}

# mapped: with guest/module/mx_live.c, the pages it has mapped are right, and looked at
mapped()
{
	guest "sleep 1; cat /proc/mx_live
		set -- \$(sed -n 's/.*checks=\([0-9]*\) wrong=\([0-9]*\)/\1 \2/p' /proc/mx_live)
		sleep 1; [ \$2 = 0 ] && ! grep -q \"checks=\$1 \" /proc/mx_live"
}

# units: all units of a guest with systemd run, none failed
units()
{
	guest "(systemctl is-system-running --wait; systemctl --failed --no-legend --plain) >/tmp/units 2>&1
		cat /tmp/units; [ \"\$(cat /tmp/units)\" = running ]" 300
}

# same_time: the guest's time is dom0's, to within a second
same_time()
{
	st_0=$($bb date +%s)
	st_guest=$(guest "date +%s") || return
	st_1=$($bb date +%s)
	echo "$st_0 $st_guest $st_1"
	[ "$st_guest" -ge $((st_0 - 1)) ] && [ "$st_guest" -le $((st_1 + 1)) ]
}

# uptime_of_guest: its whole seconds
uptime_of_guest() { guest "cut -d. -f1 /proc/uptime"; }
# paused SECONDS: meanwhile nothing comes from the guest; its clock goes on with dom0's
paused()
{
	u0=$(uptime_of_guest) && d0=$($bb date +%s) && xl pause guest || return
	l0=$($bb wc -l <$console)
	guest_start true
	$bb sleep "$1"
	[ "$($bb wc -l <$console)" = "$l0" ] && xl unpause guest && guest_wait || return
	u1=$(uptime_of_guest) && d1=$($bb date +%s) || return
	echo "the guest's clock moved by $((u1 - u0)) s, dom0's by $((d1 - d0)) s"
	[ $((u1 - u0)) -ge $((d1 - d0 - 2)) ] && [ $((u1 - u0)) -le $((d1 - d0 + 2)) ]
}

# loads MIB: start what uses the guest's CPUs, clocks and so much of its memory
loads()
{
	guest "{ /tests/smpcheck clocks /tmp/stop >/tmp/clocks; echo \$? >/tmp/clocks.rc; } 2>&1 &
		{ /tests/memload $1 >/tmp/memload; echo \$? >/tmp/memload.rc; } 2>&1 &"
}

# loads_end: stop them; two results
loads_end()
{
	guest "touch /tmp/stop /tmp/memload.stop"
	ok "no clock went back" load_ended clocks
	ok "memory kept its contents" load_ended memload
	guest "cat /tmp/clocks /tmp/memload" | $bb sed 's/^# /mach-xen: rig: # /'
}

load_ended()
{
	guest "n=0; while [ ! -e /tmp/$1.rc ] && [ \$n -lt 200 ]; do n=\$((n + 1)); sleep 0.5; done
		cat /tmp/$1; exit \$(cat /tmp/$1.rc)"
}
