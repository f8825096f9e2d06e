#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The last step of a build: xen-image check on small images of each form, and
# the Makefile's part of it, with a base that copies an image instead of building one.
# Fails when: an image that a loader would not take passes, the message names neither
# the image nor the loader, or such an image does not fail the build.
# shellcheck disable=SC2016,SC2086
MX_TOP=${MX_TOP:-$(cd "$(dirname "$0")/../../.." && pwd)}
. "$MX_TOP/tools/testing/mach-xen/t/tap.sh"

img=$T/img
export DEPS=skip BUILD="$T/build"
unset KERNEL_SRC ARCH SUBARCH
ok "the images are made" "$top/tools/xen-image/tests/mkimages" "$img"
ok "xen-image is built" make -C "$top/tools/xen-image" O="$T/tool"
check="$T/tool/xen-image check"

# passes IMAGE NUMBER: that many loaders are asked, and take it
passes()
{
	$check "$img/$1" >"$T/said" || return
	cat "$T/said"
	grep -qx "mach-xen: $img/$1: $2 loaders would take it" "$T/said"
}
# rejects IMAGE PATTERN PATTERN: no, in lines like these, and with its name
rejects()
{
	$check "$img/$1" >"$T/said" 2>&1
	rejects_rc=$?
	cat "$T/said"
	echo "status $rejects_rc"
	[ $rejects_rc -eq 1 ] && grep -q "^mach-xen: error: $img/$1: .*$3" "$T/said" && grep -Eq "$2" "$T/said"
}
ok "bzImage: everybody" passes both-bz 8
ok "vmlinuz: everybody but GRUB and QEMU" passes both.gz 5
ok "vmlinux: everybody but GRUB" passes both 6
ok "bzImage in zstd: PvGrub2 is named" rejects both-zstd '^pvgrub2 +refuses it: .*zstd' 'not every loader'
ok "bzImage that nobody can look into" rejects bz-bzip2 '^dom0 +cannot tell: ' 'not every loader'
ok "bzImage that is too old: GRUB is named" rejects bz-202 '^grub-bios +refuses it: ' 'not every loader'
ok "bzImage with a damaged payload" rejects bad-bz-gzip '^xen-image: .*payload: gzip' 'no loader'
ok "vmlinuz with a wrong size at its end" rejects good32.gz-bad-size '^domu +refuses it: ' 'not every loader'
ok "vmlinux without a PVH note: QEMU is named" rejects both-no-pvh '^qemu +refuses it: ' 'not every loader'
ok "vmlinux whose initrd has to be mapped" rejects both-mapped-initrd '' 'no MOD_START_PFN note'
ok "vmlinux that is broken" rejects bad-truncated '^xen-image: .*truncated' 'no loader'
ok "a section that says something else" rejects both-differ 'VIRT_ENTRY' 'say different things: VIRT_ENTRY'
ok "no section" rejects bz-gzip '' 'has no __xen_guest section'
refused "no such image" 'there is no .*/none' $check "$img/none"
# unsaid ARGS...: status 2, and no verdict
unsaid()
{
	$check "$@" >"$T/said" 2>&1
	unsaid_rc=$?
	cat "$T/said"
	[ $unsaid_rc -eq 2 ] && ! grep -q 'loaders\{0,1\} would' "$T/said"
}
ok "which is no verdict" unsaid "$img/none"
ok "nor is a directory" unsaid "$img"
ok "nor a configuration that is not there" unsaid --config "$T/none" "$img/both"
ok "nor an option of plan" unsaid --memory 64 "$img/both"
ok "nor JSON" unsaid --json "$img/both"
printf 'CONFIG_X86_PAE=y\n# CONFIG_PVH is not set\n' >"$T/config"
ok "vmlinux without a PVH note, of such a configuration" \
	$check --config "$T/config" "$img/both-no-pvh"
ok "is for five" grep -q ': 5 loaders would take it$' "$T/last"
echo CONFIG_PVH=y >>"$T/config"
refused "but not of one with PVH" '^qemu +refuses it: ' $check --config "$T/config" "$img/both-no-pvh"

# The toy's kernel is the image that IMAGE names, at the place of the target's result.
toy_repo "$T/repo"
printf 'all:\n\tcp %s/tool/xen-image $(O)/\n' "$T" >"$T/repo/tools/xen-image/Makefile"
cat >"$T/repo.base/Makefile" <<'END'
VERSION = 6
PATCHLEVEL = 12
%config:
	@mkdir -p $(O); printf 'CONFIG_%s=y\n' X86_PAE PVH >$(O)/.config
bzImage:
	@mkdir -p $(O)/arch/x86/boot; cp $(IMAGE) $(O)/arch/x86/boot/bzImage
vmlinux vmlinuz:
	@cp $(IMAGE) $(O)/$@
modules:
	@:
END
export KERNEL_SRC="$T/repo.base"
# build FORM IMAGE
build() { make -C "$T/repo" ARCH=i386 SUBARCH=xen "$1" IMAGE="$img/$2"; }

ok "a build whose bzImage is good" build bzImage both-bz
ok "was checked" grep -q 'bzImage: 8 loaders would take it$' "$T/last"
ok "the next one with the same image" build modules both-bz
ok "is not checked again" sh -c "! grep -q loaders $T/last"
refused "a bzImage for which a loader is lost fails the build" \
	'error: .*/build/bzImage: not every loader would take this image' build bzImage both-zstd
ok "the loader is named" grep -q '^pvgrub2 .*refuses it' "$T/last"
refused "and the next build, as it is still there" 'build/bzImage: not every loader' \
	build modules both-zstd
ok "until it is replaced" build bzImage both-bz
refused "a vmlinuz alone" '/build/vmlinuz: not every loader' build vmlinuz good32.gz-bad-size
ok "a good one" build vmlinuz both.gz
ok "was checked as what it is" grep -q 'vmlinuz: 5 loaders would take it$' "$T/last"
refused "a vmlinux alone" '/build/vmlinux: not every loader' build vmlinux both-no-pvh
ok "a good one of these" build vmlinux both
ok "was checked as that" grep -q 'vmlinux: 6 loaders would take it$' "$T/last"
ok "a configuration without PVH" sed -i '/CONFIG_PVH/d' "$BUILD/obj/.config"
ok "wants none of QEMU" build vmlinux both-no-pvh
ok "but all others" grep -q 'vmlinux: 5 loaders would take it$' "$T/last"
done_testing
