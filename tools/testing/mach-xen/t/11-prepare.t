#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# prepare-tree: the tree is base + patches + overlay; what stays the same keeps
# its time stamp; what cannot be is refused and changes nothing.
# shellcheck disable=SC2086
. "$(dirname "$0")/tap.sh"

toy_repo "$T/repo"
export BUILD="$T/build" KERNEL_SRC="$T/repo.base"
P=$T/repo/patches/6.12
tree=$BUILD/linux
prep="sh $T/repo/scripts/prepare-tree"
stamps() { (cd "$tree" && find . \( -type f -o -type l \) -printf '%p %T@ %C@\n' | sort); }
changed() { stamps >"$T/new"; diff "$T/old" "$T/new" | sed -n 's/^> \.\/\([^ ]*\) .*/\1/p' | sort -u | tr '\n' ' '; }
is() { [ "$1" = "$2" ] || { echo "got '$1', not '$2'"; return 1; }; }

ok "prepare" $prep
ok "patch applied" grep -q 'hook in fork' "$tree/kernel/fork.c"
ok "file created by a patch" grep -q HOOK "$tree/kernel/hook.h"
ok "file removed by a patch" test ! -e "$tree/kernel/old.c"
ok "mode kept" test -x "$tree/scripts/tool.sh"
ok "overlay file is the one edited in place" cmp "$tree/arch/i386/mach-xen/start.c" "$T/repo/arch/i386/mach-xen/start.c"
ok "it is a link" test -L "$tree/drivers/xen/new.c"
ok "directories of the overlay are real" test ! -L "$tree/arch/i386"
ok "nothing else of the repository" test ! -e "$tree/tools/file"

stamps >"$T/old"
ok "again" $prep
ok "changes nothing" is "$(changed)" ""
sed -i 's/hook in fork/other hook/' "$P/0001-fork.patch"
ok "edited patch" $prep
ok "changes its file, no other" is "$(changed)" "kernel/fork.c "
stamps >"$T/old"
sed -i '/0002/d' "$P/series"
ok "patch taken out" $prep
ok "its files are the base's again, and new" is "$(changed)" "kernel/exit.c scripts/tool.sh "
ok "content of the base" cmp "$tree/kernel/exit.c" "$KERNEL_SRC/kernel/exit.c"
ok "mode of the base" test -x "$tree/scripts/tool.sh"
ok "its new file is gone" test ! -e "$tree/kernel/hook.h"
sed -i '/0003/d' "$P/series"
ok "removal taken back" $prep
ok "the removed file is back" cmp "$tree/kernel/old.c" "$KERNEL_SRC/kernel/old.c"
mkdir -p "$T/repo/arch/i386/lib"
echo 'int more;' >"$T/repo/arch/i386/lib/more.c"
rm "$T/repo/drivers/xen/new.c"
ok "overlay file added, another removed" $prep
ok "the new one is there" test -e "$tree/arch/i386/lib/more.c"
ok "the old one is not" test ! -L "$tree/drivers/xen/new.c"
ok "its neighbours are" test -e "$tree/drivers/xen/base.c"

before=$(state_of "$tree")
cp "$P/series" "$T/series"
sed 's/^ 20$/ twenty/' "$P/0002-exit.patch" >"$P/0004-bad.patch"
echo 0004-bad.patch >>"$P/series"
refused "a patch that does not apply: named, with the file" \
	'patch 0004-bad.patch does not apply.*kernel/exit.c' $prep
ok "and the tree is as it was" is "$(state_of "$tree")" "$before"
sed 's/^ 19$/ nineteen/' "$P/0002-exit.patch" >"$P/0004-bad.patch"
refused "nor with fuzz" 'patch 0004-bad.patch does not apply' $prep
printf -- '--- a/kernel/none.c\n+++ b/kernel/none.c\n@@ -1 +1 @@\n-a\n+b\n' >"$P/0004-bad.patch"
refused "a patch of a file that is not there" '0004-bad.patch.*kernel/none.c' $prep
rm "$P/0004-bad.patch"
refused "a patch that is missing" '0004-bad.patch, which is missing' $prep
ok "still as it was" is "$(state_of "$tree")" "$before"
cp "$T/series" "$P/series"
echo 'int x;' >"$T/repo/drivers/xen/base.c"
refused "an overlay file over one of the base" 'already patched|exists in the base' $prep
rm "$T/repo/drivers/xen/base.c"
ok "mended" $prep

# the base moves on
stamps >"$T/old"
echo 31 >>"$KERNEL_SRC/kernel/old.c"
ok "edited base" $prep
ok "is taken over" grep -qx 31 "$tree/kernel/old.c"
ok "the file looks new, so it is compiled" test "$tree/kernel/old.c" -nt "$KERNEL_SRC/kernel/old.c"
ok "a file that stayed has its old time" \
	is "$(stat -c %Y "$tree/drivers/xen/base.c")" "$(stat -c %Y "$KERNEL_SRC/drivers/xen/base.c")"
ok "patches are on it" grep -q 'other hook' "$tree/kernel/fork.c"

# interrupted at any point
mkdir -p "$BUILD/linux.new/kernel"
mv "$tree" "$BUILD/linux.old"
ok "interrupted between two renames" $prep
ok "ends with a whole tree" grep -q 'other hook' "$tree/kernel/fork.c"
ok "and no remains" test ! -e "$BUILD/linux.new"
rm -f "$BUILD/linux.state/stamp"
cp "$KERNEL_SRC/kernel/fork.c" "$tree/kernel/fork.c"
rm "$tree/arch/i386/mach-xen/start.c"
ok "interrupted while patching" $prep
ok "carries on" sh -c "grep -q 'other hook' $tree/kernel/fork.c && test -L $tree/arch/i386/mach-xen/start.c"

# A long step that is interrupted leaves nothing running behind it.
cat >"$T/long" <<END
. $top/scripts/lib.sh
step() { sh -c 'echo \$\$ >$T/pid; exec sleep 600'; echo; }
quietly $T/long.log step
END
# An orphan that has ended stays a zombie until PID 1 reaps it.
runs()
{
	state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)
	[ -n "$state" ] && [ "${state%"${state#?}"}" != Z ]
}
interrupted()
{
	sh "$T/long" &
	until [ -s "$T/pid" ]; do sleep 0.2; done
	pid=$(cat "$T/pid")
	runs "$pid" || return 1
	kill -TERM $!
	wait $! && return 1
	n=0
	while runs "$pid"; do
		n=$((n + 1))
		[ "$n" -lt 100 ] || { kill "$pid"; return 1; }
		sleep 0.2
	done
}
ok "an interrupted step ends with all that it started" interrupted

# bases that are none
other() { rm -rf "$T/other"; cp -r "$T/repo.base" "$T/other"; }
other; sed -i 's/PATCHLEVEL = 12/PATCHLEVEL = 6/' "$T/other/Makefile"
refused "another series" 'series 6.6; the patches are for 6.12' env KERNEL_SRC="$T/other" $prep
other; mkdir -p "$T/other/arch/i386/mach-xen"; touch "$T/other/arch/i386/mach-xen/start.c"
refused "already patched" 'already patched' env KERNEL_SRC="$T/other" $prep
other; touch "$T/other/.config"
refused "built in" 'mrproper' env KERNEL_SRC="$T/other" $prep
refused "no kernel tree" 'no kernel source' env KERNEL_SRC="$T" $prep
refused "no directory" 'is no directory' env KERNEL_SRC="$T/none" $prep
ok "the tree outlived all of that" grep -q 'other hook' "$tree/kernel/fork.c"

# no disk space: a df that says so
mkdir "$T/bin"
printf '#!/bin/sh\necho; echo "x 1 1 17 1 /"\n' >"$T/bin/df"
chmod +x "$T/bin/df"
refused "no disk space" 'no disk space.*17 MiB are free' \
	env PATH="$T/bin:$PATH" BUILD="$T/full" $prep
done_testing
