#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The test config built with the gcc and binutils of Debian 13 and of unstable, and booted in
# both worlds. MX_GCC_SUITES names other suites. Each build runs in a root directory of its
# suite, which this test makes as root.
# Fails when: a newer compiler or linker does not take our files, or compiles them so that the
# kernel does not start.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"
[ "$(id -u)" -eq 0 ] || { fail "a root directory is made by root: run it as root"; done_testing; exit 1; }

# root_of SUITE: a mirror's unstable may be old
root_of()
(
	. "$top/scripts/lib.sh"
	root=$full/root-$1
	! grep -F " $root" /proc/self/mountinfo || die "something is mounted below $root"
	own_sources "$full/apt-gcc" deb
	mirror=$(mirror_of "$1" "$full/apt-gcc" "$MX_LOGS/full-gcc-mirror.log") ||
		die "no apt source in /etc/apt has the suite $1"
	rm -rf "$root"
	mmdebstrap --mode=root --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
		--include=gcc,make,libc6-dev,bc,bison,flex,perl,python3,cpio,kmod,xz-utils \
		"$1" "$root" "deb $mirror $1 main" 2>&1
)
# in_root SUITE COMMAND...: our directories are there under their own names
in_root()
{
	ir_root=$full/root-$1
	shift
	TOP=$top MX_BUILD=$MX_BUILD unshare -m sh -c 'root=$1
		shift
		for d in "$TOP" "$MX_BUILD"; do
			mkdir -p "$root$d" && mount --bind "$d" "$root$d" || exit
		done
		mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" &&
			exec chroot "$root" "$@"' sh "$ir_root" "$@"
}
# newer SUITE: its compiler is not the host's, and made the kernel
newer()
{
	compiler=$(in_root "$1" gcc --version | head -n 1)
	echo "$compiler"
	[ "$(in_root "$1" gcc -dumpversion)" -gt "$(gcc -dumpversion)" ] &&
		grep -Fx "CONFIG_CC_VERSION_TEXT=\"$compiler\"" "$full/gcc-$1/.config"
}

for suite in ${MX_GCC_SUITES:-trixie sid}; do
	MX_KERNEL=$full/gcc-$suite/arch/x86/boot/bzImage
	rm -f "$MX_KERNEL"
	ok "$suite: a root directory with its compiler" root_of "$suite"
	make() { in_root "$suite" make "$@"; }
	ok "$suite: configure" test_config "gcc-$suite" CC=gcc
	ok "$suite: build" kbuild "gcc-$suite" CC=gcc bzImage
	unset -f make
	ok "$suite: by that compiler" newer "$suite"
	MX_TAG=$suite boots
	rm -rf "$full/root-$suite"
done
done_testing
