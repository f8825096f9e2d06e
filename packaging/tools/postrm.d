#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# /etc/kernel/postrm.d/zzz-mach-xen VERSION IMAGE: take the entry that mach-xen-check
# has put into the automagic list of a menu.lst out again.
set -eu

[ $# -ge 1 ] || exit 0
case ${DEB_MAINT_PARAMS:-remove} in
*remove*|*purge*) ;;
*) exit 0 ;;
esac
title="title		mach-xen, kernel $1"
for lst in "${DPKG_ROOT:-}/boot/grub/menu.lst" "${DPKG_ROOT:-}/boot/grub/grub.conf"; do
	grep -qsxF "$title" "$lst" || continue
	cp -p "$lst" "$lst~"
	# The entry ends with the empty line behind it.
	awk -v t="$title" '$0 == t { skip = 1 } !skip { print } skip && $0 == "" { skip = 0 }' \
		"$lst~" >"$lst.new"
	cat "$lst.new" >"$lst"
	rm -f "$lst.new"
	echo "mach-xen: $1: ${lst##*/} has lost its entry"
done
exit 0
