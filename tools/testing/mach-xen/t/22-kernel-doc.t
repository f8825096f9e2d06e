#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tools read the kernel-doc of our files and what is said of sysfs
# without a warning.
# Fails when: a parameter, a member or a return value has no description, or a field of
# Documentation/ABI is missing.
. "$(dirname "$0")/tap.sh"

tree=${MX_BUILD:-$top/build}/linux
# quiet COMMAND...: it has nothing to say
quiet() { "$@" >"$T/said" 2>&1; [ ! -s "$T/said" ] || { cat "$T/said"; return 1; }; }
doc() { quiet "$tree/scripts/kernel-doc" -none -Wall "$1"; }
abi() { quiet "$tree/scripts/get_abi.pl" validate --dir "$1"; }
for f in $(cd "$top" && find arch include drivers -type f -name '*.[ch]' | sort); do
	ok "$f" doc "$top/$f"
done
cat >"$T/bad.c" <<-'END'
	/**
	 * f - forgets a parameter
	 */
	int f(int x) { return x; }
END
objects() { ! doc "$T/bad.c"; }
ok "kernel-doc objects to what is bad" objects

ok "Documentation/ABI" abi "$top/Documentation/ABI/testing"
mkdir "$T/abi"
printf 'What:\t\t/sys/kernel/none\nDate:\t\tMay 2026\nContact:\tnobody\n' >"$T/abi/sysfs-kernel-none"
abi_objects() { ! abi "$T/abi"; }
ok "get_abi.pl objects to what is bad" abi_objects
# The files that the driver makes are those that are described.
sed -n 's/^show\(_range\)\?(\([a-z0-9_]*\),.*/\2/p' "$top/drivers/xen/mach-xen-info.c" |
	sort >"$T/made"
sed -n '/^What:/,/^Date:/s|.*/sys/kernel/mach_xen/\([a-z0-9_]\{1,\}\)$|\1|p' \
	"$top/Documentation/ABI/testing/sysfs-kernel-mach_xen" | sort >"$T/described"
ok "there are such files" [ -s "$T/made" ]
ok "each file in /sys/kernel/mach_xen is described, and no other" diff "$T/made" "$T/described"
done_testing
