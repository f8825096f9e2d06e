#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# All at once in a guest of two vcpus: one of them goes and comes, a disk is attached, used and
# taken away, the guest is moved to the same host, and trinity makes system calls as a user
# without rights, on a disk of Debian's. MX_ALL (1000) rounds of a vcpu and of a disk, and a
# tenth of that of migrations.
# Fails when: a round fails, trinity does not run any more, the kernel complains, or the guest
# has other event channels, other interrupts or less memory afterwards.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"
rounds=${MX_ALL:-1000}

ok "a disk with trinity" env BUILD="$MX_BUILD" "$top/scripts/build-guest" bookworm-soak
cp --sparse=always "$MX_BUILD/guest/bookworm-soak/disk.img" "$T/disk.img"
echo "rounds=$rounds" >"$T/script"
cat >>"$T/script" <<'END'
cpu=/sys/devices/system/cpu/cpu1/online
up() { create && ready; }
# In /tmp/vcpu.rounds is how often it went and came.
vcpu_load()
{
	guest "(
			n=0
			while [ ! -e /tmp/stop ]; do
				echo 0 >$cpu && n=\$((n + 1))
				until echo 1 >$cpu; do sleep 0.1; done
			done 2>/dev/null
			echo \$n >/tmp/vcpu.rounds
		) &"
}
trinity_load() { guest "/tests/soak >/tmp/soak.out 2>&1 &" && $bb sleep 20 && trinity_runs; }
trinity_runs() { guest "pidof trinity"; }
all_at_once()
{
	t=0 moves=0
	while [ $t -lt $rounds ]; do
		disk_round || { echo "the disk: exit status $? in round $t"; ask_why; return 1; }
		t=$((t + 1))
		[ $((t % 10)) -eq 0 ] || continue
		migrate || { echo "no migration after round $t"; return 1; }
		moves=$((moves + 1))
		say "rig: # $t rounds, $moves migrations" >/dev/console
	done
}
quiet()
{
	guest "touch /tmp/stop; n=0; until [ -s /tmp/vcpu.rounds ]; do n=\$((n + 1)); [ \$n -lt 200 ] || exit 1; sleep 0.5; done
		kill -9 \$(pidof trinity); n=0; while pidof soak; do n=\$((n + 1)); [ \$n -lt 200 ] || exit 2; sleep 0.5; done
		cat /proc/mounts; ! grep /tmp/disk /proc/mounts" 300
}
vcpu_rounds() { guest "cat /tmp/vcpu.rounds; [ \$(cat /tmp/vcpu.rounds) -ge $rounds ]"; }
# What trinity left in shared memory is not lost. Ten rounds leave 7 MiB more in use, and nobody
# has looked what they are. In a thousand rounds, 16 KiB that each of them loses are noticed.
shared() { guest "grep ^Shmem: /proc/meminfo" | $bb awk '{ print $2 }'; }
memory()
{
	guest "rm -f /tmp/data /tmp/soak*"
	left=$(free_at_rest $((free - 16384)))
	shared_now=$(shared)
	echo "before: $free KiB and $shared_then shared, after: $left and $shared_now"
	[ $((left + shared_now)) -ge $((free + shared_then - 16384)) ]
}

$bb dd if=/dev/zero of=/tmp/disk bs=1M count=16 2>/dev/null
ok "the guest comes up" up
ok "a disk" disk_round
ok "a migration" migrate
guest "rm -f /tmp/data"
before=$(used)
free=$(free_at_rest 0)
shared_then=$(shared)
ok "trinity runs" trinity_load
ok "a vcpu goes and comes" vcpu_load
ok "$rounds rounds of a disk, and a tenth of that of migrations" all_at_once
ok "trinity runs still" trinity_runs
ok "it ends" quiet
ok "the vcpu went and came $rounds times" vcpu_rounds
same() { after=$(used); echo "before: $before; after: $after"; [ "$before" = "$after" ]; }
ok "as many event channels and interrupts as before" same
ok "as much free memory as before" memory
ok "all CPUs run" guest "/tests/smpcheck >/tmp/smp || { sed 's/^/# /' /tmp/smp; false; }" 300
ok "the guest ends" bye
done_testing
END
entry guest --disk "$T/disk.img" --script "$T/script"
rig_results
done_testing
