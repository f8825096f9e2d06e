#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every prefix of the series builds what it built before: a plain kernel from the
# first patch on, the Xen kernel from the patch on that brings SUBARCH=xen. One
# tree, taken from prefix to prefix, so that each step compiles what its patch
# changed; most change all of it, so plain kernels are small. Those are not booted:
# verify-plain says of them what a boot could not. The Xen kernel is, in both worlds.
# shellcheck disable=SC2094
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

repo=$full/prefix/repo
BUILD=$full/prefix/build
export BUILD
. "$top/scripts/lib.sh"
lock prefixes
copy_repo "$repo"
series=$repo/patches/6.12/series
sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$top/patches/6.12/series" >"$T/series"
total=$(wc -l <"$T/series")

# What a plain kernel is for here is compiled without these too.
for o in ACPI EFI PCI TTY MODULES KPROBES KALLSYMS PNP HID_SUPPORT CPU_FREQ CPU_IDLE \
	 THERMAL KEXEC; do
	echo "# CONFIG_$o is not set"
done >"$T/plain.config"
: >"$T/xen.config"

prefix_make()
{
	make -C "$BUILD/linux" O="$BUILD/$pb" ARCH=i386 ${pb_sub:+SUBARCH=$pb_sub} CC="$cc" \
		-j"$(nproc)" "$@"
}

# prefix_build NAME SUBARCH: of small.config what this prefix knows
prefix_build()
{
	pb=$1 pb_sub=$2
	mkdir -p "$BUILD/$1"
	{
		KCONFIG_ALLCONFIG=$BUILD/linux/kernel/configs/tiny-base.config prefix_make allnoconfig &&
		"$BUILD/linux/scripts/kconfig/merge_config.sh" -m -O "$BUILD/$1" \
			"$BUILD/$1/.config" "$BUILD/linux/kernel/configs/tiny.config" \
			"$top/tools/testing/mach-xen/full/small.config" \
			"$T/$1.config" &&
		prefix_make olddefconfig && prefix_make bzImage
	} >"$BUILD/$1.log" 2>&1 || {
		grep -E -m 10 'error:|Error |\*\*\*' "$BUILD/$1.log"
		return 1
	}
}

# prefix_boot NAME WORLD
prefix_boot()
{
	MX_KERNEL=$BUILD/$1/arch/x86/boot/bzImage
	boot "prefix-$n-$1-$2" "$2" --mem 256 --run report --timeout 300 </dev/null
	ok "$n/$total $p: the $1 kernel boots, $2" booted
}

n=0
xens=0
while read -r p; do
	n=$((n + 1))
	head -n $n "$T/series" >"$series"
	ok "$n/$total $p: applies" "$repo/scripts/prepare-tree"
	ok "$n/$total $p: plain kernel builds" prefix_build plain ''
	# The tree says itself whether it has the subarch yet.
	if make -s -C "$BUILD/linux" O="$BUILD/probe" ARCH=i386 SUBARCH=xen \
			xen_defconfig >/dev/null 2>&1 &&
			grep -q '^CONFIG_X86_MACH_XEN=y' "$BUILD/probe/.config"; then
		xens=$((xens + 1))
		ok "$n/$total $p: Xen kernel builds" prefix_build xen xen
		prefix_boot xen grub
		prefix_boot xen xen
	fi
done <"$T/series"
ok "the series ends with the Xen kernel" [ $xens -gt 0 ]
done_testing
