# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154
#
# For tests that install the packages of "make deb" in a Debian guest. Sourced after
# boot.sh. The packages are in $debs, those of the test kernel if it is not set.

debs=${debs:-$MX_BUILD/test/deb}
release=$(echo "$debs"/linux-image-*.deb)
release=${release##*/linux-image-}
release=${release%%_*}

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
# installed [SECONDS]: the packages; what the check says is in the log
installed()
{
	guest "dpkg -i /root/linux-image-*.deb /root/mach-xen-tools_*.deb; rc=\$?; ls -l /boot; exit \$rc" ${1:-900} >/tmp/dpkg
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

# What follows boots one disk, $T/disk.img of the suite $suite, in several worlds.
vif="vif = [ 'bridge=xenbr0,mac=00:16:3e:00:00:02' ]"

# in_disk COMMAND...: of debugfs
in_disk() { for c; do echo "$c"; done >"$T/cmds"; /sbin/debugfs -w -f "$T/cmds" "$T/disk.img"; }

# without_xen NAME OPTIONS...: the disk's own menu; what the guest is asked is in a file
without_xen()
{
	en=$suite-$1 en_how=menu en_run='' en_fs='' en_kexec=''
	shift
	n=0
	: >"$T/commands"
	for c in "uname -r; [ \$(uname -r) = $release ] && [ ! -e /proc/xen/capabilities ]" \
		"systemctl is-system-running --wait; systemctl --failed --no-legend --plain;
			[ \"\$(systemctl is-system-running)\" = running ]" \
		"findmnt -n -o SOURCE / | grep nvme; grep -q 'root=UUID=' /proc/cmdline" \
		"ip -br addr; ping -c 3 -w 20 10.0.0.1" bye; do
		n=$((n + 1))
		echo "$n $(printf %s "$c" | base64 -w 0)" >>"$T/commands"
	done
	in_disk "write $T/commands /root/agent.commands" >/dev/null 2>&1
	set -- --mem 256 --disk "$T/disk.img" --timeout 600 "$@" --qemuflags \
		"-netdev user,id=n,net=10.0.0.0/24,host=10.0.0.1 -device e1000,netdev=n"
	boot "$en" menu "$@"
	in_disk "rm /root/agent.commands" >/dev/null 2>&1
	judge "$@"
	ok "$en: the package's kernel, no Xen" has '^mach-xen: agent 1 rc=0'
	ok "$en: all units run, none failed" has '^mach-xen: agent 2 rc=0'
	ok "$en: the disk is found by its UUID" has '^mach-xen: agent 3 rc=0'
	ok "$en: the network is there" has '^mach-xen: agent 4 rc=0'
}

# dom0_script: $T/script, what dom0 does, which is on standard input
dom0_script() { { install_words; echo "suite=$suite"; cat; echo done_testing; } >"$T/script"; }

# rig NAME HOW OPTIONS...: the script on standard input
rig()
{
	en=$suite-$1 en_how=$2 en_run='' en_fs=ext4 en_kexec=''
	shift 2
	dom0_script
	set -- --no-initrd --mem 256 --disk "$T/disk.img" --script "$T/script" --dom0-mem 900 \
		--timeout 1500 --cmdline 'root=/dev/xvda ro sysrq_always_enabled' --xl "$vif" "$@"
	boot "$en" "$en_how" "$@"
	judge "$@"
}
