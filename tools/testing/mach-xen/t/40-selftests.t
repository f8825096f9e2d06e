#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own x86 selftests, 32-bit, all 24, from one image on bare metal
# and as Xen PV guest: every result under Xen equals that on bare metal, but for
# what selftests.expected lists with a reason; and that must differ indeed.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

expected=$top/tools/testing/mach-xen/selftests.expected

# results FILE: "NAME pass|skip|fail OK=n FAIL=n WARN=n SKIP=n" of each.  The
# counts are part of the result: some exit 0 although they skipped a part, and
# parity is about what was tried, too.
results()
{
	sed -n "/^mach-xen: BEGIN selftests\$/,/^mach-xen: RESULT selftests /p" "$log" |
		awk '/^# [a-zA-Z0-9_]+: OK=/ { tags = $3 " " $4 " " $5 " " $6 }
		     /^ok / { print $3, (/# SKIP/ ? "skip" : "pass"), tags }
		     /^not ok / { print $4, "fail", tags }' | sort >"$1"
}

# said NAME: what a test printed, for the reader
said()
{
	awk -v n="$1" '/^(not )?ok / { if ($0 ~ " " n "( |$)") { print b; exit } b = ""; next }
		/^#/ { b = b $0 "\n" }' "$log" | head -n 40
}

boot metal grub --mem 256 --run selftests --no-verdict --timeout 300
ok "bare metal: the machine went down by itself" booted
metal_log=$log
results "$T/metal"
boot xen xen --mem 256 --run selftests --no-verdict --timeout 400
ok "Xen: the machine went down by itself" booted
xen_log=$log
results "$T/xen"
ok "bare metal: 24 programs ran" [ "$(wc -l <"$T/metal")" -eq 24 ]
ok "Xen: 24 programs ran" [ "$(wc -l <"$T/xen")" -eq 24 ]

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
log=$metal_log
ok "bare metal: nothing of the kernel's is a complaint" kernel_content
log=$xen_log
ok "Xen: nothing of the kernel's is a complaint" kernel_content
# A program that ends badly may make Xen say so about the program; never
# about the kernel.
ok "Xen: no refused update, no unhandled instruction" \
	lacks '\(XEN\).*(mm\.c:|domain_crash|[Uu]nhandled|Domain 0 .*crashed)'
done_testing
