#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Code that the base has is used from where it stands: no four code lines of ours in a row
# are in the base, but for those in equal-lines.allowed.
# Fails when: something of the base's was copied.
. "$(dirname "$0")/tap.sh"

here=$top/tools/testing/mach-xen
tree=${MX_BUILD:-$top/build}/linux

# Our files are links in the tree.
theirs() { (cd "$tree" && find arch/x86 drivers/xen -type f -name '*.[chS]' | LC_ALL=C sort); }
ours() { (cd "$top" && find arch/i386 drivers include -type f -name '*.[chS]' ! -path '*/mach-default/*'); }

# runs: those that are allowed are left out
runs()
{
	set -- $(ours)
	(cd "$tree" && awk -f "$here/equal-lines" -v ours=$# "$@" $(theirs)) >"$T/all" || return
	tail -n 1 "$T/all"
	! sed '$d' "$T/all" | awk -F '\t' '
		FILENAME != "-" { if (!/^#/) most[$1, $2] = $3; next }
		{
			split($0, w, /[:,] ?/)
			lines = w[3] + 0
			if (lines > most[w[1], w[4]])
				print
		}' "$here/equal-lines.allowed" - | grep .
}
ok "no code lines of the base's, but for those allowed" runs
# A line whose run has gone tells something that is no longer true.
gone()
{
	! grep -v '^#' "$here/equal-lines.allowed" | while IFS='	' read -r gone_ours gone_base gone_rest; do
		grep -q "^$gone_ours:.*: $gone_base\$" "$T/all" || echo "$gone_ours, $gone_base"
	done | grep .
}
ok "each allowed run is there" gone

# Seen to fail: four lines of the base's in a file of ours.
cd "$T" && cp "$tree/arch/x86/xen/irq.c" mine.c
ok "a copy is found" eval "awk -f '$here/equal-lines' -v ours=1 mine.c '$tree/arch/x86/xen/irq.c' | grep -q ' 100.00 %'"
done_testing
