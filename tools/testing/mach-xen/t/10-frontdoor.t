#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The front door refuses what it does not know, by name, before it does
# anything; and make help names every target and the variables.
# shellcheck disable=SC2086,SC2016
. "$(dirname "$0")/tap.sh"

toy_repo "$T/repo"
export DEPS=skip BUILD="$T/build"
unset KERNEL_SRC ARCH SUBARCH
fd="make -C $T/repo"

refused "unknown SUBARCH" "unknown SUBARCH 'voyager'" $fd ARCH=i386 SUBARCH=voyager
refused "unknown SUBARCH from the environment" "unknown SUBARCH 'um'" env SUBARCH=um $fd ARCH=i386
refused "another ARCH" 'ARCH=mips: this front door' $fd ARCH=mips vmlinux
refused "a target without ARCH" 'say ARCH=i386' $fd vmlinux
refused "make check of a plain kernel" 'check is for SUBARCH=xen' $fd check SUBARCH=x86
refused "O= is ours" 'give BUILD=DIR' $fd ARCH=i386 O=/nowhere
refused "a space in BUILD" 'no spaces' $fd ARCH=i386 BUILD="$T/a b"
ok "nothing was made on the way" test ! -e "$BUILD"
ok "make alone is help" sh -c "$fd | grep -q 'make boot-grub'"
ok "help fits one screen" sh -c "[ \$($fd help | wc -l) -le 36 ]"
targets=$($fd -p -n help | sed -n 's|^front := help ||p')
ok "the front door has its targets" [ "$(echo $targets | wc -w)" -gt 15 ]
for w in $targets BUILD KERNEL_SRC DEPS TESTS KERNEL MEM VCPUS CMDLINE XEN_CMDLINE \
		INITRD XEN RUN FIRMWARE CPU QEMUFLAGS ACCEL TIMEOUT; do
	ok "help names $w" sh -c "$fd help | grep -qw -- $w"
done

# A base that records how it was called stands in for Kbuild.
cat >"$T/repo.base/Makefile" <<'END'
VERSION = 6
PATCHLEVEL = 12
%config:
	@mkdir -p $(O); echo "$@ SUBARCH=$(SUBARCH)" >>$(O)/calls
	@echo $(if $(NOPAE),,CONFIG_X86_PAE=y) >$(O)/.config
%: FORCE
	@mkdir -p $(O); echo '$@ ARCH=$(ARCH) SUBARCH=$(SUBARCH) KCFLAGS=$(KCFLAGS) CMDLINE=$(CMDLINE)' >>$(O)/calls
FORCE:
END
export KERNEL_SRC="$T/repo.base"
ok "build with SUBARCH=xen" $fd ARCH=i386 SUBARCH=xen
ok "starts from xen_defconfig" grep -qx 'xen_defconfig SUBARCH=xen' "$BUILD/obj/calls"
ok "then builds all" grep -q 'all ARCH=i386 SUBARCH=xen' "$BUILD/obj/calls"
ok "the .config is published" test -s "$BUILD/.config"
ok "plain build" $fd ARCH=i386 SUBARCH=x86_64
ok "starts from i386_defconfig" grep -q 'i386_defconfig' "$BUILD/plain/obj/calls"
ok "hands on no SUBARCH" grep -q 'all ARCH=i386 SUBARCH= ' "$BUILD/plain/obj/calls"
ok "targets and variables pass through" $fd ARCH=i386 kernel/fork.o scripts KCFLAGS='-DA -DB' CMDLINE='a b'
ok "in one piece" grep -q 'kernel/fork.o ARCH=i386 SUBARCH= KCFLAGS=-DA -DB CMDLINE=$' "$BUILD/plain/obj/calls"
ok "a target named like a directory too" grep -q '^scripts ARCH' "$BUILD/plain/obj/calls"
rm "$BUILD/.config"
echo 'CONFIG_MINE=y' >"$BUILD/.config"
refused "a config without PAE" 'drops CONFIG_X86_PAE' $fd ARCH=i386 SUBARCH=xen NOPAE=1

# make check and CI, with stand-ins for what takes minutes
cp -r "$top/.ci" "$T/repo/"
t=$T/repo/tools/testing/mach-xen
mkdir -p "$t/t" "$t/guest" "$T/repo/arch/i386/configs" "$T/repo.base/usr" \
	"$BUILD/xen" "$BUILD/initrd/busybox/bin"
echo CONFIG_X86_PAE=y >"$T/repo/arch/i386/configs/xen_test.config"
echo 'int main(void) { return 0; }' >"$T/repo.base/usr/gen_init_cpio.c"
echo stand-in >"$BUILD/xen/xen.gz"
echo '#!/bin/sh' >"$T/repo/scripts/build-dom0"
echo '#!/bin/sh' >"$T/repo/scripts/build-guest"
mkdir -p "$T/repo/packaging"
printf '#!/bin/sh\nmkdir -p "$1/deb"\n' >"$T/repo/packaging/build-deb"
chmod +x "$T/repo/packaging/build-deb"
printf '#!/bin/sh\necho sh\n' >"$BUILD/initrd/busybox/bin/busybox"
chmod +x "$BUILD/initrd/busybox/bin/busybox"
printf 'all:\n\tmkdir -p $(O)/root; echo >$(O)/root/init; chmod +x $(O)/root/init\n' >"$t/guest/Makefile"
printf '#!/bin/sh\necho ok 1\necho ok 2\necho 1..2\n' >"$t/t/1.t"
printf '#!/bin/sh\necho ok 1\necho ok 2\necho 1..2\n' >"$t/t/2.t"
chmod +x "$t"/t/*.t
unset MX_LOGS MX_KERNEL MX_VMLINUX MX_INITRD MX_XEN MX_BUILD MX_TOP MX_DEFCONFIG_KERNEL
ok "make check" $fd check
ok "counts" grep -qx '4 passed, 0 failed' "$T/last"
ok "a part of the tests, by a word of their names" $fd check TESTS=2
ok "counts them alone" grep -qx '2 passed, 0 failed' "$T/last"
refused "a word that no test has" 'TESTS=nosuch is no file and no part of a name' $fd check TESTS=nosuch
ok "CI" "$T/repo/.ci/run"
ok "its last line counts" sh -c "[ \"\$(tail -n 1 $T/last)\" = '4 passed, 0 failed' ]"
printf '#!/bin/sh\necho not ok 1\necho 1..1\n' >"$t/t/2.t"

# What the boot targets hand on: a stand-in says it.
mv "$T/repo/scripts/boot" "$T/boot"
printf '#!/bin/sh\necho "boot $*"\n' >"$T/repo/scripts/boot"
chmod +x "$T/repo/scripts/boot"
# boots TARGET HOW XEN [WORDS]
boots()
{
	$fd "$1" KERNEL=/k INITRD=/i MEM=99 CMDLINE='a  b' >"$T/said" || return
	cat "$T/said"
	case $(grep '^boot ' "$T/said")' ' in
	"boot $2 "*"--kernel /k --initrd /i "*"--mem 99 "*"--cmdline a  b "*) ;;
	*)	return 1 ;;
	esac
	if [ -n "$3" ]; then
		grep -q -e "--xen $3\( \|\$\)" "$T/said" || return
	elif grep -e '--xen' "$T/said"; then
		return 1
	fi
	[ -z "${4:-}" ] || grep -q -e "$4" "$T/said"
}
ok "make boot" boots boot xen "$BUILD/xen/xen.gz"
ok "make boot-grub" boots boot-grub grub ''
ok "make boot-efi is GRUB on UEFI" boots boot-efi grub '' '--firmware uefi32'
ok "make boot-qemu" boots boot-qemu qemu ''
for w in domu pvgrub2 pygrub; do
	ok "make boot-$w" boots boot-$w $w "$BUILD/xen/xen.gz" "--dom0 $BUILD/dom0"
done
ok "make boot-shim has Debian's own Xen" boots boot-shim shim "$BUILD/dom0/xen.gz" "--dom0 $BUILD/dom0"
mv "$T/boot" "$T/repo/scripts/boot"

refused "CI with a failed test" '^2 passed, 1 failed$' "$T/repo/.ci/run"
echo '$(error broken)' >>"$T/repo/Makefile"
refused "CI that does not get to the tests" '^0 passed, 1 failed$' "$T/repo/.ci/run"
done_testing
