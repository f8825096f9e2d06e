#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What operations of the kernel cost, in instructions: coarsely what bench.recorded has, on
# bare metal and as initial domain. "make bench" measures more closely.
# Fails when: a row costs a third more than recorded, or is missing. It also fails when a
# row costs less than half: then the row or the record is wrong.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

recorded=$top/tools/testing/mach-xen/bench.recorded
# Without the rows that it leaves out, and without the page with charts
rows=$(sed -n 's/^bare \([^ ]*\) .*/\1/p' "$recorded" | tr '\n' ' ')
ok "all is measured" env BUILD="$MX_BUILD" "$top/scripts/bench" --columns "bare pv" --boots 1 \
	--rows "${rows% }" \
	--kernel "$MX_KERNEL" --initrd "$MX_INITRD" --xen "$MX_XEN" --html no \
	--out "$T/bench.json"
near() { [ "$1" -le $(($2 * 4 / 3)) ] && [ "$1" -ge $(($2 / 2)) ]; }
compared=0
while read -r column row was; do
	case $column in
	'#'*|'') continue ;;
	esac
	is=$(jq ".columns.\"$column\".\"$row\".value // empty" "$T/bench.json")
	ok "$column, $row: ${is:-missing}, recorded $was" near "${is:-0}" "$was"
	compared=$((compared + 1))
done <"$recorded"
ok "that are $compared figures" [ $compared -ge 50 ]
done_testing
