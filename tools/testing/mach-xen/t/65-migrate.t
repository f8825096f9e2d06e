#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest with three vcpus and high memory migrates live to the same host, three times,
# while it computes, fills memory, reads clocks, writes to its disk and sends over the
# network; one vcpu is off meanwhile, and comes back; the balloon keeps what it has. The
# hypervisor has shadow paging.
# Fails when: the hypervisor cannot follow which pages the guest writes, or the guest
# writes page tables behind its back; a clock goes back or stands; a temporary mapping
# keeps a frame of the domain that was; the balloon gives back what it had; the disk
# loses a write, or a TCP connection a line.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
with_module

cat >"$T/script" <<'END'
cpu=/sys/devices/system/cpu
up() { create && ready; }
# has MIB: so much memory the guest has, and so much the tool stack says it has
has() { memory_is $(($1 * 1024)) && xl list guest && xl list guest | $bb grep -q "^guest *[0-9]* *$1 "; }
# Blocks are written to the disk and read back, until there is a file /tmp/stop.
disk_load()
{
	guest "dd if=/dev/urandom of=/tmp/blocks bs=64k count=16 2>/dev/null
		(
			rounds=0
			while [ ! -e /tmp/stop ]; do
				dd if=/tmp/blocks of=/dev/xvda bs=64k oflag=direct 2>/dev/null &&
					dd if=/dev/xvda of=/tmp/back bs=64k count=16 iflag=direct 2>/dev/null &&
					cmp /tmp/blocks /tmp/back || exit
				rounds=\$((rounds + 1)); sleep 0.5
			done
			echo \"# \$rounds rounds on the disk\"
			[ \$rounds -gt 0 ]
		) >/tmp/disk 2>&1 && echo 0 >/tmp/disk.rc || echo 1 >/tmp/disk.rc &"
}
# Numbers go from the guest to here over one connection, until there is that file.
net_load()
{
	# That side sends nothing, but keeps the connection open.
	$bb tail -f /dev/null | $bb nc -l -p 5002 >/tmp/lines &
	guest "for d in /sys/class/net/*/device/nodename; do d=\${d%/device/*}; d=\${d##*/}; done
		ip addr add 10.0.0.2/24 dev \$d && ip link set \$d up && ping -c 2 -w 20 10.0.0.1 || exit
		(
			n=0
			while [ ! -e /tmp/stop ]; do n=\$((n + 1)); echo \$n; sleep 0.2; done
			echo end
		) | nc 10.0.0.1 5002 >/dev/null 2>&1 &"
}
more_lines()
{
	lines=$($bb wc -l </tmp/lines)
	$bb sleep 3
	echo "$lines lines, then $($bb wc -l </tmp/lines)"
	[ "$($bb wc -l </tmp/lines)" -gt "$lines" ]
}
all_lines()
{
	n=0
	until $bb grep -qx end /tmp/lines; do
		n=$((n + 1)); [ $n -lt 60 ] || break; $bb sleep 0.5
	done
	lines=$(($($bb wc -l </tmp/lines) - 1))
	{ $bb seq $lines; echo end; } | $bb cmp - /tmp/lines && [ $lines -gt 50 ]
}

ok "the guest comes up" up
ok "time is right" same_time
ok "CPU 1 brings up CPU 2" cpu2_on
ok "a module that keeps pages mapped" guest "insmod /tests/mx_live.ko"
ok "the balloon takes 32 MiB" eval 'xl mem-set guest 160 && has 160'
loads 30
ok "the disk is in use" disk_load
ok "the network is in use" net_load
ok "CPU 2 goes off" guest "echo 0 >$cpu/cpu2/online; [ \$(cat $cpu/online) = 0-1 ]"
for cycle in 1 2 3; do
	ok "cycle $cycle: migrated" migrate
	ok "cycle $cycle: the guest answers" guest "true"
	ok "cycle $cycle: time is right" same_time
	ok "cycle $cycle: what was mapped is mapped" mapped
	ok "cycle $cycle: the vcpu that was off is off" guest "[ \$(cat $cpu/online) = 0-1 ]"
	ok "cycle $cycle: the balloon has what it had" has 160
	ok "cycle $cycle: the connection is there" more_lines
done
ok "CPU 1 brings up CPU 2 after that" cpu2_on
ok "the balloon gives its memory back" eval 'xl mem-set guest 192 && has 192'
loads_end
ok "the disk kept its contents" load_ended disk
ok "no line was lost" all_lines
ok "all CPUs run" guest "/tests/smpcheck >/tmp/smp || { sed 's/^/# /' /tmp/smp; false; }" 300
ok "the guest ends" bye
done_testing
END
truncate -s 8M "$T/disk.img"
boot migrate domu --mem 192 --vcpus 3 --script "$T/script" --timeout 1200 --spare 256 \
	--cmdline 'highmem=64M maxcpus=2' --disk "$T/disk.img" \
	--xl "vif = [ 'bridge=xenbr0,mac=00:16:3e:00:00:02' ]"
guest_verdict
done_testing
