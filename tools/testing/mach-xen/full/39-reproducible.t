#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Two copies of this repository, with build directories of other names, make the same
# image byte for byte, once time, number, user and host of the build are given.
# Fails when: a path, a time or an order of files gets into the image.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/full.sh"

export KBUILD_BUILD_TIMESTAMP='2026-01-01' KBUILD_BUILD_VERSION=1 \
	KBUILD_BUILD_USER=mach-xen KBUILD_BUILD_HOST=mach-xen

in_dir()
{
	id_dir=$1
	shift
	make -C "$id_dir/build/linux" O="$id_dir/out" ARCH=i386 SUBARCH=xen CC=gcc "$@"
}
# image DIR: the Xen kernel of small.config, from a copy of the repository in DIR
image()
{
	rm -rf "$1"
	mkdir -p "$1/out"
	copy_repo "$1/repo"
	BUILD=$1/build "$1/repo/scripts/prepare-tree" &&
		in_dir "$1" tinyconfig &&
		"$1/build/linux/scripts/kconfig/merge_config.sh" -m -O "$1/out" \
			"$1/out/.config" "$top/tools/testing/mach-xen/full/small.config" &&
		in_dir "$1" olddefconfig && in_dir "$1" -j"$(nproc)" bzImage
}
# no compiler cache: a second compilation must be one
one=$full/repro/one two=$full/repro/another-name
ok "an image" image "$one"
ok "the same one" image "$two"
for f in vmlinux System.map arch/x86/boot/bzImage; do
	ok "$f is the same, byte for byte" cmp "$one/out/$f" "$two/out/$f"
done
again() { KBUILD_BUILD_VERSION=2 in_dir "$one" -j"$(nproc)" bzImage; }
differs() { ! cmp "$one/out/vmlinux" "$two/out/vmlinux"; }
ok "the first one again, with another number" again
ok "... differs" differs
rm -rf "$full/repro"
done_testing
