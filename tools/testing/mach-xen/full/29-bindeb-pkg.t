#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# bindeb-pkg passes through the front door to its end, and the kernel in the
# package is one that boots in both worlds.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"
deb=$full/deb
rm -rf "$deb"

front() { make -C "$top" ARCH=i386 SUBARCH=xen BUILD="$deb" "$@"; }
ok "configure" front tinyconfig xen_test.config
ok "make bindeb-pkg" front bindeb-pkg

# the image's package, not the one with its symbols
image=$(find "$deb" -maxdepth 1 -name 'linux-image-*.deb' ! -name '*-dbg_*')
ok "a linux-image package" [ -f "$image" ]
arch_is() { [ "$(dpkg-deb -f "$image" Architecture)" = "$1" ]; }
ok "its architecture is i386" arch_is i386
ok "a linux-headers package" [ -n "$(find "$deb" -maxdepth 1 -name 'linux-headers-*.deb')" ]
ok "the package unpacks" dpkg-deb -x "$image" "$T/deb"
kernel=$(echo "$T"/deb/boot/vmlinuz-*)
ok "the kernel in it is the one built" cmp "$kernel" "$deb/bzImage"
records() { grep -qx CONFIG_X86_MACH_XEN=y "$T"/deb/boot/config-*; }
ok "its config records the subarch" records
MX_KERNEL=$kernel
boots
rm -rf "$deb"
done_testing
