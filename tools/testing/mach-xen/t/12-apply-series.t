#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# apply-series: an own tree gets the patches and the overlay as real files, or
# is left as it was; the quilt series gives the same tree.
# shellcheck disable=SC2086
. "$(dirname "$0")/tap.sh"

toy_repo "$T/repo"
P=$T/repo/patches/6.12
apply="sh $T/repo/scripts/apply-series"
is() { [ "$1" = "$2" ] || { echo "got '$1', not '$2'"; return 1; }; }
by_quilt()
{
	while read -r p; do
		patch -s -p1 -F0 -d "$1" <"$2/$p" || return 1
	done <"$2/series"
}

cp -r "$T/repo.base" "$T/own"
before=$(state_of "$T/own")
ok "write a quilt series" $apply "$T/own" --quilt "$T/quilt"
ok "the tree is as it was" is "$(state_of "$T/own")" "$before"
ok "apply to a directory" $apply "$T/own"
ok "patched" grep -q 'hook in exit' "$T/own/kernel/exit.c"
ok "file created by a patch" test -f "$T/own/kernel/hook.h"
ok "file removed by a patch" test ! -e "$T/own/kernel/old.c"
ok "overlay file is real" sh -c "test -f $T/own/drivers/xen/new.c && test ! -L $T/own/drivers/xen/new.c"
ok "mode kept" test -x "$T/own/scripts/tool.sh"
ok "nothing else of the repository" sh -c "! ls -d $T/own/patches $T/own/tools $T/own/scripts/boot $T/own/*.rej $T/own/*/*.orig 2>/dev/null | grep ."
ok "the kernel's Makefile is its own" cmp "$T/own/Makefile" "$T/repo.base/Makefile"
after=$(state_of "$T/own")
refused "not twice" 'already patched' $apply "$T/own"
ok "and it stays as it was" is "$(state_of "$T/own")" "$after"

cp -r "$T/repo.base" "$T/own2"
ok "the quilt series applies" by_quilt "$T/own2" "$T/quilt"
ok "and gives the same tree" diff -r "$T/own" "$T/own2"
refused "no overwriting of a directory" 'not empty' $apply "$T/repo.base" --quilt "$T/quilt"

# a git tree: nothing is committed, its own changes stay
cp -r "$T/repo.base" "$T/git"
g="git -C $T/git -c user.name=t -c user.email=t@example.org"
if $g init -q 2>/dev/null && $g add -A && $g commit -qm base; then
	echo 'own change' >>"$T/git/kernel/fork.c"
	ok "apply to a git tree with a change of its own" $apply "$T/git"
	ok "the change stays" grep -q 'own change' "$T/git/kernel/fork.c"
	ok "nothing is committed" is "$($g rev-list --count HEAD)" 1
fi

sed 's/^ 20$/ twenty/' "$P/0002-exit.patch" >"$P/0003-bad.patch"
printf '0001-fork.patch\n0003-bad.patch\n0002-exit.patch\n' >"$P/series"
refused "a patch that does not apply is named" 'patch 0003-bad.patch does not apply.*kernel/exit.c' $apply "$T/repo.base"
cp -r "$T/repo.base" "$T/own3"
before=$(state_of "$T/own3")
$apply "$T/own3" >/dev/null 2>&1
ok "and the tree is as it was" is "$(state_of "$T/own3")" "$before"
refused "nor is a quilt series written" 'does not apply' $apply "$T/own3" --quilt "$T/none"
ok "not even a part of it" test ! -e "$T/none"
sed -i 's/PATCHLEVEL = 12/PATCHLEVEL = 18/' "$T/own3/Makefile"
refused "another series of the kernel" 'series 6.18; the patches are for 6.12' $apply "$T/own3"
refused "no kernel tree" 'no kernel source' $apply "$T"
refused "no argument" 'usage' $apply

# The real series, on those files of the real base that it touches.
state=${MX_BUILD:-$top/build}/linux.state
if [ -d "$state/pristine" ] && [ -s "$state/stamp" ]; then
	rm -rf "$T/real"
	cp -r "$state/pristine" "$T/real"
	cp "$state/../linux/Kbuild" "$T/real/" 
	[ -f "$T/real/Makefile" ] || cp "$state/../linux/Makefile" "$T/real/"
	cp -r "$T/real" "$T/real2"
	ok "the real series: quilt" sh "$top/scripts/apply-series" "$T/real" --quilt "$T/rq"
	ok "the real series: applied" sh "$top/scripts/apply-series" "$T/real"
	ok "the real series: quilt gives the same" by_quilt "$T/real2" "$T/rq"
	ok "file for file" diff -r "$T/real" "$T/real2"
fi
done_testing
