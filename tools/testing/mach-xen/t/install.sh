# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that install the packages of "make deb" in a Debian guest. Sourced after
# boot.sh. The packages are those of the test kernel, $BUILD/test/deb.

debs=$MX_BUILD/test/deb
release=$(cat "$MX_BUILD/test/obj/include/config/kernel.release")

# guest_disk SUITE [FILE...]: $T/disk.img, a guest's disk with the packages in /root, and
# those files
guest_disk()
{
	gd_suite=$1
	shift
	BUILD=$MX_BUILD "$top/scripts/build-guest" "$gd_suite" --out "$T/disk.img" --install-deb \
		"$debs"/linux-image-*.deb "$debs"/mach-xen-tools_*.deb "$@"
}

# What a script in dom0 needs for it; $release is put in by the host.
install_words()
{
	echo "release=$release"
	cat <<'END'
net() { guest "ping -c 3 -w 20 10.0.0.1"; }
# installed: the packages; what the check says is in the log
installed()
{
	guest "dpkg -i /root/linux-image-*.deb /root/mach-xen-tools_*.deb; rc=\$?; ls -l /boot; exit \$rc" 900 >/tmp/dpkg
	rc=$?
	$bb grep '^mach-xen: ' /tmp/dpkg | $bb sed 's/^/mach-xen: rig: # /'
	$bb tail -n 20 /tmp/dpkg
	return $rc
}
ready_to_boot() { $bb cat /tmp/dpkg; $bb grep -q "^mach-xen: $release: ready to boot: /boot/grub/grub.cfg has it, domu pvgrub2 grub-bios would take it" /tmp/dpkg; }

# config WAY: a configuration in /tmp/WAY.cfg that starts what the guest has on its disk
config()
{
	$bb grep -Ev '^(kernel|extra|ramdisk) ' /guest/xl.cfg >/tmp/$1.cfg
	case $1 in
	pvgrub2) echo 'kernel = "/usr/lib/grub-xen/grub-i386-xen.bin"' ;;
	pygrub)  echo 'bootloader = "pygrub"' ;;
	esac >>/tmp/$1.cfg
}
# by WAY: start the guest so, until its agent is there
by() { config "$1" && create "/tmp/$1.cfg" && ready 600; }
off() { xl shutdown guest && gone 180; }
# runs: the package's kernel, by the command line of the disk's menu
runs()
{
	guest "uname -r; cat /proc/cmdline; [ \$(uname -r) = $release ] &&
		grep -q '^\(BOOT_IMAGE=[^ ]* \)\{0,1\}root=UUID=' /proc/cmdline"
}
END
}
