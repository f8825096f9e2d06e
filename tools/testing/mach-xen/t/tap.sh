# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# TAP for tests in shell.  Sourced; gives a scratch directory in $T, removed at the
# end, and the repository's root in $top.

top=${MX_TOP:-$(cd "$(dirname "$0")/../../../.." && pwd)}
T=$(mktemp -d "${TMPDIR:-/tmp}/mach-xen-t.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM HUP
tap_n=0

pass() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $*"; }
fail()
{
	tap_n=$((tap_n + 1))
	echo "not ok $tap_n - $*"
	[ ! -s "$T/out" ] || tail -n 15 "$T/out" | sed 's/^/# /'
}

# What the command before this one printed is in $T/last.
tap_keep() { [ ! -e "$T/out" ] || mv "$T/out" "$T/last"; }

# ok DESCRIPTION COMMAND...
ok()
{
	tap_d=$1
	shift
	tap_keep
	if [ $# -eq 0 ]; then
		echo "there is no command" >"$T/out"
		fail "$tap_d"
	elif "$@" >"$T/out" 2>&1; then pass "$tap_d"; else fail "$tap_d"; fi
}

# refused DESCRIPTION PATTERN COMMAND...: it must fail, and one line of what it
# prints must match
refused()
{
	tap_d=$1 tap_p=$2
	shift 2
	tap_keep
	if "$@" >"$T/out" 2>&1 </dev/null; then
		echo "# exit status 0" >>"$T/out"
		fail "$tap_d"
	elif grep -Eq -e "$tap_p" "$T/out"; then
		pass "$tap_d"
	else
		fail "$tap_d"
	fi
}

skip_all() { echo "1..0 # SKIP $*"; exit 0; }
done_testing() { echo "1..$tap_n"; }

# toy_repo DIR: this repository's scripts with a series and an overlay of their
# own, and DIR.base, a base kernel for them: a few files instead of 80000
toy_repo()
{
	mkdir -p "$1/patches/6.12" "$1/arch/i386/mach-xen" "$1/drivers/xen" \
		"$1/Documentation" "$1/tools"
	cp -r "$top/scripts" "$1/scripts"
	cp -r "$top/tools/xen-image" "$1/tools/"
	# make check would run them
	rm -r "$1/tools/xen-image/tests"
	cp "$top/Makefile" "$1/Makefile"
	echo 'int start;' >"$1/arch/i386/mach-xen/start.c"
	echo 'int driver;' >"$1/drivers/xen/new.c"
	echo 'not for the kernel' >"$1/tools/file"
	mkdir -p "$1.base/kernel" "$1.base/drivers/xen" "$1.base/scripts"
	printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 9\n' >"$1.base/Makefile"
	echo '# Kbuild' >"$1.base/Kbuild"
	seq 1 30 >"$1.base/kernel/fork.c"
	seq 1 30 >"$1.base/kernel/exit.c"
	seq 1 30 >"$1.base/kernel/old.c"
	seq 1 30 >"$1.base/drivers/xen/base.c"
	printf '#!/bin/sh\necho 1\n' >"$1.base/scripts/tool.sh"
	chmod 755 "$1.base/scripts/tool.sh"
	find "$1.base" -exec touch -d '2025-01-01' {} +

	cat >"$1/patches/6.12/0001-fork.patch" <<-'END'
	Subject: change fork

	--- a/kernel/fork.c
	+++ b/kernel/fork.c
	@@ -9,6 +9,7 @@
	 9
	 10
	 11
	+hook in fork
	 12
	 13
	 14
	END
	cat >"$1/patches/6.12/0002-exit.patch" <<-'END'
	Subject: change exit, add a file, remove one

	--- a/kernel/exit.c
	+++ b/kernel/exit.c
	@@ -19,6 +19,7 @@
	 19
	 20
	 21
	+hook in exit
	 22
	 23
	 24
	--- /dev/null
	+++ b/kernel/hook.h
	@@ -0,0 +1 @@
	+#define HOOK 1
	--- a/scripts/tool.sh
	+++ b/scripts/tool.sh
	@@ -1,2 +1,2 @@
	 #!/bin/sh
	-echo 1
	+echo 2
	END
	{
		echo 'Subject: remove a file'
		echo
		(cd "$1.base" && diff -u --label a/kernel/old.c --label /dev/null kernel/old.c /dev/null) || :
	} >"$1/patches/6.12/0003-old.patch"
	printf '# the series\n0001-fork.patch\n0002-exit.patch\n0003-old.patch\n' >"$1/patches/6.12/series"
}

# state_of DIR: names, contents and modes below DIR, as one checksum
state_of()
{
	(cd "$1" && find . \( -type f -o -type l \) -printf '%p %m %l\n' | sort &&
		find . -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum
}
