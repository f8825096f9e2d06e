#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A Debian 12 i386 guest with systemd, its own disk and network: the packages are
# installed in it, and it starts from its own menu by PvGrub2 after that. It is saved and
# restored then, and loses and gets a vcpu.
# Fails when: dpkg cannot configure a package, the check before the reboot does not say
# "ready to boot", the menu's kernel does not start or finds no root, a unit fails.
# Starts first: it takes long.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/install.sh"

ok "a guest's disk with the packages" guest_disk bookworm
{
	install_words
	cat <<'END'
up() { create && ready 600; }
vcpus()
{
	xl vcpu-set --ignore-host guest "$1" &&
		guest "n=0; until [ \$(cat /sys/devices/system/cpu/online) = $2 ]; do
			n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.5; done"
}
ok "the guest comes up by kernel=" up
ok "all units run, none failed" units
ok "root is on xvda" guest "findmnt -n -o SOURCE / | grep -qx /dev/xvda"
ok "the network interface has its name" guest "ip -br addr show enX0 | grep -q 10.0.0.2/24"
ok "the packages install" installed
ok "ready to boot, says the check" ready_to_boot
ok "the guest shuts down" off
ok "it comes up by PvGrub2, from its own menu" by pvgrub2
ok "with the kernel of the package" runs
ok "all units run, none failed" units
ok "the network, too" net
ok "xl vcpu-set takes a vcpu" vcpus 1 0
ok "xl vcpu-set gives it back" vcpus 2 0-1
ok "saved and restored" save_restore
ok "the network is back" net
ok "all units run" units
ok "the guest shuts down" off
done_testing
END
} >"$T/script"
entry install --no-initrd --disk "$T/disk.img" --script "$T/script"
done_testing
