#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The network interface of a Debian guest: TCP and UDP both ways with every byte
# compared, over one queue and two, with the offloads on and off, with jumbo frames, an
# XDP program, a flood of pings; interfaces come and go under traffic; addresses, and a
# backend that goes away.
# Fails when: a byte is lost or changed, a checksum is wrong; frames do not have the sizes
# that were asked for; a queue is not used; a front end does not let go of its device.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

ok "netcheck builds" gcc -m32 -static -O2 -Wall -Wextra -Werror -s -o "$T/netcheck" \
	"$(dirname "$0")/../net/netcheck.c"
cp --sparse=always "$MX_BUILD/guest/bookworm/disk.img" "$T/disk.img"
printf 'write %s /root/netcheck\nset_inode_field /root/netcheck mode 0100755\n' \
	"$T/netcheck" >"$T/put"
/sbin/debugfs -w -f "$T/put" "$T/disk.img" >/dev/null 2>&1

cat >"$T/script" <<'END'
nc=/tmp/netcheck
echo 4 >/sys/module/xen_netback/parameters/max_queues
vif() { echo "vif$(xl domid guest).${1:-0}"; }
back() { echo "/local/domain/0/backend/vif/$(xl domid guest)/${1:-0}"; }
front() { echo "/local/domain/$(xl domid guest)/device/vif/${1:-0}"; }
up() { create && ready 600; }
# both COMMAND-HERE COMMAND-IN-THE-GUEST: at once, and both are content
both()
{
	$1 >/tmp/here 2>&1 &
	bo_pid=$!
	guest "$2" 300
	bo_rc=$?
	[ $bo_rc -eq 0 ] || kill $bo_pid
	wait $bo_pid && [ $bo_rc -eq 0 ] && return
	echo "here:"
	$bb cat /tmp/here
	return 1
}
udp_in() { both "$nc ask 10.0.0.2 7001 $*" "/root/netcheck answer 7001"; }
udp_out() { both "$nc answer 7001" "/root/netcheck ask 10.0.0.1 7001 $*"; }
tcp() { both "$nc source 7002 $1" "/root/netcheck sink 10.0.0.1 7002 $1"; }
no_errors()
{
	for sno in Tcp:InCsumErrors Udp:InCsumErrors Ip:InHdrErrors; do
		sno_awk="/^${sno%:*}:/ { if (!n) n = split(\$0, name); else for (i = 2; i <= n; i++) if (name[i] == \"${sno#*:}\") print \$i }"
		sno_here=$($bb awk "$sno_awk" /proc/net/snmp)
		sno_there=$(guest "awk '$sno_awk' /proc/net/snmp")
		echo "$sno here $sno_here, in the guest $sno_there"
		[ "$sno_here$sno_there" = 00 ] || return
	done
}
stat() { $bb cat "/sys/class/net/$(vif)/statistics/$1"; }
# frame_sizes BYTES-FROM LOW HIGH: mean size of what the guest sends while it sends 8 MiB
frame_sizes()
{
	fr_b=$(stat rx_bytes) fr_p=$(stat rx_packets)
	$bb nc -l -p 7003 >/tmp/got &
	guest "head -c 8388608 /dev/urandom >/tmp/sent; nc -N -w 20 10.0.0.1 7003 </tmp/sent; md5sum </tmp/sent" >/tmp/sum || return
	wait $!
	[ "$($bb cut -d' ' -f1 /tmp/sum)" = "$($bb md5sum </tmp/got | $bb cut -d' ' -f1)" ] || { echo "contents"; return 1; }
	fr_b=$(($(stat rx_bytes) - fr_b)) fr_p=$(($(stat rx_packets) - fr_p))
	echo "$fr_b bytes in $fr_p frames: $((fr_b / fr_p))"
	[ $((fr_b / fr_p)) -ge "$1" ] && [ $((fr_b / fr_p)) -le "$2" ]
}
# set FEATURE on|off...: by ethtool, and it says so
offload()
{
	guest "ethtool -K enX0 $* && for f in tcp-segmentation-offload:tso generic-segmentation-offload:gso generic-receive-offload:gro scatter-gather:sg; do
		w=; for x in $*; do [ \"\$w\" != \${f#*:} ] || ethtool -k enX0 | grep \"^\${f%:*}: \$x\" || exit 1; w=\$x; done; done"
}
# dropped: no datagram is lost but what the driver has counted
dropped()
{
	dr=$(guest "cat /sys/class/net/enX0/statistics/tx_dropped")
	udp_in 600 1400 >/tmp/dropped
	dr=$(($(guest "cat /sys/class/net/enX0/statistics/tx_dropped") - dr))
	$bb cat /tmp/dropped /tmp/here
	echo "dropped: $dr"
	dr_came=$($bb sed -n 's/^\([0-9]*\) of 600 came back, 0 bad.*/\1/p' /tmp/here)
	[ $((${dr_came:-0} + dr)) -ge 600 ]
}
all_ways() { tcp 4 && udp_in 600 1400 && udp_out 600 1400 && udp_out 300 16000; }
queues() { [ "$(xenstore-read "$(front)/multi-queue-num-queues")" = "$1" ] && guest "ls /sys/class/net/enX0/queues; [ \$(ls -d /sys/class/net/enX0/queues/tx-* | wc -l) = $1 ]"; }
# Each of the queues' interrupts of the guest has counted more than 20 since.
irqs() { guest "grep -E 'q[01]-[rt]x' /proc/interrupts | awk '{ print \$2 + \$3 }'" | $bb tr '\n' ' '; }
queues_used()
{
	qu=$(irqs)
	for p in 1 2 3 4 5 6; do udp_in 100 1400 >/dev/null && tcp 1 || return; done
	echo "before: $qu; after: $(irqs)"
	set -- $qu $(irqs)
	[ $# = 8 ] && [ $5 -gt $(($1 + 20)) ] && [ $6 -gt $(($2 + 20)) ] && [ $7 -gt $(($3 + 20)) ] && [ $8 -gt $(($4 + 20)) ]
}
ping() { guest "ping -q $* 10.0.0.1 | tee /tmp/ping; grep -q ' 0% packet loss' /tmp/ping" 300; }
mtu()
{
	# The bridge's is that of the smallest of its ports, until it is set.
	$bb ip link set "$(vif)" mtu "$1" && $bb ip link set xenbr0 mtu "$1" && guest "ip link set enX0 mtu $1 && [ \$(cat /sys/class/net/enX0/mtu) = $1 ]"
}
no_sg_no_jumbo()
{
	mtu 9000 && guest "ethtool -K enX0 sg off; [ \$(cat /sys/class/net/enX0/mtu) = 1500 ] && ! ip link set enX0 mtu 9000 && ethtool -K enX0 sg on tso on"
}
xdp_pass()
{
	guest "mkfifo /tmp/xdp 2>/dev/null; (/root/netcheck xdp enX0 $1 <>/tmp/xdp >/tmp/xdp.out 2>&1 &)
		n=0; until grep -qx on /tmp/xdp.out; do n=\$((n + 1)); [ \$n -lt 50 ] || { cat /tmp/xdp.out; exit 1; }; sleep 0.2; done
		ip link show enX0 | grep xdp"
}
xdp_end() { guest "pkill -x netcheck; sleep 1; ! ip link show enX0 | grep xdp"; }
xdp_drop() { xdp_pass drop && guest "! ping -q -c 3 -W 2 -w 6 10.0.0.1" && xdp_end && ping -c 3 -w 20; }
mac() { guest "ip link set enX0 down && ip link set enX0 address $1 && ip link set enX0 up && grep -qx $1 /sys/class/net/enX0/address && ip neigh flush all && ping -q -c 3 -w 20 10.0.0.1" && $bb ip neigh | $bb grep -q "10.0.0.2 .*$1"; }
# An interface comes, is used, and goes while something is sent through it.
card()
{
	xl network-attach guest bridge=xenbr0 mac=00:16:3e:00:01:$($bb printf %02x $1) || return
	guest "n=0; until ip link show enX1 >/dev/null 2>&1; do n=\$((n + 1)); [ \$n -lt 300 ] || exit 1; sleep 0.1; done
		udevadm settle
		grep -qx 00:16:3e:00:01:$($bb printf %02x $1) /sys/class/net/enX1/address || exit 2
		ip addr add 10.0.1.2/24 dev enX1 && ip link set enX1 up && ping -q -c 2 -w 20 10.0.1.1 || exit 3
		[ \$(cat /sys/class/net/enX1/carrier) = 1 ] || exit 4
		(ping -q -f 10.0.1.1 >/dev/null 2>&1; touch /tmp/ended) &
		(head -c 1000000000 /dev/zero | nc -w 5 10.0.1.1 7004; true) >/dev/null 2>&1 &" || return
	$bb nc -l -p 7004 >/dev/null 2>&1 &
	$bb sleep 1
	ca_before=$($bb cat "/sys/class/net/$(vif 1)/statistics/rx_packets")
	$bb sleep 1
	ca_after=$($bb cat "/sys/class/net/$(vif 1)/statistics/rx_packets")
	echo "frames: $ca_before, then $ca_after"
	xl network-detach guest 1 || return
	guest "n=0; while [ -e /sys/class/net/enX1 ]; do n=\$((n + 1)); [ \$n -lt 300 ] || exit 1; sleep 0.1; done; pkill ping; pkill -x nc; true"
	ca_rc=$?
	kill $! 2>/dev/null
	[ $ca_rc -eq 0 ] && [ "$ca_after" -gt "$ca_before" ]
}
used() { lsevtchn "$(xl domid guest)" | $bb grep -c .; guest "grep -c : /proc/interrupts"; }
cards()
{
	card 0 || return
	us=$(used)
	t=0
	while [ $t -lt $rounds ]; do
		card $t || { echo "in round $t"; return 1; }
		t=$((t + 1))
	done
	echo "event channels, interrupts: $us; $(used)"
	[ "$us" = "$(used)" ] && ping -c 3 -w 20
}
# The backend closes; the guest lives, and takes another one.
closed()
{
	xenstore-write "$(back)/state" 5 && guest "sleep 2; ! ping -q -c 2 -W 2 -w 5 10.0.0.1; ip link show enX0; echo carrier \$(cat /sys/class/net/enX0/carrier)" || return
	xl network-detach guest 0
	guest "n=0; while [ -e /sys/class/net/enX0 ]; do n=\$((n + 1)); [ \$n -lt 300 ] || exit 1; sleep 0.1; done" || return
	echo 1 >/sys/module/xen_netback/parameters/max_queues
	xl network-attach guest bridge=xenbr0 mac=00:16:3e:00:00:02 &&
		guest "n=0; until ip link show enX0 | grep -q LOWER_UP; do n=\$((n + 1)); [ \$n -lt 300 ] || exit 1; sleep 0.1; done; ping -q -c 3 -w 60 10.0.0.1"
}

ok "the guest comes up" up
ok "two queues" queues 2
ok "both are used, both ways" queues_used
ok "TCP both ways: 24 MiB" tcp 24
ok "UDP to the guest and back" udp_in 4000 1400
ok "UDP from the guest and back" udp_out 4000 1400
ok "UDP in fragments" udp_out 500 60000
ok "UDP in fragments, to the guest" udp_in 500 60000
ok "UDP, cut by the interface" udp_out 3200 16000 1000
ok "with segmentation offload frames are large" frame_sizes 3000 70000
ok "no tso: frames are small" eval 'offload tso off && frame_sizes 200 1514'
ok "no tso: all ways" all_ways
ok "no gso" eval 'offload gso off && all_ways'
ok "no gro" eval 'offload gro off && all_ways'
# Checksums of IPv4 cannot be switched off. Without sg netfront drops what lies across
# two pages, of which TCP makes up for.
ok "no sg" eval 'offload sg off && frame_sizes 200 1514 && tcp 4 && dropped'
ok "all of it again" eval 'offload sg on tso on gso on gro on && frame_sizes 3000 70000 && all_ways'
ok "jumbo frames" eval 'mtu 9000 && ping -c 20 -w 60 -M do -s 8972 && udp_out 1000 8900 && udp_in 1000 8900 && tcp 8'
ok "jumbo frames, no segmentation" eval 'offload tso off && frame_sizes 4000 9014 && offload tso on'
ok "larger than they may be" guest "! ping -q -c 2 -w 5 -M do -s 8973 10.0.0.1"
ok "no jumbo frames without sg" no_sg_no_jumbo
ok "back to 1500" mtu 1500
ok "flood of pings: 5000" ping -f -c 5000
ok "flood of pings, large ones" ping -f -c 1000 -s 1472
# A flood of these is more than the backend queues.
ok "pings in fragments" ping -A -c 300 -s 20000
ok "XDP: a program that lets pass" xdp_pass pass
ok "XDP: all ways" all_ways
ok "XDP: and off" xdp_end
ok "XDP: a program that drops" xdp_drop
ok "no checksum was wrong anywhere" no_errors
ok "another address" mac 00:16:3e:00:00:77
ok "and the first again" mac 00:16:3e:00:00:02
ok "interfaces come and go under traffic, $rounds times" cards
ok "the backend closes, another comes" closed
ok "one queue" queues 1
ok "all ways" all_ways
ok "the guest ends" bye
done_testing
END
{
	echo "rounds=${MX_ROUNDS:-20}"
	# Static, since dom0 has no libraries of i386.
	echo "\$bb base64 -d <<'NETCHECK' | \$bb gunzip >/tmp/netcheck"
	gzip -9nc "$T/netcheck" | base64
	echo "NETCHECK"
	echo "\$bb chmod 755 /tmp/netcheck"
	echo "\$bb ip addr add 10.0.1.1/24 dev xenbr0"
	cat "$T/script"
} >"$T/full"
entry network --disk "$T/disk.img" --script "$T/full"
done_testing
