#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every prefix of the series builds and boots what it built before: a plain
# kernel from the first patch on, the Xen kernel from the patch on that brings
# SUBARCH=xen.  One tree, taken from prefix to prefix, so that each step
# compiles what its patch changed.
#
# Plain kernels are booted at each step, Xen kernels in the last PREFIX_BOOTS
# (3): before the series is complete they cannot run.
# shellcheck disable=SC2094
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

repo=$full/prefix/repo
BUILD=$full/prefix/build
export BUILD
. "$top/scripts/lib.sh"
text_cc "$full/prefix/cc"
rm -rf "$repo"
mkdir -p "$repo" "$BUILD"
(cd "$top" && for d in arch include drivers Documentation patches scripts Makefile; do
	[ ! -e $d ] || cp -r $d "$repo/"
done)
series=$repo/patches/6.12/series
sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$top/patches/6.12/series" >"$T/series"
total=$(wc -l <"$T/series")

# prefix_build NAME SUBARCH: of small.config what this prefix knows
prefix_build()
{
	pb="make -C $BUILD/linux O=$BUILD/$1 ARCH=i386 ${2:+SUBARCH=$2} -j$(nproc)"
	mkdir -p "$BUILD/$1"
	{
		KCONFIG_ALLCONFIG=$BUILD/linux/kernel/configs/tiny-base.config $pb allnoconfig &&
		"$BUILD/linux/scripts/kconfig/merge_config.sh" -m -O "$BUILD/$1" \
			"$BUILD/$1/.config" "$BUILD/linux/kernel/configs/tiny.config" \
			"$top/tools/testing/mach-xen/full/small.config" &&
		$pb olddefconfig && $pb CC="$cc" bzImage
	} >"$BUILD/$1.log" 2>&1 || {
		grep -E -m 10 'error:|Error |\*\*\*' "$BUILD/$1.log"
		return 1
	}
}

n=0
while read -r p; do
	n=$((n + 1))
	head -n $n "$T/series" >"$series"
	ok "$n/$total $p: applies" "$repo/scripts/prepare-tree"
	ok "$n/$total $p: plain kernel builds" prefix_build plain ''
	MX_KERNEL=$BUILD/plain/arch/x86/boot/bzImage
	boot "plain-$n" grub --mem 256 --run report --timeout 200 </dev/null
	ok "$n/$total $p: plain kernel boots" booted
	# The tree says itself whether it knows the subarch yet.
	if make -s -C "$BUILD/linux" O="$BUILD/probe" ARCH=i386 SUBARCH=xen \
			xen_defconfig >/dev/null 2>&1; then
		ok "$n/$total $p: Xen kernel builds" prefix_build xen xen
		if [ $n -gt $((total - ${PREFIX_BOOTS:-3})) ]; then
			MX_KERNEL=$BUILD/xen/arch/x86/boot/bzImage
			boot "grub-$n" grub --mem 256 --run report --timeout 200 </dev/null
			ok "$n/$total $p: Xen kernel boots on bare metal" booted
		fi
		if [ $n -eq "$total" ]; then
			boot "xen-$n" xen --mem 256 --run report --timeout 300 </dev/null
			ok "$n/$total $p: Xen kernel boots under Xen" booted
		fi
	fi
done <"$T/series"
ok "the series is not empty" [ "$total" -gt 0 ]
done_testing
