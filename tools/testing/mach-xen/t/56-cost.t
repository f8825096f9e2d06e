#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What operations of the kernel cost, in instructions: coarsely what bench.recorded has, on
# bare metal and as initial domain. "make bench" measures more closely.
# Fails when: a row costs a third more than recorded, or is missing.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

recorded=$top/tools/testing/mach-xen/bench.recorded
# Without the rows that it leaves out, and without the page with charts
rows=$(sed -n 's/^bare \([^ ]*\) .*/\1/p' "$recorded" | tr '\n' ' ')
ok "all is measured" env BUILD="$MX_BUILD" "$top/scripts/bench" --columns "bare pv" --boots 1 \
	--rows "${rows% }" \
	--kernel "$MX_KERNEL" --initrd "$MX_INITRD" --xen "$MX_XEN" --html no
while read -r column row was; do
	case $column in
	'#'*|'') continue ;;
	esac
	is=$(jq ".columns.\"$column\".\"$row\".value // empty" "$MX_BUILD/bench/bench.json")
	ok "$column, $row: ${is:-missing}, recorded $was" [ "${is:-$((was * 2))}" -le $((was * 4 / 3)) ]
done <"$recorded"
done_testing
