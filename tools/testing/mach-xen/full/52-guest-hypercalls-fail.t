#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each call instruction that a guest of xl reaches, of those that make hypercalls, fails at
# its first use. The guest starts, takes a vcpu offline and back, changes its memory, has a
# disk and a network interface for a while, is saved and restored, checks itself, and ends.
# A debugger takes the place of Xen: it does not make the call, and returns -ENOMEM. Each
# failure has a guest of its own. A machine has MX_TURNS (12) of these guests, one after the
# other.
# Fails when: a guest hangs or ends without a word.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/hypercalls.sh"
turns=${MX_TURNS:-12}

hypercall_sites
START=$(nm "$MX_VMLINUX" | awk '$3 == "startup_xen" { print $1 }')
# Before this function runs, the guest has no console.
MARK=$(nm "$MX_VMLINUX" | awk '$3 == "xenboot_console_setup" { print $1 }')
export START MARK
ok "the kernel has both functions" [ "$START" -a "$MARK" ]

# At each turn's end dom0 says whether all went well, which step did not, and whether
# the guest answers then.
cat >"$T/turns" <<'END'
up() { create && ready 300; }
vcpu() { guest "cd /sys/devices/system/cpu/cpu1; echo 0 >online && echo 1 >online && taskset 2 true" 60; }
balloon() { mem_set 100 && mem_set 128; }
selfcheck() { guest "/tests/selfcheck >/tmp/self || { sed 's/^/# /' /tmp/self; false; }"; }
suspend()
{
	xl save -c guest /dev/null && guest true && save_restore && guest true
}
turn()
{
	say "rig: # turn $1 begins"
	# What the last guest said is not this one's.
	$bb wc -l <$console >/tmp/rig.seen
	end=lives
	for step in $steps; do
		$step >/tmp/step 2>&1 && continue
		end="$step fails"
		$bb tail -n 3 /tmp/step | $bb sed 's/^/mach-xen: rig: # /'
		# The kernel prints what it has to say, and a guest that ends is gone.
		$bb sleep 5
		guest true 30 && break
		if running; then end="$end, no answer"; else end="$end, it is gone"; fi
		break
	done
	running && xl destroy guest
	# Its last words are on their way.
	$bb sleep 2
	say "rig: # turn $1 ends: $end"
}
$bb dd if=/dev/zero of=/tmp/disk bs=1M count=16 2>/dev/null
END

# guests N ADDRESS...: the machine that starts next has N of them, and a call fails in each
guests()
{
	gu_n=$1
	shift
	FAIL=$*
	export FAIL
	{
		echo "steps='$steps'"
		cat "$T/turns"
		echo "t=0; while [ \$t -lt $gu_n ]; do t=\$((t + 1)); turn \$t; done"
		echo 'dmesg_quiet() { ! dmesg | grep -E "WARNING: CPU|BUG:|Oops: "; }'
		echo 'ok "dom0 has no complaint" dmesg_quiet'
		echo done_testing
	} >"$T/script"
	debugger "$T/gdb.log" -x "$top/tools/testing/mach-xen/full/hypercalls.py"
}
guests_end()
{
	rig_results
	debugger_ends
	cp "$T/gdb.log" "${log%.console}.gdb-log"
}

# First, which calls are made at all. Where the debugger waits for a call, the emulator runs
# the whole page an instruction at a time. So the self-check is left out here. full/38 lets
# the calls fail that the self-check makes.
steps='up vcpu balloon disk_round net_servers net_round suspend bye'
guests 1
MX_TAG=list
entry turns --script "$T/script" --qemuflags "$gdb" --timeout 1500
MX_TAG=''
guests_end
awk '/^mach-xen: mark/ { late = 1 }
	/^mach-xen: call/ { print $3, $4, $5, late ? "" : "early" }' "$T/gdb.log" | sort >"$T/made"
lives() { grep 'rig: # turn 1 ends: lives' "$log"; }
ok "nothing fails, and the guest lives" lives
ok "there is no trace of a failure" lacks "$trace_of_a_failure"
ok "the guest gets a console" grep -q '^mach-xen: mark' "$T/gdb.log"
ok "many calls are made" [ "$(wc -l <"$T/made")" -ge 40 ]

# section N: what was printed in that turn, to $T/section; how it ended, to $end
section()
{
	sed -n "/rig: # turn $1 begins/,/rig: # turn $1 ends/p" "$log" >"$T/section"
	end=$(sed -n "s/.*rig: # turn $1 ends: //p" "$log")
	if grep -Eq "$trace_of_a_failure" "$T/section"; then
		end="${end:-no end}, with a trace"
	elif grep -q "^$address .* early\$" "$T/made"; then
		case $end in *'it is gone') end="$end, before it has a console" ;; esac
	fi
}
# The step that fails has its own error, where the guest answers. A guest that has no console
# yet may end without a word.
says_or_lives()
{
	case $end in
	lives* | *' fails' | *'with a trace' | *'it is gone, before it has a console') return 0 ;;
	esac
	tail -n 30 "$T/section"
	return 1
}

# What a guest cannot notice. Xen always takes a vcpu down, and sends an event by a port that
# is bound. See Documentation/arch/x86/mach-xen/testing.rst.
known='24 xen_pv_play_dead|32 notify_remote_via_irq'

steps="${steps% bye} selfcheck bye"
batch=0
judged=0
while set -- $(sed -n "$((batch * turns + 1)),$(((batch + 1) * turns))p" "$T/made" | cut -d' ' -f1) && [ $# -gt 0 ]; do
	batch=$((batch + 1))
	guests $# "$@"
	MX_TAG=$batch
	entry turns --script "$T/script" --qemuflags "$gdb" --timeout $(($# * 400 + 300))
	MX_TAG=''
	guests_end
	ok "as many guests as turns" [ "$(grep -c '^mach-xen: turn' "$T/gdb.log")" = $# ]
	n=0
	for address; do
		n=$((n + 1))
		call=$(sed -n "s/^$address \([^ ]* [^ ]*\).*/\1/p" "$T/made")
		# Not every run makes every call.
		grep -q "^mach-xen: call $address " "$T/gdb.log" || { echo "# not made this time: $call"; continue; }
		section $n
		! echo "$call" | grep -Eqx "$known" || { echo "# known: $call: $end"; continue; }
		judged=$((judged + 1))
		echo "$end" >>"$T/ends"
		ok "hypercall ${call% *} fails in ${call#* }: $end" says_or_lives
	done
done
sort "$T/ends" | uniq -c | sort -rn | sed 's/^/# /'
ok "some are missed" grep -q 'with a trace' "$T/ends"
ok "nine of ten were made again" [ $((judged * 10)) -ge $(($(wc -l <"$T/made") * 9)) ]
done_testing
