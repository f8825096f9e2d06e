#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# make deb: the packages for a guest, of the small kernel. Their names and versions,
# what is in them, a module built against the headers in an i386 system, and an
# installation there.
# Fails when: a package is missing or is one of the build machine's, a later build does
# not sort behind the earlier, a program in the headers is 64-bit or needs a libc, a
# module does not build as the guest would build it, dpkg cannot install or remove.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/full.sh"
deb=$full/deb34
rm -rf "$deb"

front() { make -C "$top" ARCH=i386 SUBARCH=xen BUILD="$deb" "$@"; }
# one FILE...: the pattern matched one
one() { [ $# -eq 1 ] && [ -f "$1" ]; }
field() { dpkg-deb -f "$1" "$2"; }
is() { [ "$1" = "$2" ] || { echo "it is '$1', not '$2'"; return 1; }; }
newer() { dpkg --compare-versions "$1" gt "$2" || { echo "$1 does not sort behind $2"; return 1; }; }
no() { ! "$@"; }

ok "configure" front tinyconfig xen_test.config
# named NAME: what the kernel's version ends with
named() { "$deb/linux/scripts/config" --file "$deb/obj/.config" --set-str LOCALVERSION "$1"; }
named -other
refused "make deb refuses a kernel with another's name" 'name of its own.*LOCALVERSION' front deb
named -mach-xen
ok "make deb" front deb
base=$(make -s -C "$deb/linux" kernelversion)
r=$base-mach-xen
image=$(echo "$deb/deb/linux-image-${r}"_*_i386.deb)
headers=$(echo "$deb/deb/linux-headers-${r}"_*_i386.deb)
tools=$(echo "$deb"/deb/mach-xen-tools_*_i386.deb)
ok "linux-image" one "$image"
ok "linux-headers" one "$headers"
ok "mach-xen-tools" one "$tools"
is_three() { is "$(find "$deb" -maxdepth 2 -name '*.deb' | wc -l)" 3; }
ok "and no other package, no linux-libc-dev" is_three
for p in "$image" "$headers" "$tools"; do
	ok "${p##*/}: for i386" is "$(field "$p" Architecture)" i386
done
v=$(field "$image" Version)
ok "the version begins with the base's" test "${v#"$base"-20}" != "$v"
ok "headers: the same version" is "$(field "$headers" Version)" "$v"
ok "tools: the same version" is "$(field "$tools" Version)" "$v"
ok "a next base sorts behind it" newer "${base%.*}.$((${base##*.} + 1))-20200101.0000.1" "$v"

# --- the kernel
x=$T/image
dpkg-deb -R "$image" "$x"
ok "the kernel in it is the one built" cmp "$x/boot/vmlinuz-$r" "$deb/bzImage"
ok "its config" grep -qx CONFIG_X86_MACH_XEN=y "$x/boot/config-$r"
ok "its modules" test -d "$x/lib/modules/$r/kernel"
ok "no file of another package's" no test -e "$x/etc"
for s in preinst postinst prerm postrm; do
	ok "$s: runs, and knows the kernel" sh -c "sh -n $x/DEBIAN/$s && grep -qx version=$r $x/DEBIAN/$s && ! grep -q @ $x/DEBIAN/$s"
done
all_loaders() { "$deb/xen-image" plan --memory 256 --loader domu,pvgrub2,shim,grub-bios "$x/boot/vmlinuz-$r"; }
ok "every loader takes it" all_loaders

# --- the headers
dpkg-deb -x "$headers" "$T/headers"
h=$T/headers/usr/src/linux-headers-$r
ok "what make looks for in the guest" is "$(readlink "$T/headers/lib/modules/$r/build")" "/usr/src/linux-headers-$r"
ok "the subarch's headers" cmp "$top/include/asm-i386/mach-xen/asm/mach_layout.h" "$h/include/asm-i386/mach-xen/asm/mach_layout.h"
ok "no link that leads out of the package" is "$(find "$h" -type l -lname '/*' | wc -l)" 0
# programs in the headers: name, class and whether it wants an interpreter
find "$h" -type f -perm /111 | while read -r f; do
	[ "$(od -An -c -N4 "$f" | tr -d ' ')" = '177ELF' ] || continue
	printf '%s %s %s\n' "${f#"$h"/}" "$(od -An -tu1 -j4 -N1 "$f" | tr -d ' ')" \
		"$(readelf -lW "$f" | grep -c INTERP)"
done >"$T/programs"
sed 's/^/# /' "$T/programs"
ok "modpost is in it" grep -q '^scripts/mod/modpost ' "$T/programs"
ok "all programs are 32-bit and static" no grep -qv ' 1 0$' "$T/programs"

# --- the tools
dpkg-deb -x "$tools" "$T/tools"
ok "xen-image runs" "$T/tools/usr/bin/xen-image" plan --loader domu,pvgrub2 "$x/boot/vmlinuz-$r"
is_static() { is "$(od -An -tu1 -j4 -N1 "$1" | tr -d ' ') $(readelf -lW "$1" | grep -c INTERP)" "1 0"; }
ok "... 32-bit and static" is_static "$T/tools/usr/bin/xen-image"
ok "... with its man page" sh -c "gzip -dc $T/tools/usr/share/man/man1/xen-image.1.gz | grep -q '^.TH XEN-IMAGE 1'"
last() { is "$( (echo zz-update-grub; basename "$1") | sort | tail -n 1)" zzz-mach-xen; }
ok "the hook runs last" last "$T/tools/etc/kernel/postinst.d/"*
ok "dpkg knows the hooks as configuration" is "$(dpkg-deb -I "$tools" conffiles | wc -l)" 2

# --- an i386 system: a compiler, and what dpkg and the scripts call; no other maintainer
# script has run in it
sys=$full/i386-system
with="gcc make libc6-dev dpkg debianutils kmod coreutils grep sed gawk findutils diffutils tar gzip"
make_system()
{
	[ "$(cat "$sys/.complete" 2>/dev/null)" != "$with" ] || return 0
	rm -rf "$sys"
	mkdir -p "$sys/usr/bin" "$sys/usr/sbin" "$sys/usr/lib" "$sys/tmp" "$sys/proc" "$sys/dev"
	ln -s usr/bin usr/sbin usr/lib "$sys/"
	BUILD=$full
	(
		. "$top/scripts/lib.sh"
		own_sources "$full/apt-i386/sources" deb
		own_apt "$full/apt-i386" i386 apt-get update || :
		# shellcheck disable=SC2086
		own_apt "$full/apt-i386" i386 apt-get -y --no-install-recommends \
			--download-only install $with bash dash libc-bin base-files || exit
		for d in "$full"/apt-i386/cache/archives/*.deb; do
			dpkg-deb --fsys-tarfile "$d" | tar -x -C "$sys" --keep-directory-symlink || exit
		done
	) || return
	ln -sf dash "$sys/usr/bin/sh"
	ln -sf gawk "$sys/usr/bin/awk"
	mkdir -p "$sys/var/lib/dpkg/info" "$sys/var/lib/dpkg/updates" "$sys/etc/kernel"
	: >"$sys/var/lib/dpkg/status"
	echo "$with" >"$sys/.complete"
}
ok "an i386 system is made" make_system
# in_system COMMAND...: as root there, whoever runs the test
in_system()
{
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root=-r
	# shellcheck disable=SC2016
	env PATH=/usr/sbin:/usr/bin unshare $as_root -m sh -c '
		mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"' "$sys" "$@"
}
rm -rf "${sys:?}/boot" "${sys:?}/usr/lib/modules" "${sys:?}/module" "${sys:?}/debs" "${sys:?}/usr/src"
: >"$sys/var/lib/dpkg/status"
mkdir -p "$sys/boot/grub" "$sys/module" "$sys/debs"
echo old >"$sys/boot/vmlinuz-6.1.0-1-686-pae"
cp "$image" "$headers" "$tools" "$sys/debs/"
dpkg_i() { in_system dpkg -i --force-depends "/debs/${1##*/}"; }
ok "dpkg installs the tools" dpkg_i "$tools"
ok "dpkg installs the kernel" dpkg_i "$image"
said() { cat "$T/last"; grep -q "^mach-xen: $r: there is neither grub.cfg nor menu.lst in /boot/grub" "$T/last"; }
ok "... and is told what the boot chain lacks" said
ok "dpkg installs the headers" dpkg_i "$headers"

printf 'obj-m := t.o\n' >"$sys/module/Kbuild"
cat >"$sys/module/t.c" <<'END'
#include <linux/module.h>
#include <linux/highmem.h>
#include <asm/mach_layout.h>
#include <xen/xen.h>
#ifndef CONFIG_X86_MACH_XEN
#error the headers are of another kernel
#endif
static int __init t_init(void)
{
	pr_info("Xen PV: %d, offset %lx\n", xen_pv_domain(), (unsigned long)LOAD_OFFSET);
	return 0;
}
module_init(t_init);
MODULE_DESCRIPTION("a module");
MODULE_LICENSE("GPL");
END
# As DKMS does, without ARCH and SUBARCH; uname says what it says.
ok "a module builds" in_system make -C "/lib/modules/$r/build" M=/module modules
of_the_kernel() { modinfo -F vermagic "$sys/module/t.ko" | grep "^$r "; }
ok "... for this kernel" of_the_kernel
mach_xen() { grep -q 'include/asm-i386/mach-xen/asm/mach_layout.h' "$sys/module/.t.o.cmd"; }
ok "... with the subarch's headers" mach_xen
ok "dpkg removes the kernel" in_system dpkg -P "linux-image-$r"
left() { find "$sys/boot" -name "*mach-xen*"; find "$sys/usr/lib/modules/$r" -mindepth 1 ! -name build; }
ok "... and leaves nothing of it" is "$(left)" ""

# --- the next build
ok "make deb again" front deb
next=$(field "$(echo "$deb/deb/linux-image-${r}"_*_i386.deb)" Version)
ok "it sorts behind the first" newer "$next" "$v"
rm -rf "$deb" "${sys:?}/debs" "${sys:?}/module" "${sys:?}/usr/src"
done_testing
