# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# shellcheck disable=SC2154
#
# Makes what a machine starts from: the boot ISO, and in it the guest that dom0's tool
# stack starts. Sourced by scripts/boot, whose variables it reads.

# GRUB reads each word by itself; quoted, nothing in it is special. pygrub hands
# quotes on to the kernel: none where none are needed.
words()
{
	set -f
	for w in $1; do
		case $w in
		*[!A-Za-z0-9_.,:=/-]*)
			printf " '%s'" "$(printf %s "$w" | sed "s/'/'\\\\''/g")" ;;
		*)	printf ' %s' "$w" ;;
		esac
	done
	set +f
}

# The tool stack's guest: its files and its configuration, unpacked in dom0 over
# the rig's initrd.
make_guest()
{
	g=$tmp/guest/guest
	mkdir -p "$g"
	args="console=hvc0 earlyprintk=xen machxen.run=$run $cmdline"
	[ "$mode" = interactive ] || : >"$g/verbose"
	{
		echo 'name = "guest"'
		echo "memory = $mem"
		echo "vcpus = $vcpus"
		echo 'on_poweroff = "destroy"'
		echo 'on_reboot = "destroy"'
		echo 'on_crash = "destroy"'
		if [ "$how" = shim ]; then
			echo 'type = "pvh"'
			echo 'pvshim = 1'
		else
			echo 'type = "pv"'
		fi
	} >"$g/xl.cfg"
	case $how in
	domu|shim)
		cp "$kernel" "$g/kernel"
		if [ -n "$initrd" ]; then
			cp "$initrd" "$g/initrd"
			echo 'ramdisk = "/guest/initrd"' >>"$g/xl.cfg"
		fi
		cat >>"$g/xl.cfg" <<-END
		kernel = "/guest/kernel"
		extra = "$(printf %s "$args" | sed 's/["\\]/\\&/g')"
		END
		;;
	pvgrub2|pygrub)
		d=$tmp/disk
		mkdir -p "$d/boot/grub"
		cp "$kernel" "$d/boot/kernel"
		cp "$initrd" "$d/boot/initrd"
		cat >"$d/boot/grub/grub.cfg" <<-END
		set timeout=0
		menuentry 'mach-xen' {
			linux /boot/kernel$(words "$args")
			initrd /boot/initrd
			boot
			echo "mach-xen: GRUB could not load the image"
			halt
		}
		END
		dmib=$(( $(du -sm "$d" | cut -f1) + 8 ))
		/sbin/mke2fs -q -F -t ext4 -d "$d" "$g/disk" ${dmib}m 2>"$tmp/mke2fs.log" || {
			cat "$tmp/mke2fs.log" >&2
			die "mke2fs failed"
		}
		rm -rf "$d"
		echo "disk = [ '/guest/disk,raw,xvda,w' ]" >>"$g/xl.cfg"
		if [ "$how" = pygrub ]; then
			echo 'bootloader = "pygrub"' >>"$g/xl.cfg"
		else
			echo 'kernel = "/usr/lib/grub-xen/grub-i386-xen.bin"' >>"$g/xl.cfg"
		fi
		;;
	esac
	[ -z "$script" ] || cp "$script" "$g/script"
	[ -z "$disk" ] || echo "disk = [ 'phy:/dev/nvme0n1,xvda,w' ]" >>"$g/xl.cfg"
	printf %s "$xl" >>"$g/xl.cfg"
	if [ -n "$tries" ]; then
		mkdir "$g/try"
		printf %s "$tries" | while IFS= read -r f; do cp "$f" "$g/try/"; done
	fi
	(cd "$tmp/guest" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1n) |
		cat "$dom0/initrd.gz" - >"$tmp/iso/initrd"
	rm -rf "$tmp/guest"
}

make_iso()
{
	mkdir -p "$tmp/iso/boot/grub"
	[ "$menu" ] || cp "$kernel" "$tmp/iso/kernel"
	[ -z "$initrd" ] || cp "$initrd" "$tmp/iso/initrd"
	if [ "$how" = xen ] || [ "$rig" ]; then
		cp "$xen" "$tmp/iso/xen.gz"
		xargs="com1=115200,8n1 console=com1 loglvl=all guest_loglvl=all noreboot=no"
		if [ "$rig" ]; then
			make_guest
			cp "$dom0/vmlinuz" "$tmp/iso/kernel"
			xargs="$xargs dom0_mem=${dom0_mem}M,max:${dom0_mem}M dom0_max_vcpus=1 $xen_cmdline"
			args="console=hvc0 quiet"
		else
			xargs="$xargs dom0_mem=${mem}M,max:${mem}M dom0_max_vcpus=$vcpus $xen_cmdline"
			args="console=hvc0 earlyprintk=xen machxen.run=$run $cmdline"
		fi
		load1="multiboot2 /xen.gz$(words "$xargs")"
		load2="module2 /kernel$(words "$args")"
		# Two archives, of which GRUB would unpack one
		load3="module2 ${rig:+--nounzip} /initrd"
	elif [ "$menu" ]; then
		load1="search --no-floppy --label guest --set=root"
		load2="configfile /boot/grub/grub.cfg"
	else
		load1="linux /kernel$(words "console=ttyS0,115200 earlyprintk=serial,ttyS0,115200 machxen.run=$run $cmdline")"
		load2=true
		load3="initrd /initrd"
	fi
	[ -n "$initrd$rig" ] || load3=true
	# A menu that was left
	[ -z "$menu" ] || load3=false
	cat > "$tmp/iso/boot/grub/grub.cfg" <<-END
	serial --unit=0 --speed=115200
	terminal_output serial
	set pager=0
	if $load1; then
	if $load2; then
	if $load3; then
		boot
	fi; fi; fi
	echo "mach-xen: GRUB could not load the image"
	sleep 1
	halt
	END
	# One kind only: a fraction of the size and time
	kind=i386-pc
	[ "$firmware" = bios ] || kind=i386-efi
	grubdir=
	for d in /usr/lib/grub/$kind /usr/local/lib/grub/$kind; do
		[ ! -d "$d" ] || { grubdir=$d; break; }
	done
	[ -n "$grubdir" ] || die "GRUB for $firmware is missing: run scripts/deps boot"
	# A menu by GRUB 2.12 asks "fwsetup --is-supported". GRUB 2.06 takes that for
	# fwsetup and starts the machine anew.
	if [ "$menu" ]; then
		cp -rs "$grubdir" "$tmp/grub"
		grubdir=$tmp/grub
		rm -f "$grubdir/efifwsetup.mod"
	fi
	grub-mkrescue --directory="$grubdir" -o "$tmp/boot.iso" "$tmp/iso" \
		> "$tmp/mkrescue.log" 2>&1 || {
		tail -n 5 "$tmp/mkrescue.log" >&2
		die "grub-mkrescue failed"
	}
	rm -rf "$tmp/iso"
}
