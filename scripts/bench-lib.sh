# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The unpatched kernel that bench and bench-smp measure against. Sourced after lib.sh; the
# caller has set "dir", a directory for both.
# shellcheck disable=SC2154

build_base()
{
	bb_cc=gcc
	if command -v ccache >/dev/null; then
		bb_cc="ccache gcc"
		export CCACHE_DIR="${CCACHE_DIR:-$BUILD/ccache}"
	fi
	make -s -C "$dir/tree" O="$dir/base" ARCH=i386 tinyconfig &&
		"$dir/tree/scripts/kconfig/merge_config.sh" -m -O "$dir/base" \
			"$dir/base/.config" \
			"$top/arch/i386/configs/xen_test.config" &&
		make -s -C "$dir/tree" O="$dir/base" ARCH=i386 olddefconfig &&
		make -s -j"$(nproc)" -C "$dir/tree" O="$dir/base" ARCH=i386 \
			CC="$bb_cc" bzImage
}

# base_kernel: build it with the configuration of the test kernel; its image is in $base
base_kernel()
{
	base=$dir/base/arch/x86/boot/bzImage
	bk_stamp=$(cat "$BUILD/linux.state/base" \
		"$top/arch/i386/configs/xen_test.config" | sha256sum)
	if [ ! -f "$base" ] || [ "$bk_stamp" != "$(cat "$dir/stamp" 2>/dev/null)" ]; then
		need_space "$dir" 3000 "the base kernel"
		base_tree "$dir/tree"
		printf 'mach-xen: building the base kernel '
		quietly "$dir/base.log" build_base ||
			die "the base kernel does not build, see $dir/base.log"
		echo "$bk_stamp" >"$dir/stamp"
	fi
}
