#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each hypercall that an initial domain makes once programs run fails once, in each place
# where it is made; a multicall fails as a whole. The guest lives, or it says what
# happened. A debugger takes the place of Xen: it does not make the call, and returns
# -ENOMEM. A machine is started for each place, so what one failure leaves behind is not
# another one's.
# Fails when: the guest hangs or is reset without a word.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/hypercalls.sh"

hypercall_sites
START=$(nm "$MX_VMLINUX" | awk '$3 == "kernel_execve" { print $1 }')
export START

# calls ADDRESS: what the debugger does in the machine that starts next
calls()
{
	FAIL=$1
	export FAIL
	debugger "$T/gdb.log" -x "$top/tools/testing/mach-xen/full/hypercalls.py"
}
# What it said is in $T/calls.
called()
{
	debugger_ends
	sed -n 's/^mach-xen: call //p' "$T/gdb.log" >"$T/calls"
}

# Those that are made at all, with the programs that run here
calls ''
entry list --qemuflags "$gdb"
called
sort "$T/calls" >"$T/made"
ok "many of them are made" [ "$(wc -l <"$T/made")" -ge 20 ]

# outcome: how a guest ended. The programs' own failures are a word, too.
outcome()
{
	if grep -Eq "$trace_of_a_failure" "$log"; then
		echo "a trace"
	elif [ "$boot_rc" -eq 0 ]; then
		echo "lives"
	elif grep -q '^ *not ok ' "$log"; then
		echo "a program fails"
	else
		echo "nothing"
	fi
}
says_or_lives() { [ "$end" != nothing ] || { tail -n 30 "$log"; return 1; }; }

failed=0
while read -r address number function <&3; do
	MX_TAG=$address
	calls "$address"
	entry one --qemuflags "$gdb"
	called
	MX_TAG=''
	# Not every run makes every call.
	[ -s "$T/calls" ] || { echo "# not made this time: $number in $function"; continue; }
	failed=$((failed + 1))
	end=$(outcome)
	echo "$end" >>"$T/ends"
	ok "hypercall $number fails in $function: $end" says_or_lives
done 3<"$T/made"
sort "$T/ends" | uniq -c | sed 's/^/# /'
ok "some are missed" grep -qx 'a trace' "$T/ends"
ok "nine of ten were made again" [ $((failed * 10)) -ge $(($(wc -l <"$T/made") * 9)) ]
done_testing
