#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# W=1, sparse and checkpatch have nothing to say about our files.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/full.sh"

# clean NAME ARGS...: build all our files with ARGS; fail on a line about one
clean()
{
	cl=$1
	shift
	test_config "$cl" || return 1
	kbuild "$cl" prepare || return 1
	: >"$MX_LOGS/full-$cl.log"
	our_files '\.(c|h|S)$' >"$T/ours"
	# those that this config compiles; folders give what their Makefile asks
	# shellcheck disable=SC2046
	kbuild "$cl" -k "$@" $(our_files '\.[cS]$' | sed 's|[^/]*$||' | sort -u) || return 1
	! grep -F -f "$T/ours" "$MX_LOGS/full-$cl.log" | grep -E 'warning|error'
}
ok "there are files of ours" sh -c "ls $top/arch/i386/mach-xen/*.c"
ok "W=1" clean w1 W=1
if command -v sparse >/dev/null; then
	ok "sparse" clean sparse C=2 CF=-D__CHECK_ENDIAN__
else
	fail "sparse is missing: scripts/deps full"
fi
cp=$MX_BUILD/linux/scripts/checkpatch.pl
checkpatch() { perl "$cp" --no-tree --strict -q --no-summary --ignore FILE_PATH_CHANGES,MAINTAINERS_STYLE "$@"; }
while read -r p; do
	case $p in ''|'#'*) continue ;; esac
	ok "checkpatch --strict: $p" checkpatch --no-signoff "$top/patches/6.12/$p"
done <"$top/patches/6.12/series"
for f in $(our_files '\.(c|h|S)$'); do
	ok "checkpatch --strict: $f" checkpatch -f "$top/$f"
done
# A program for the host: stdint's types and libelf's names, and lines as long as
# what they print.
for f in "$top"/scripts/xen-image/*.[ch] "$top"/tools/testing/mach-xen/xen-image/*.c; do
	ok "checkpatch --strict: ${f#"$top"/}" checkpatch --ignore \
		PREFER_KERNEL_TYPES,CAMELCASE,LONG_LINE,LONG_LINE_STRING,ARRAY_SIZE,PREFER_DEFINED_ATTRIBUTE_MACRO \
		-f "$f"
done
done_testing
