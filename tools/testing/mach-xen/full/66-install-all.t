#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guests of Debian 11, 12 and 13 (i386, systemd, one disk): the packages are installed,
# and the disk starts by PvGrub2, by pygrub, in the PV shim, and without Xen by GRUB on
# BIOS and on 32-bit UEFI. The packages are upgraded, and removed; the old kernel starts.
# Fails when: a maintainer script fails in one of the suites, a loader does not find or
# take the kernel, root or network is not found in one of the worlds, a unit fails.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/install.sh"


# The same packages with a higher version
higher()
{
	for deb in "$debs"/linux-image-*.deb "$debs"/mach-xen-tools_*.deb; do
		n=$T/next-$(basename "$deb")
		rm -rf "$T/deb"
		dpkg-deb -R "$deb" "$T/deb" &&
			sed -i 's/^Version: .*/&.999/' "$T/deb/DEBIAN/control" &&
			dpkg-deb --root-owner-group -Znone -b "$T/deb" "$n" || return
	done
}

ok "packages with a higher version" higher
for suite in ${MX_SUITES:-bookworm bullseye trixie}; do
	make_guest() { BUILD=$MX_BUILD "$top/scripts/build-guest" "$suite"; }
	ok "$suite: a guest is made" make_guest
	ok "$suite: a disk with the packages" guest_disk "$suite" "$T"/next-*.deb

	rig install domu <<'END'
ok "$suite: the guest comes up by kernel=" eval 'create && ready 600'
ok "$suite: all units run, none failed" units
ok "$suite: the packages install" installed
ok "$suite: ready to boot, says the check" ready_to_boot
ok "$suite: the guest shuts down" off
for way in pvgrub2 pygrub; do
	ok "$suite, $way: it comes up, from its own menu" by $way
	ok "$suite, $way: with the kernel of the package" runs
	ok "$suite, $way: all units run, none failed" units
	ok "$suite, $way: the network, too" net
	[ $way = pygrub ] ||
		ok "$suite: the packages are upgraded" guest "dpkg -i /root/next-*.deb" 900
	ok "$suite, $way: the guest shuts down" off
done
END
	without_xen bios
	without_xen uefi --firmware uefi32
	rig shim shim <<'END'
ok "$suite, shim: it comes up by PvGrub2" by pvgrub2
ok "$suite, shim: with the kernel of the package" runs
ok "$suite, shim: all units run, none failed" units
ok "$suite, shim: the network, too" net
ok "$suite, shim: the guest shuts down" off
END
	rig remove domu <<'END'
old=vmlinuz-6.1.0-0-old
ok "$suite: the guest comes up" by pvgrub2
ok "$suite: another kernel is there, an old one" guest "cp /boot/vmlinuz-$release /boot/$old &&
	cp /boot/initrd.img-$release /boot/initrd.img-${old#*-}"
ok "$suite: the package is removed" guest "DEBIAN_FRONTEND=noninteractive dpkg -r linux-image-$release" 600
ok "$suite: nothing is left of it in /boot" guest "ls /boot; ! ls /boot/*-$release"
ok "$suite: the guest shuts down" off
ok "$suite: it comes up by PvGrub2 again" by pvgrub2
ok "$suite: with the old kernel" runs
ok "$suite: all units run, none failed" units
ok "$suite: the guest shuts down" off
END
done
done_testing
