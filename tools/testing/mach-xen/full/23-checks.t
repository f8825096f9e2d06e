#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# W=1 and sparse have nothing to say about our files, checkpatch --strict nothing but
# what checkpatch.allowed lists.
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
	# those that this config compiles; directories give what their Makefile asks
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
# checkpatch ARGS... : its one-line form without what checkpatch.allowed has
checkpatch()
{
	# It leaves a file where it runs.
	(cd "$T" && perl "$cp" --no-tree --strict --terse --show-types \
		--no-summary "$@") >"$T/said"
	# 1 is for findings
	[ $? -le 1 ] || return 1
	awk -v file="$cp_file" '
		NR == FNR { if (!/^#/ && NF > 2) ok[$1 " " $2] = 1; next }
		match($0, /(ERROR|WARNING|CHECK):[A-Z0-9_]+/) {
			type = substr($0, RSTART, RLENGTH)
			sub(/.*:/, "", type)
			if (("* " type) in ok || (file " " type) in ok)
				next
		}
		/./ { print; bad = 1 }
		END { exit bad }' "$top/tools/testing/mach-xen/full/checkpatch.allowed" "$T/said"
}
# By standard input: a file that git tracks would not be taken for a patch.
cp_patch()
{
	cp_file=$1
	checkpatch - <"$top/patches/6.12/$1"
}
cp_source()
{
	cp_file=$1
	checkpatch -f "$top/$1"
}
while read -r p; do
	case $p in ''|'#'*) continue ;; esac
	ok "checkpatch --strict: $p" cp_patch "$p"
done <"$top/patches/6.12/series"
for f in $(our_files '\.(c|h|S)$'); do
	ok "checkpatch --strict: $f" cp_source "$f"
done
# Programs for the host have exceptions of their own.
cp_host()
{
	cp_file='host/*'
	checkpatch -f "$1"
}
find "$top/tools/xen-image" -name '*.[ch]' | sort >"$T/host"
while read -r f; do
	ok "checkpatch --strict: ${f#"$top"/}" cp_host "$f"
done <"$T/host"
printf 'void f( int x ){ x=1; }\n' >"$T/bad.c"
cp_file=bad.c
objects() { ! checkpatch -f "$T/bad.c"; }
ok "checkpatch objects to what is bad" objects
done_testing
