#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The packages of "make deb" as they are, xen_defconfig with its modules, in a Debian 12
# guest with what an administrator uses: packet filters, LVM and dm-crypt, quota, zram,
# automount, AppArmor, file systems of old disks, a module that DKMS builds, xl's
# commands, the watchdog; and the same disk without Xen.
# The hypervisor looks for entries of page tables that L1TF would leak through.
# Fails when: a package does not install, a module that such a guest needs is not there or
# does not load, a byte on a disk is lost, the kernel's log has a line after the start that
# a user would ask about.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
debs=$MX_BUILD/deb
. "$(dirname "$0")/../t/install.sh"
. "$(dirname "$0")/../t/disks.sh"
suite=bookworm-admin

# What the guest does itself, each in a shell that ends with the first command that fails
cat >"$T/admin" <<'END'
set -e
host=10.0.0.1
pings() { ping -c 1 -w 10 $host >/dev/null; }
cut_off() { ! ping -c 1 -w 2 $host >/dev/null; }
nftables()
{
	pings
	nft -f - <<-E
	table inet t {
		set away { type ipv4_addr; elements = { $host } }
		chain out { type filter hook output priority 0; ip daddr @away ct state new,established counter drop; }
		chain nat { type nat hook postrouting priority srcnat; masquerade; }
	}
	E
	cut_off
	nft list ruleset | grep 'counter packets [1-9]'
	nft flush ruleset
	pings
}
# iptables COMMAND: -legacy, -nft
iptables_of()
{
	iptables-$1 -t mangle -A OUTPUT -j MARK --set-mark 7
	iptables-$1 -t nat -A POSTROUTING -m comment --comment all -j MASQUERADE
	pings
	iptables-$1 -A OUTPUT -p icmp -m mark --mark 7 -m conntrack --ctstate NEW,ESTABLISHED \
		-m limit --limit 1000/s -j REJECT
	cut_off
	iptables-$1 -nvxL OUTPUT | grep ' *[1-9][0-9]* .*REJECT'
	ip6tables-$1 -A INPUT -p tcp -m multiport --dports 1,2 -j DROP
	iptables-$1 -F
	iptables-$1 -t nat -F
	iptables-$1 -t mangle -F
	ip6tables-$1 -F
	pings
}
interfaces()
{
	ip link add v0 type veth peer name v1
	# Tunnels have an end, else each is the one that comes with its module.
	for t in bridge bond dummy ifb "ipip remote $host" "gre remote $host" wireguard; do
		ip link add x0 type $t
		ip link del x0
	done
	for t in 'vlan id 5' macvlan 'macvlan mode bridge'; do
		ip link add link v0 name x0 type $t
		ip link del x0
	done
	ip link add x0 type vxlan id 7 dstport 4789 local 10.0.0.2 remote $host
	ip link del x0
	ip tuntap add x0 mode tun
	ip link del x0
	ip link del v0
	tc qdisc add dev enX0 root fq_codel
	tc qdisc replace dev enX0 root htb default 1
	tc qdisc del dev enX0 root
}
lvm_and_crypt()
{
	pvcreate -q -f -y /dev/xvdb
	vgcreate -q vg /dev/xvdb
	lvcreate -q -y -n lv -L 48M vg
	echo secret | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file - /dev/vg/lv
	echo secret | cryptsetup open --key-file - /dev/vg/lv plain
	mkfs.ext4 -q /dev/mapper/plain
	mkdir -p /mnt
	mount /dev/mapper/plain /mnt
	cp -r /usr/lib/i386-linux-gnu/gconv /mnt/tree
	sync
	lvcreate -q -y -s -n snap -L 32M vg/lv
	echo changed >/mnt/tree/changed
	umount /mnt
	cryptsetup close plain
	# The snapshot has what was there then.
	echo secret | cryptsetup open --key-file - /dev/vg/snap plain
	mount /dev/mapper/plain /mnt
	diff -r /usr/lib/i386-linux-gnu/gconv /mnt/tree
	umount /mnt
	cryptsetup close plain
	vgremove -q -f -y vg
	pvremove -q /dev/xvdb
}
quotas()
{
	mkfs.ext4 -q -F -O quota -E quotatype=usrquota /dev/xvdb
	mount -o usrquota /dev/xvdb /mnt
	quotaon /mnt || quotaon -p /mnt | grep 'is on'
	setquota -u nobody 0 1000 0 0 /mnt
	chmod 777 /mnt
	! chroot --userspec=nobody / dd if=/dev/zero of=/mnt/f bs=4k count=500 2>/tmp/quota
	grep 'quota exceeded' /tmp/quota
	repquota /mnt | grep nobody
	umount /mnt
}
zram()
{
	modprobe zram num_devices=1
	echo 64M >/sys/block/zram0/disksize
	mkswap /dev/zram0
	swapon -p 100 /dev/zram0
	grep zram0 /proc/swaps
	swapoff /dev/zram0
}
automount()
{
	mkfs.ext4 -q -F /dev/xvdb
	mkdir -p /media/auto
	systemd-mount --automount=yes --timeout-idle-sec=1h /dev/xvdb /media/auto
	grep ' /media/auto autofs ' /proc/mounts
	[ -z "$(grep ' /media/auto ext4 ' /proc/mounts)" ]
	[ -d /media/auto/lost+found ]
	grep ' /media/auto ext4 ' /proc/mounts
	systemd-umount /media/auto
}
apparmor()
{
	[ "$(cat /sys/module/apparmor/parameters/enabled)" = Y ]
	cp /bin/cat /usr/local/bin/reader
	printf 'profile reader /usr/local/bin/reader {\n /** mr,\n deny /etc/hostname r,\n}\n' | apparmor_parser -r
	/usr/local/bin/reader /etc/hosts >/dev/null
	! /usr/local/bin/reader /etc/hostname
}
# modules NAME...: all load
modules()
{
	[ $# -gt 0 ]
	rc=0
	for m; do modprobe $m || rc=1; done
	return $rc
}
# Pages move, in use and by the thousand; Xen looks at the entries that stand in for them.
moves()
{
	migrated() { awk '/pgmigrate_success/ { print $2 }' /proc/vmstat; }
	before=$(migrated)
	perl -e '@a = map { chr(65 + $_) x 6000000 } 0..39;
		for (1..10) { for $i (0..39) { $a[$i] eq chr(65 + $i) x 6000000 or die; } }' &
	while kill -0 $! 2>/dev/null; do
		echo 1 >/proc/sys/vm/drop_caches
		echo 1 >/proc/sys/vm/compact_memory
	done
	wait $!
	echo "before $before, after $(migrated)"
	[ $(migrated) -gt $((before + 2000)) ]
}
containers()
{
	mkdir -p /tmp/l /tmp/u /tmp/w /tmp/o
	echo low >/tmp/l/f
	mount -t overlay -o lowerdir=/tmp/l,upperdir=/tmp/u,workdir=/tmp/w o /tmp/o
	echo up >/tmp/o/f
	[ "$(cat /tmp/l/f)" = low ]
	umount /tmp/o
	unshare -Unrmpif --mount-proc sh -c '[ $(id -u) = 0 ] && [ $$ = 1 ] && ip link show lo'
	systemd-run -q --wait -p MemoryMax=50M -p CPUQuota=50% -p TasksMax=10 true
}
"$@"
END

disk()
{
	BUILD=$MX_BUILD "$top/scripts/build-guest" $suite &&
		guest_disk $suite "$debs"/linux-headers-*.deb && disk_tools "$T/tools" &&
		in_disk "write $T/admin /root/admin" "write $T/tools /root/disk-tools"
}
ok "a guest's disk with the packages" disk

dom0_script <<'END'
ok "the guest comes up by kernel=" eval 'create && ready 600'
ok "the packages install" installed 3000
ok "ready to boot, says the check" ready_to_boot
ok "the guest shuts down" off
END
entry install --disk "$T/disk.img" --script "$T/script"

{
	disk_words
	cat <<'END'
# up: for cut()
up() { by pvgrub2; }
# admin NAME...: one of the functions of /root/admin
admin() { guest "sh /root/admin $*" 600; }
# said: the kernel's warnings are printed, and there is none but those
said()
{
	guest "dmesg -l emerg,alert,crit,err,warn" >/tmp/said || return
	$bb sed 's/^/mach-xen: rig: # /' /tmp/said >/dev/console
	! $bb grep -vE "$1" /tmp/said
}
# What the base says of every Xen guest, without a level of its own, and of a slow machine
usual='cpu [0-9]* spinlock event irq|Grant table initialized|Long readout interval, skipping|hrtimer: interrupt took'
# with FILE COMMAND...: that disk is attached meanwhile
with()
{
	attach $1 || return
	shift
	"$@" && detach
}
# barks: nobody feeds the watchdog, and xl starts the guest anew
barks()
{
	id=$(xl domid guest)
	guest "modprobe xen_wdt timeout=8 && echo >/dev/watchdog" || return
	reborn $id 120 && ready 600
}
# fed: somebody does, for longer than it waits
fed()
{
	guest "modprobe xen_wdt timeout=8; exec 3>/dev/watchdog0
		for i in 1 2 3 4 5 6 7; do echo x >&3; sleep 2; done; echo V >&3; exec 3>&-; rmmod xen_wdt" &&
		$bb sleep 10 && guest true
}
ok "it comes up by PvGrub2, from its own menu" up
ok "with the kernel of the package" runs
ok "all units run, none failed" units
ok "the network, too" net
ok "its start has left no line in the log that a user would ask about" said "$usual"
ok "nftables" admin nftables
ok "iptables-legacy" admin iptables_of legacy
ok "iptables-nft" admin iptables_of nft
ok "interfaces of all kinds, and queueing" admin interfaces
ok "zram" admin zram
ok "AppArmor" admin apparmor
ok "pages move while they are used" admin moves
ok "containers: overlay, namespaces, control groups" admin containers
ok "modules: network file systems and others" admin modules nfs nfsd cifs fuse isofs udf vfat exfat \
	ntfs3 squashfs nbd dm-thin-pool raid1 raid456 dm-cache dm-multipath br_netfilter \
	ip_set ip_vs tcp_bbr sch_cake 8021q sunrpc
# Two are for an initial domain.
ok "modules: all of Xen's" admin 'modules $(find /lib/modules/$(uname -r) -name "*xen*.ko*" | sed "s,.*/,,; s,\.ko.*,," |
	grep -v -e xen-pciback -e xen-acpi-processor)'
$bb truncate -s 160M $disks/lvm
ok "LVM, dm-crypt, a snapshot" with lvm admin lvm_and_crypt
ok "quota" with lvm admin quotas
ok "automount" with lvm admin automount
for f in xfs btrfs jfs reiserfs; do
	$bb truncate -s 320M $disks/$f
	ok "$f, with persistent grants, then without" fs_round $f Y N
	$bb rm $disks/$f
done
for f in xfs btrfs; do
	$bb truncate -s 320M $disks/$f
	ok "$f, power cut: what was on the disk is there" cut $f 40 0
	$bb rm $disks/$f
done
ok "the headers install" guest "dpkg -i /root/linux-headers-*.deb" 1800
ok "DKMS has built its module" guest "dkms status | grep \"acpi-call.*$release.*installed\" && modprobe acpi_call && grep acpi_call /proc/modules"
# Longer than what the guest's detectors of lockups and hung tasks wait for
ok "the detectors are on" guest "[ \$(cat /proc/sys/kernel/watchdog) = 1 ] && [ \$(cat /proc/sys/kernel/hung_task_timeout_secs) -gt 0 ]"
ok "paused for 150 seconds" paused 150
ok "none of them complains" guest "sleep 10; dmesg >/tmp/log && ! grep -E 'soft lockup|rcu.*stall|blocked for more|Call Trace' /tmp/log"
ok "a watchdog that is fed lets it live" fed
ok "one that is not fed makes xl start it anew" barks
ok "xl mem-set, down" mem_set 300
ok "and up" mem_set 512
ok "saved and restored" save_restore
ok "moved to the same host" migrate
ok "the network is back" net
ok "the time is right" same_time
ok "all units run, none failed" units
ok "the guest shuts down" off
END
} | dom0_script
entry live --disk "$T/disk.img" --script "$T/script"

without_xen bios --mem 512
done_testing
