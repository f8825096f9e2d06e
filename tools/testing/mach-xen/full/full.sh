# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the long tests: Kbuild on the prepared tree with objects of their own.
# Sourced after tap.sh.

MX_BUILD=${MX_BUILD:-$top/build}
MX_LOGS=${MX_LOGS:-$MX_BUILD/logs}
full=$MX_BUILD/full
mkdir -p "$full" "$MX_LOGS"
export CCACHE_DIR="${CCACHE_DIR:-$MX_BUILD/ccache}"
# shellcheck disable=SC2034
cc=gcc
! command -v ccache >/dev/null || cc="ccache gcc"

# What the lock validator says, and the checks that come with it
# shellcheck disable=SC2034
lock_finds='possible (circular|recursive|irq lock)|suspicious RCU|inconsistent lock|sleeping function called|turning off the locking|held lock freed|[iI]nvalid wait context|bad unlock balance|lock held when returning|-unsafe lock order'

# but_memory: the log has no complaint but of want of memory. When a program gets none, or is
# killed for its own, the kernel prints a trace, at most so long. Sourced after boot.sh.
but_memory()
{
	awk '/ invoked oom-killer: |: (page allocation failure|vmalloc error): / { skip = 60 }
		/^Mem-Info:/ { skip = 0 }
		skip { skip--; next }
		{ print }' "$log" >"$T/without"
	(log=$T/without; no_complaint)
}

# copy_repo DIR: what a tree is prepared from
copy_repo()
{
	rm -rf "$1"
	mkdir -p "$1"
	(cd "$top" && cp -r arch include drivers Documentation patches scripts Makefile "$1/")
}

# kbuild NAME ARGS...: with objects in $full/NAME, output to a log of that name
kbuild()
{
	kb_o=$full/$1
	kb_log=$MX_LOGS/full-$1.log
	mkdir -p "$kb_o"
	shift
	make -j"$(nproc)" -C "$MX_BUILD/linux" O="$kb_o" ARCH=i386 SUBARCH=xen \
		"$@" >>"$kb_log" 2>&1 || {
		echo "see $kb_log"
		grep -E -m 10 'error:|Error |\*\*\*' "$kb_log"
		return 1
	}
}

test_config()
{
	tc=$1
	rm -f "$MX_LOGS/full-$tc.log"
	shift
	kbuild "$tc" "$@" tinyconfig && kbuild "$tc" "$@" xen_test.config
}

# change_config NAME OPTION...: of scripts/config, in what test_config has made
change_config()
{
	cc_name=$1
	shift
	(cd "$full/$cc_name" && "$MX_BUILD/linux/scripts/config" "$@") &&
		kbuild "$cc_name" olddefconfig
}

# our_files REGEX: overlay files, as paths in the kernel tree
our_files()
{
	(cd "$top" && find arch include drivers -type f 2>/dev/null) | grep -E "$1" | sort
}
