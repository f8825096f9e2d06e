#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What is said about the boot chain when a kernel's package is installed, and what its
# preinst refuses: the scripts of packaging/ on made-up root directories of guests.
# Fails when: a missing piece is not told, is told without what to do, or something is
# told where nothing is missing; when an installation fails that need not.
. "$(dirname "$0")/tap.sh"

v=6.12.99-mach-xen
old=6.1.0-50-686-pae
g=$T/guest
img=$T/img
bin=$T/bin
mkdir "$bin"
ok "the images are made" "$top/tools/xen-image/tests/mkimages" "$img"
ok "xen-image is built" make -C "$top/tools/xen-image" O="$T/tool"

# tool NAME LINE: one of the guest's own tools, as far as it is asked
tool() { printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1" && chmod 755 "$bin/$1"; }
# shellcheck disable=SC2016
tool dpkg 'echo "${FAKE_ARCH:-i386}"'
# shellcheck disable=SC2016
tool df 'printf "name size used free use on\n/dev/xvda1 1000 1 ${FAKE_FREE:-500} 1%% /boot\n"'
# An initrd here is its own list.
# shellcheck disable=SC2016
tool lsinitramfs 'cat "$1"'
tool update-initramfs ':'

# guest: one in which nothing is missing
guest()
{
	rm -rf "${T:?}/guest"
	mkdir -p "$g/boot/grub" "$g/lib/modules/$v" "$g/proc" "$g/usr/bin" "$g/usr/sbin" "$g/etc/kernel"
	ln -s "$T/tool/xen-image" "$g/usr/bin/xen-image"
	cp "$top/packaging/mach-xen-check" "$g/usr/sbin/"
	cp "$top/packaging/tools/postinst.d" "$g/etc/kernel/postinst"
	cp "$top/packaging/tools/postrm.d" "$g/etc/kernel/postrm"
	cp "$img/both-bz" "$g/boot/vmlinuz-$v"
	echo old >"$g/boot/vmlinuz-$old"
	echo map >"$g/boot/System.map-$v"
	echo CONFIG_X86_MACH_XEN=y >"$g/boot/config-$v"
	echo "usr/lib/modules/$v/kernel/fs/ext4.ko" >"$g/boot/initrd.img-$v"
	printf 'kernel/drivers/block/xen-blkfront.ko\nkernel/drivers/net/xen-netfront.ko\n' \
		>"$g/lib/modules/$v/modules.builtin"
	printf 'processor\t: 0\nflags\t\t: fpu tsc pae cx8 lm\n' >"$g/proc/cpuinfo"
	echo 'MemTotal:         250000 kB' >"$g/proc/meminfo"
	cat >"$g/boot/grub/grub.cfg" <<-END
	set default="0"
	menuentry 'Debian GNU/Linux' {
	        linux   /boot/vmlinuz-$v root=UUID=1234 ro
	        initrd  /boot/initrd.img-$v
	}
	menuentry 'Debian GNU/Linux, old' {
	        linux   /boot/vmlinuz-$old root=UUID=1234 ro
	        initrd  /boot/initrd.img-$old
	}
	END
}
# a menu.lst as of old hosts, instead of grub.cfg
legacy()
{
	guest
	rm "$g/boot/grub/grub.cfg"
	cat >"$g/boot/grub/menu.lst" <<-END
	default		0
	timeout		2
	title		Debian GNU/Linux, kernel $old
	root		(hd0,0)
	kernel		/boot/vmlinuz-$old root=/dev/xvda1 ro quiet
	initrd		/boot/initrd.img-$old
	END
}
automagic()
{
	legacy
	cat >"$g/boot/grub/menu.lst" <<-END
	default		0
	### BEGIN AUTOMAGIC KERNELS LIST
	## lines between the AUTOMAGIC KERNELS LIST markers will be modified
	# kopt=root=/dev/xvda2 ro
	# groot=(hd0,1)
	# defoptions=quiet
	## ## End Default Options ##

	title		Debian GNU/Linux, kernel $old
	root		(hd0,1)
	kernel		/vmlinuz-$old root=/dev/xvda2 ro quiet
	initrd		/initrd.img-$old

	### END DEBIAN AUTOMAGIC KERNELS LIST
	END
}

arch=i386 free=500
in_guest() { env PATH="$bin:$PATH" DPKG_ROOT="$g" FAKE_ARCH="$arch" FAKE_FREE="$free" "$@"; }
hook() { in_guest DEB_MAINT_PARAMS=configure sh "$g/etc/kernel/postinst" "$v" "/boot/vmlinuz-$v"; }
removed() { in_guest DEB_MAINT_PARAMS=remove sh "$g/etc/kernel/postrm" "$v" "/boot/vmlinuz-$v"; }

# says PATTERN: one line and no other, and the installation goes on
says()
{
	hook >"$T/said" 2>&1 || { cat "$T/said"; echo "the hook failed"; return 1; }
	cat "$T/said"
	[ "$(wc -l <"$T/said")" -eq 1 ] && grep -Eq "^mach-xen: $v: $1" "$T/said"
}
# says_too PATTERN...: these lines, and no more of them
says_too()
{
	hook >"$T/said" 2>&1 || { cat "$T/said"; echo "the hook failed"; return 1; }
	cat "$T/said"
	[ "$(wc -l <"$T/said")" -eq $# ] || return
	for p in "$@"; do
		grep -Eq "^mach-xen: $v: $p" "$T/said" || return
	done
}
# fails PATTERN: the installation fails, with this line, and as there is no other kernel
fails()
{
	if hook >"$T/said" 2>&1; then
		cat "$T/said"
		echo "the hook went on"
		return 1
	fi
	cat "$T/said"
	grep -Eq "^mach-xen: $v: $1" "$T/said" &&
		tail -n 1 "$T/said" | grep -q 'no other kernel in /boot: install one before the next reboot'
}
silent()
{
	hook >"$T/said" 2>&1 || { cat "$T/said"; return 1; }
	cat "$T/said"
	[ ! -s "$T/said" ]
}
lacks() { ! grep -q "$1" "$2"; }

guest
ok "nothing is missing" says 'ready to boot: /boot/grub/grub.cfg has it, (domu|pvgrub2|grub-bios)( (domu|pvgrub2|grub-bios)){2} would take it with 244 MiB, .*500 MiB left'
echo CONFIG_X86=y >"$g/boot/config-$v"
ok "a kernel of somebody else's is left alone" silent
guest
rm "$g/usr/sbin/mach-xen-check"
ok "the hook of a package that is gone" silent

# --- the boot menu
guest
rm "$g/boot/grub/grub.cfg"
ok "no grub.cfg, no menu.lst" says "there is neither grub.cfg nor menu.lst .*copy /boot/vmlinuz-$v and /boot/initrd.img-$v to the host; .*update-grub"
guest
sed -i "s/-$v/-5.10.0-1-686-pae/" "$g/boot/grub/grub.cfg"
ok "grub.cfg without an entry" says "/boot/grub/grub.cfg has no entry for it: run update-grub"
guest
sed -i "s/-$v /-${v}1 /" "$g/boot/grub/grub.cfg"
ok "a longer version is another one" says "/boot/grub/grub.cfg has no entry for it: run update-grub"
guest
sed -i "s,/boot/,/," "$g/boot/grub/grub.cfg"
ok "a file system of its own for /boot" says 'ready to boot'
guest
sed -i "/initrd.img-$v/d" "$g/boot/grub/grub.cfg"
ok "an entry without the initrd" says "/boot/grub/grub.cfg starts it without /boot/initrd.img-$v: run update-grub"
guest
sed -i -e "s/-$v/@/" -e "s/-$old/-$v/" -e "s/@/-$old/" "$g/boot/grub/grub.cfg"
ok "another entry is the first" says "/boot/grub/grub.cfg starts $old unless told otherwise: .*GRUB_DEFAULT"

legacy
cp "$g/boot/grub/menu.lst" "$T/menu.lst"
hook >"$T/said" 2>&1
cat >"$T/wanted" <<END
mach-xen: $v: /boot/grub/menu.lst has no entry for it and no automagic list; add these lines above the others:
    title		mach-xen, kernel $v
    root		(hd0,0)
    kernel		/boot/vmlinuz-$v root=/dev/xvda1 ro quiet
    initrd		/boot/initrd.img-$v
END
ok "menu.lst without an automagic list: the lines to add" diff "$T/wanted" "$T/said"
ok "... and nothing is written" cmp "$T/menu.lst" "$g/boot/grub/menu.lst"
sed -n 's/^    //p' "$T/said" >>"$g/boot/grub/menu.lst"
ok "the lines, but behind the others" says "/boot/grub/menu.lst starts entry 0 by default and this is entry 1: .*'default 1'"
sed -i 's/^default.*/default 1/' "$g/boot/grub/menu.lst"
ok "... and chosen" says 'ready to boot: /boot/grub/menu.lst has it'

automagic
cp "$g/boot/grub/menu.lst" "$T/menu.lst"
ok "an automagic list gets an entry" says_too "/boot/grub/menu.lst got an entry for it" "ready to boot"
cat >"$T/wanted" <<END
title		mach-xen, kernel $v
root		(hd0,1)
kernel		/vmlinuz-$v root=/dev/xvda2 ro quiet
initrd		/initrd.img-$v

title		Debian GNU/Linux, kernel $old
END
sed -n '/^title/,$p' "$g/boot/grub/menu.lst" | head -n 6 >"$T/got"
ok "... above the others, with the list's own options" diff "$T/wanted" "$T/got"
ok "... and the file as it was beside it" cmp "$T/menu.lst" "$g/boot/grub/menu.lst~"
ok "... once" says 'ready to boot: /boot/grub/menu.lst has it'
ok "removing the kernel takes it out" removed
ok "... and leaves the file as it was" cmp "$T/menu.lst" "$g/boot/grub/menu.lst"

# --- the kernel
guest
cp "$img/both-zstd" "$g/boot/vmlinuz-$v"
ok "zstd: PvGrub2, and hosts before Xen 4.15" says_too \
	'PvGrub2 would refuse it \(.*zstd.*\): do not reboot into it: .*CONFIG_KERNEL_GZIP' \
	'it is compressed with zstd, which pygrub on a host before Xen 4.15'
rm "$g/boot/vmlinuz-$old"
ok "... and no other kernel" fails 'PvGrub2 would refuse it'
guest
truncate -s 300 "$g/boot/vmlinuz-$v"
ok "a kernel that was cut off" says "the kernel is damaged \(.*\): install linux-image-$v again"
guest
echo 'MemTotal:         24000 kB' >"$g/proc/meminfo"
ok "little memory, little initrd" says 'ready to boot'
head -c 20000000 /dev/zero >>"$g/boot/initrd.img-$v"
hook >"$T/said" 2>&1
cp "$T/said" "$T/out"
ok "too little memory" grep -Eq "^mach-xen: $v: .* would refuse it with 23 MiB \(.*\): give the guest more memory" "$T/said"
guest
rm "$g/usr/bin/xen-image"
sed -i 's/have xen-image/false/' "$g/usr/sbin/mach-xen-check"
ok "no xen-image" says 'xen-image is missing: install mach-xen-tools anew'

# --- initrd and modules
guest
rm "$g/boot/initrd.img-$v"
ok "no initrd" says "there is no /boot/initrd.img-$v: run 'update-initramfs -c -k $v' .*, then update-grub"
sed -i 's/have update-initramfs/false/' "$g/usr/sbin/mach-xen-check"
ok "no initramfs-tools either" says "there is no /boot/initrd.img-$v: run 'apt-get install initramfs-tools'"
guest
rm "$g/boot/initrd.img-$v"
sed -i "s/-$v/-5.10.0-1-686-pae/" "$g/boot/grub/grub.cfg"
ok "no initrd and no entry: the initrd first" says "there is no /boot/initrd.img-$v: .*then update-grub"
automagic
rm "$g/boot/initrd.img-$v"
ok "no initrd: no entry in menu.lst" says "there is no /boot/initrd.img-$v: .*then 'mach-xen-check $v'"
guest
: >"$g/boot/initrd.img-$v"
ok "an empty initrd" says "there is no /boot/initrd.img-$v: run 'update-initramfs"
guest
: >"$g/lib/modules/$v/modules.builtin"
echo kernel/drivers/net/xen-netfront.ko: >"$g/lib/modules/$v/modules.dep"
ok "an initrd without the disk's front end" says "/boot/initrd.img-$v lacks xen-blkfront, .*/etc/initramfs-tools/modules.*'update-initramfs -u -k $v'"
echo "usr/lib/modules/$v/kernel/drivers/block/xen-blkfront.ko" >>"$g/boot/initrd.img-$v"
ok "... with it" says 'ready to boot'
: >"$g/lib/modules/$v/modules.dep"
ok "no network front end" says 'xen-netfront, the network under Xen, is neither built in nor a module'
guest
rm -r "$g/lib/modules/$v"
ok "no modules" says "there is no /lib/modules/$v: install linux-image-$v again"

# --- the machine
guest
sed -i 's/ pae / /' "$g/proc/cpuinfo"
ok "no PAE" says 'this CPU has no PAE, which the kernel needs: keep the old kernel'
rm "$g/boot/vmlinuz-$old"
ok "... and no other kernel" fails 'this CPU has no PAE'
guest
arch=amd64
ok "an amd64 system" says "this system's programs are 64-bit .*remove linux-image-$v"
arch=i386 free=3
ok "/boot is full" says '/boot has 3 MiB left and the next kernel needs [0-9]+: remove one'
free=500

# --- by hand
guest
by_hand() { in_guest "$top/packaging/mach-xen-check" --root "$g" "$@"; }
ok "by hand, all kernels of ours" by_hand
rm "$g/boot/grub/grub.cfg"
refused "by hand, something is missing" "^mach-xen: $v: there is neither grub.cfg" by_hand "$v"
refused "by hand, no such kernel" 'there is no /boot/vmlinuz-5.0: install linux-image-5.0' by_hand 5.0

# --- before anything is unpacked
guest
sed -e "s/@VERSION@/$v/" -e 's/@BOOT_MIB@/12/' "$top/packaging/image/preinst" >"$T/preinst"
preinst() { in_guest "$@" sh "$T/preinst" install; }
quiet() { "$@" >"$T/said" 2>&1 && [ ! -s "$T/said" ]; }
ok "preinst: nothing is said" quiet preinst
arch=amd64
refused "preinst: amd64" "^mach-xen: $v: this system's programs are 64-bit .*nothing was changed\$" preinst
arch=i386 free=9
refused "preinst: /boot is full" "^mach-xen: $v: /boot has 9 MiB left and it needs 1[0-9]: remove a kernel .*nothing was changed\$" preinst
free=500
sed -i 's/ pae / /' "$g/proc/cpuinfo"
refused "preinst: no PAE" "^mach-xen: $v: this CPU has no PAE, which the kernel needs; nothing was changed\$" preinst
ok "preinst: forced" quiet preinst MACH_XEN_FORCE=1

# --- configuring, when update-initramfs fails
guest
rm "$g/boot/initrd.img-$v"
sed -i "s/-$v/-5.10.0-1-686-pae/" "$g/boot/grub/grub.cfg"
mkdir "$g/etc/kernel/postinst.d"
printf '#!/bin/sh\nexit 1\n' >"$g/etc/kernel/postinst.d/initramfs-tools"
printf '#!/bin/sh\ntouch %s/grub-was-updated\n' "$T" >"$g/etc/kernel/postinst.d/zz-update-grub"
chmod 755 "$g/etc/kernel/postinst.d"/*
tool depmod ':'
tool linux-update-symlinks ':'
sed -e "s/@VERSION@/$v/" -e "s|/etc/kernel|$g&|g" -e "s|/usr/sbin/mach-xen-check|$g&|" \
	"$top/packaging/image/postinst" >"$T/postinst"
refused "postinst: no initrd, what to do is said" "^mach-xen: $v: there is no /boot/initrd.img-$v: run 'update-initramfs" in_guest sh "$T/postinst" configure
ok "... and the menu still starts the old kernel" test ! -e "$T/grub-was-updated"
printf '#!/bin/sh\nexit 0\n' >"$g/etc/kernel/postinst.d/initramfs-tools"
ok "postinst: with one" in_guest sh "$T/postinst" configure
ok "... the menu is made" test -e "$T/grub-was-updated"
done_testing
