#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# next: the page about a next base kernel names what changed where the series and our
# files look, and the list behind it is true of the base.
# Fails when: a change in a file of the series or of the list is left out, a patch that
# does not apply or that the base has is not named, or something that is no kernel is
# taken.
# shellcheck disable=SC2086
. "$(dirname "$0")/tap.sh"

toy_repo "$T/repo"
repo=$T/repo old=$T/repo.base new=$T/new
BUILD=$T/build
export BUILD
doc=$repo/Documentation/arch/x86/mach-xen
mkdir -p "$doc" "$old/kernel/sched" "$old/arch/x86/mm"
cat >"$doc/base-files.csv" <<'END'
start.c,kernel/pick.c,pick(); peek()
start.c,kernel/long.c,a_function_with_a_name_that_is_quite_long()
start.c,kernel/gone.c,
other.c,kernel/sched/,callers of frob
END
cat >"$old/kernel/pick.c" <<'END'
int pick(int a)
{
	a += 1;
	return a;
}

int other(int a)
{
	a += 2;
	return a;
}
END
cat >"$old/kernel/long.c" <<'END'
int __init a_function_with_a_name_that_is_quite_long(int a)
{
	if (a)
		goto out;
	a = 1;
out:
	return a;
}
END
printf 'int f(void)\n{\n\treturn 1;\n}\n' | tee "$old/kernel/gone.c" "$old/kernel/sched/a.c" \
	"$old/kernel/sched/b.c" "$old/kernel/same.c" >"$old/arch/x86/mm/fault.c"
next="sh $repo/scripts/next --no-build"
# report: of what is in $new now
report() { $next "$new" "$old"; }
has() { grep -Eqx -e "$1" "$BUILD/next/report.txt" || { cat "$BUILD/next/report.txt"; return 1; }; }
hasnt() { ! grep -Eq -e "$1" "$BUILD/next/report.txt" || { cat "$BUILD/next/report.txt"; return 1; }; }
anew() { rm -rf "${new:?}"; cp -r "$old" "$new"; }
edit() { sed -i -e "$1" "$new/$2"; }

anew
ok "the same kernel again" report
ok "... has no change" has 'From 6\.12\.9 to 6\.12\.9: 0 files changed in'
ok "... and takes the series" has '  all 3 patches apply'

edit 's/^SUBLEVEL.*/SUBLEVEL = 10/' Makefile
edit 's/^25$/twenty-five/' kernel/fork.c
edit 's/a += 1/a += 3/' kernel/pick.c
edit 's/return 1/return 2/' kernel/sched/a.c
edit 's/return 1/return frob(1)/' kernel/sched/b.c
edit 's/return 1/native_write_cr3(1)/' arch/x86/mm/fault.c
edit 's/return 1/return 3/' kernel/same.c
edit 's/return a/return a + 1/' kernel/long.c
cp "$new/kernel/sched/b.c" "$new/kernel/sched/new.c"
mkdir "$new/arch/x86/mm/sub"
echo 'int f(void) { return native_read_cr4(); }' >"$new/arch/x86/mm/sub/new.c"
rm "$new/kernel/gone.c"
ok "a point release" report
ok "it is named" has 'From 6\.12\.9 to 6\.12\.10: 10 files changed in'
ok "a file of the series" has '  kernel/fork\.c  \+1 -1'
ok "... with its patch" has '      patches: 0001'
ok "a listed file, with the function" has '  kernel/pick\.c  \+1 -1  pick\(\)'
ok "... that the list names" has '      start\.c: READ pick\(\)'
ok "a listed file that is gone" has '  kernel/gone\.c  is gone'
ok "a file of a listed directory, with the word" has '  kernel/sched/b\.c  \+1 -1.*'
ok "... and a new one" has '  kernel/sched/new\.c  is new'
ok "a change behind a label, in a function with a long name" \
	has '      start\.c: READ a_function_with_a_name_that_is_quite_long\(\)'
ok "none without it" hasnt 'sched/a\.c'
ok "none that nobody lists" hasnt 'same\.c'
ok "a line that may be wrong" has '  arch/x86/mm/fault\.c: native_write_cr3\(1\);'
ok "... in a new directory, too" has '  arch/x86/mm/sub: int f.*native_read_cr4\(\).*'
ok "what there is to read" grep -q '^+twenty-five' "$BUILD/next/read.diff"
reads() { ! grep -q 'return 3' "$BUILD/next/read.diff"; }
ok "... and no more" reads

(cd "$new" && tar -cJf "$T/linux-6.12.10.tar.xz" --transform 's,^\.,linux-6.12.10,' .)
cp "$BUILD/next/report.txt" "$T/by-dir"
ok "the same as an archive" $next "$T/linux-6.12.10.tar.xz" "$old"
ok "... gives the same page" diff "$T/by-dir" "$BUILD/next/report.txt"

cp "$old/kernel/pick.c" "$new/kernel/pick.c"
edit 's/a += 2/a += 3/' kernel/pick.c
ok "another function of a listed file" report
ok "... is not to be read first" has '      start\.c'

patch -s -p1 -d "$new" <"$repo/patches/6.12/0001-fork.patch"
refused "a base that has a patch" 'the new base has this one: drop 0001-fork\.patch' $next "$new" "$old"
anew
edit 's/^20$/twenty/' kernel/exit.c
refused "a patch that does not apply" 'patch 0002-exit\.patch does not apply.*kernel/exit\.c' $next "$new" "$old"
anew
mkdir -p "$new/drivers/xen"
echo 'int theirs;' >"$new/drivers/xen/new.c"
refused "a base that has a file of ours" 'has a file of ours: drivers/xen/new\.c' $next "$new" "$old"
mkdir "$new/arch/i386"
refused "a base that is patched already" 'already patched' $next "$new" "$old"
anew
edit 's/PATCHLEVEL = 12/PATCHLEVEL = 18/' Makefile
refused "another series" 'series 6\.18; the patches are for 6\.12' $next "$new" "$old"
refused "no kernel" 'no kernel source tree' $next "$repo/patches" "$old"
refused "no such file" "there is no $T/none\.tar\.xz" $next "$T/none.tar.xz" "$old"
echo rubbish >"$T/bad.tar.xz"
refused "no archive" 'bad\.tar\.xz cannot be unpacked' $next "$T/bad.tar.xz" "$old"
refused "no such version" '6\.12\.0-0 is no file, no directory, and no version' $next 6.12.0-0 "$old"
anew
refused "nothing to compare with" 'no base to compare with' $next "$new"
refused "no argument" 'usage' $next
refused "make next without NEW" 'next: say which base, NEW=' make -C "$repo" next

# Our own list, against the real base
base=${MX_BUILD:-$top/build}/linux
csv=$top/Documentation/arch/x86/mach-xen/base-files.csv
# listed_files LIST: each is there, and has the functions that the list names
listed_files()
{
	while IFS=, read -r ours file what; do
		[ -e "$base/$file" ] || echo "there is no $file"
		find "$top/arch" "$top/include" "$top/drivers" "$top/Documentation" \
			-name "$ours" | grep -q . ||
			echo "there is no $ours"
		for f in $(echo "$what" | grep -o '[A-Za-z0-9_]*()' | tr -d '()'); do
			grep -rqw "$f" "$base/$file" || echo "no $f() in $file"
		done
	done <"$1" >"$T/wrong"
	[ -s "$1" ] && [ ! -s "$T/wrong" ] || { cat "$T/wrong"; return 1; }
}
ok "all that base-files.csv names is in the base" listed_files "$csv"
{ cat "$csv"; echo 'start.c,kernel/fork.c,no_such_function()'; } >"$T/list"
objects() { ! listed_files "$T/list"; }
ok "... and a function that is not there is found" objects
done_testing
