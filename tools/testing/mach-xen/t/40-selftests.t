#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own x86 selftests, 32-bit, all 24, from one image on bare metal
# and as Xen PV guest: every result under Xen equals that on bare metal, but for
# what selftests.expected lists with a reason; and that must differ indeed.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

expected=$top/tools/testing/mach-xen/selftests.expected

# results: "NAME pass|skip|fail OK=n FAIL=n WARN=n SKIP=n" of each.  The
# counts are part of the result: some exit 0 although they skipped a part, and
# parity is about what was tried, too.
results()
{
	sed -n "/^mach-xen: BEGIN selftests\$/,/^mach-xen: RESULT selftests /p" "$log" |
		awk '/^# [a-zA-Z0-9_]+: OK=/ { tags = $3 " " $4 " " $5 " " $6 }
		     /^ok / { print $3, (/# SKIP/ ? "skip" : "pass"), tags }
		     /^not ok / { print $4, "fail", tags }' | sort
}
ran() { [ "$(results | wc -l)" -eq "$1" ]; }

# said NAME: what a test printed, for the reader
said()
{
	awk -v n="$1" '/^(not )?ok / { if ($0 ~ " " n "( |$)") { print b; exit } b = ""; next }
		/^#/ { b = b $0 "\n" }' "$log" | head -n 40
}

entry metal
metal_log=$log
results >"$T/metal"
entry xen
xen_log=$log
results >"$T/xen"

while read -r name metal; do
	xen=$(sed -n "s/^$name //p" "$T/xen")
	allowed=$(sed -n "s/^$name  *\([a-z]*\) .*/\1/p" "$expected")
	if [ "${metal%% *}" != pass ]; then
		log=$metal_log
		said "$name" >"$T/out"
		fail "$name: passes on bare metal ($metal)"
		continue
	fi
	log=$xen_log
	said "$name" >"$T/out"
	if [ -n "$allowed" ]; then
		# A part that is skipped counts as skipped.
		case "$xen" in
		pass*SKIP=0) is=pass ;;
		pass*)       is=skip ;;
		*)           is=${xen%% *} ;;
		esac
		if [ "$is" = "$allowed" ] && [ "$xen" != "$metal" ]; then
			pass "$name: $allowed under Xen, as listed"
		else
			fail "$name: listed to $allowed under Xen, but: ${xen:-missing}"
		fi
	elif [ "$xen" = "$metal" ]; then
		pass "$name: $xen in both"
	else
		fail "$name: on bare metal $metal, under Xen ${xen:-missing}"
	fi
done <"$T/metal"

# No entry for a test that does not exist.
bad=$(awk '!/^#/ && NF { print $1 }' "$expected" | while read -r name; do
	grep -q "^$name " "$T/metal" || echo "$name"
done)
ok "every listed exception is a test that ran${bad:+ ($bad)}" [ -z "$bad" ]
done_testing
