#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# PCI devices that a guest of xl has for itself, on a machine with an emulated IOMMU
# (QEMU's intel-iommu): a network card and an NVMe disk, at the start, taken away and
# given back. What they read and write by DMA is compared, in low memory and in high.
# The disk ends with an interrupt line, too: its driver enables MSI-X twice, and the base's
# arch/x86/pci/xen.c does not tell the back end of the first end, see testing.rst.
# Fails when: xl or the hypervisor does not give the device away, the guest's driver does
# not find it, an interrupt does not arrive, a byte is not the one that was written, the
# IOMMU has caught a DMA that went elsewhere.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

head -c 3000000 /dev/urandom >"$T/net"
truncate -s 64M "$T/nvme.img"
printf '#!/bin/sh\nexec cat %s\n' "$T/net" >"$T/send"
chmod +x "$T/send"
sum=$(md5sum <"$T/net")
cat >"$T/script" <<END
sum=${sum%% *}
END
cat >>"$T/script" <<'END'
# given: both devices are pciback's
given()
{
	$bb modprobe xen-pciback && for d in 05 06; do xl pci-assignable-add 00:$d.0 || return; done
}
# card: the guest's network card reaches QEMU's gateway
card()
{
	guest "ip addr add 10.0.2.15/24 dev eth0; ip link set eth0 up; ping -c 3 -w 20 10.0.2.2"
}
# net: what a server sends arrives
net()
{
	guest "for i in 1 2 3; do
		nc 10.0.2.100 80 </dev/null | md5sum >/tmp/sum; cat /tmp/sum; grep -q $sum /tmp/sum || exit 1
	done"
}
# random data, written and read directly and through the page cache
disk()
{
	guest "dd if=/dev/urandom of=/tmp/data bs=1M count=24 2>/dev/null
		dd if=/tmp/data of=/dev/nvme0n1 bs=256k oflag=direct 2>/dev/null || exit 1
		dd if=/dev/nvme0n1 bs=1M count=24 iflag=direct 2>/dev/null | cmp - /tmp/data || exit 2
		dd if=/tmp/data of=/dev/nvme0n1 bs=4k seek=6144 conv=fsync 2>/dev/null || exit 3
		echo 3 >/proc/sys/vm/drop_caches
		dd if=/dev/nvme0n1 bs=4k skip=6144 count=6144 2>/dev/null | cmp - /tmp/data || exit 4
		rm /tmp/data" 300
}
# counts NAME: interrupts of that name arrive as the device is used
counts()
{
	guest "grep $1 /proc/interrupts; [ \$(grep $1 /proc/interrupts | awk '{ n += \$2 } END { print n }') -gt 20 ]"
}
# back SLOT COMMAND: the device is the guest's again, and COMMAND succeeds there
back()
{
	xl pci-attach guest "00:$1.0" && guest "n=0; until $2; do n=\$((n + 1)); [ \$n -lt 100 ] || exit 1; sleep 0.3; done"
}
ok "the devices can be given away" given
ok "the guest comes up" eval 'create && ready'
ok "swiotlb is there" guest "dmesg | grep 'PCI-DMA: Using software bounce buffering'"
ok "it has both" guest "set -- /sys/bus/pci/devices/*; echo \$*; [ \$# = 2 ] && [ -b /dev/nvme0n1 ]"
ok "the network card works" card
ok "every byte from the network" net
ok "its interrupt arrives" counts 'pirq.*eth0'
ok "the disk: every byte" disk
ok "its interrupt arrives" counts 'pirq.*nvme0q'
ok "the card is taken away" eval 'xl pci-detach guest 00:05.0 && guest "[ ! -e /sys/class/net/eth0 ]"'
ok "the disk is taken away" eval 'xl pci-detach guest 00:06.0 && guest "[ ! -b /dev/nvme0n1 ]"'
ok "the card is given back" back 05 '[ -e /sys/class/net/eth0 ]'
ok "it works" card
ok "every byte from the network" net
ok "the disk is given back" back 06 '[ -b /dev/nvme0n1 ]'
ok "it works" disk
ok "the guest ends" bye
done_testing
END

iommu="-machine q35 -device intel-iommu,intremap=on
	-netdev user,id=n,net=10.0.2.0/24,guestfwd=tcp:10.0.2.100:80-cmd:$T/send
	-device e1000,netdev=n,addr=5
	-drive if=none,id=d,format=raw,file=$T/nvme.img
	-device nvme,drive=d,serial=x,addr=6"
entry low --script "$T/script" --qemuflags "$iommu"
entry high --script "$T/script" --qemuflags "$iommu"
done_testing
