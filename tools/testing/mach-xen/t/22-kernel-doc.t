#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tool reads the kernel-doc of our files without a warning.
# Fails when: a parameter, a member or a return value has no description.
. "$(dirname "$0")/tap.sh"

tree=${MX_BUILD:-$top/build}/linux
quiet() { "$tree/scripts/kernel-doc" -none -Wall "$1" >"$T/said" 2>&1; [ ! -s "$T/said" ] || { cat "$T/said"; return 1; }; }
for f in $(cd "$top" && find arch include drivers -type f -name '*.[ch]' | sort); do
	ok "$f" quiet "$top/$f"
done
cat >"$T/bad.c" <<-'END'
	/**
	 * f - forgets a parameter
	 */
	int f(int x) { return x; }
END
objects() { ! quiet "$T/bad.c"; }
ok "kernel-doc objects to what is bad" objects
done_testing
