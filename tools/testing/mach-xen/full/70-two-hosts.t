#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest moves live between two machines with CPUs of one vendor, an older and a newer
# one, and back, while it computes, fills memory, reads clocks, writes to its disk, which
# both machines have, and sends over the network, which is one for both.
# Fails when: what t/58-save-migrate.t wants is not so, or the CPU's features change under the
# guest.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/loads.sh"
with_module

# host OWN-ADDRESS OTHER-ADDRESS: what both machines do
cat >"$T/both" <<'END'
host()
{
	$bb modprobe e1000
	$bb ip link set eth0 up
	$bb ip addr flush dev xenbr0
	$bb ip addr add "$1"/24 dev xenbr0
	$bb brctl addif xenbr0 eth0
	printf '#!/bin/sh\nexec xl migrate-receive 2>>/tmp/receive.log\n' >/tmp/receive
	# Ends when one of both sides does.
	printf '#!/bin/bash\nexec 3<>/dev/tcp/%s/7000\ncat <&3 &\ncat <&0 >&3 &\nwait -n\nkill $(jobs -p)\n' "$2" >/tmp/send
	$bb chmod 755 /tmp/receive /tmp/send
	# With -ll, children of xl would have no exit status.
	while :; do $bb nc -l -p 7000 -e /tmp/receive; done &
	while :; do $bb nc -l -p 7001 -e /bin/sh; done &
}
END
cat "$T/both" - >"$T/second" <<'END'
host 10.0.0.3 10.0.0.1
n=0
until [ -e /tmp/end ]; do n=$((n + 1)); [ $n -lt 3000 ] || break; $bb sleep 1; done
END
{
	load_words
	cat "$T/both"
	cat <<'END'
host 10.0.0.1 10.0.0.3
# by_net ADDRESS PORT COMMAND: a shell there, its output and exit status
by_net()
{
	# What runs on in the background must not hold the connection.
	printf '(\n%s\n) </dev/null >/tmp/said 2>&1\nrc=$?\ncat /tmp/said\necho "rc=$rc"\n' "$3" | $bb nc -w 20 "$1" "$2" >/tmp/by_net
	bn_rc=$($bb sed -n '$s/^rc=//p' /tmp/by_net)
	$bb sed '$d' /tmp/by_net
	return "${bn_rc:-125}"
}
on_second() { by_net 10.0.0.3 7001 "$1"; }
by_console() { guest_start "$1" && guest_wait 120; }
# to_second, to_first: the guest moves there
to_second() { moved xl migrate -s '' guest /tmp/send && ! running && on_second "xl domid guest"; }
to_first() { moved on_second "xl migrate -s '' guest /tmp/send" && running && on_second "! xl domid guest"; }
# second_there: its shell answers
second_there() { n=0; until on_second true; do n=$((n + 1)); [ $n -lt 60 ] || return 1; $bb sleep 2; done; }
# cpu_is: CPUID as the kernel has it now, on each vcpu; same_cpu: as it was before
cpu_is()
{
	guest "for cpu in 0 1; do for leaf in 0 1 2 7 2147483649; do
		dd if=/dev/cpu/\$cpu/cpuid bs=16 skip=\$leaf iflag=skip_bytes count=1 2>/dev/null | xxd
	done; done" >/tmp/cpu && $bb cat /tmp/cpu && [ "$($bb wc -l </tmp/cpu)" = 10 ]
}
same_cpu() { $bb cp /tmp/cpu /tmp/cpu.was; cpu_is && $bb cmp /tmp/cpu.was /tmp/cpu; }

ok "the second machine is there" second_there
ok "the guest comes up" eval 'create && ready'
ok "the network is in use" net_load
ok "it can be asked over the network" eval 'guest "nc -ll -p 7002 -e /bin/sh >/dev/null 2>&1 &"'
# wherever it is
guest() { by_net 10.0.0.2 7002 "$1"; }
ok "time is right" same_time
ok "a module that keeps pages mapped" guest "insmod /tests/mx_live.ko"
loads 30
ok "the disk is in use" disk_load
ok "the CPU" cpu_is
for to in second first; do
	ok "to the $to: migrated" to_$to
	ok "to the $to: the guest answers" guest true
	ok "to the $to: time is right" same_time
	ok "to the $to: what was mapped is mapped" mapped
	ok "to the $to: the connection is there" more_lines
	ok "to the $to: the CPU is what it was" same_cpu
done
loads_end
ok "the disk kept its contents" load_ended disk
ok "no line was lost" all_lines
ok "all CPUs run" guest "/tests/smpcheck >/tmp/smp || { sed 's/^/# /' /tmp/smp; false; }"
guest() { by_console "$1"; }
ok "the guest ends" bye
on_second "touch /tmp/end"
$bb cat /tmp/receive.log
done_testing
END
} >"$T/first"
truncate -s 8M "$T/disk.img"

# options NAME OTHER DIGIT: of QEMU, for one of the two; a network between both, and one disk
options()
{
	echo "-netdev dgram,id=n,local.type=unix,local.path=$T/$1.sock,remote.type=unix,remote.path=$T/$2.sock
		-device e1000,netdev=n,mac=52:54:00:00:00:0$3
		-drive if=none,id=d,format=raw,file=$T/disk.img,file.locking=off
		-device nvme,drive=d,serial=x"
}
first=$(options first second 1)
second=$(options second first 3)
mkdir "$T/2"
log=$MX_LOGS/$(basename "$0" .t)-second.console
rm -f "$log"
(
	T=$T/2
	entry second --script "${T%/2}/second" --qemuflags "$second"
) >/dev/null &
entry first --script "$T/first" --qemuflags "$first"
wait
log=$MX_LOGS/$(basename "$0" .t)-second.console
# Reason 2: it was suspended to move on.
ok "the second machine: its guest has moved on" has "^mach-xen: rig: the guest ended for reason '2'"
ok "the second machine went down by itself" has 'reboot: Power down'
ok "the second machine: nothing of the kernel's is a complaint" no_complaint
ok "the second machine: Xen has no complaint about the guest" guest_content
done_testing
