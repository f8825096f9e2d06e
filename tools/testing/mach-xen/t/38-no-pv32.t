#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Debian's own hypervisor has no CONFIG_PV32: one line says so, and what to do.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$top/scripts/lib.sh"
d=$MX_BUILD/full/no-pv32
mkdir -p "$d"
fetch() { cd "$d" && apt-get download xen-hypervisor-4.17-amd64; }
xen=$d/root/boot/xen-4.17-amd64.gz
if [ ! -f "$xen" ]; then
	(fetch) >"$T/out" 2>&1 && dpkg-deb -x "$d"/xen-hypervisor-*.deb "$d/root"
fi
[ -f "$xen" ] || skip_all "the package xen-hypervisor-4.17-amd64 cannot be had"
MX_XEN=$xen
boot xen xen --mem 256 --run report --timeout 120
ok "refused" [ "$boot_rc" -ne 0 ]
ok "the reason, and the way out" sh -c "echo '$boot_says' | grep -q 'without CONFIG_PV32.*build-xen'"
done_testing
