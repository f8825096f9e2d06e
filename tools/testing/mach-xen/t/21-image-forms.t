#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The image in its other forms, each booted by Xen and foretold by xen-image: as
# compressed ELF file, by the legacy section alone, and linked the old way, with
# virtual addresses in p_paddr, by notes and by the legacy section alone.
# Fails when: __xen_guest says what is not so, "make vmlinuz" makes what Xen cannot
# unpack, or the kernel relies on where p_paddr says it is.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
tool=${MX_XEN_IMAGE:-$MX_BUILD/xen-image}
reform=$top/tools/xen-image/tests/reform

"$tool" show "$MX_VMLINUX" >"$T/show"
ok "__xen_guest and the notes agree" grep -q '__xen_guest agrees' "$T/show"

# the test kernel's goals are all and vmlinuz
vmlinuz=$(dirname "$MX_VMLINUX")/vmlinuz
ok "vmlinuz is compressed by gzip" gzip -t "$vmlinuz"
gzip -dc "$vmlinuz" >"$T/unpacked"
ok "vmlinuz is the vmlinux there is" [ "$(readelf -n "$T/unpacked" | grep 'Build ID')" = \
	"$(readelf -n "$MX_VMLINUX" | grep 'Build ID')" ]
ok "vmlinuz is stripped" sh -c "! readelf -SW '$T/unpacked' | grep -q ' [.]symtab'"
"$tool" show "$T/unpacked" >"$T/show"
ok "vmlinuz has __xen_guest still" grep -q '__xen_guest agrees' "$T/show"

# form NAME FILE WHAT-IT-GOES-BY OFFSET
form()
{
	"$tool" show "$2" >"$T/show"
	ok "$1: Xen goes by $3" grep -q "goes by $3:" "$T/show"
	ok "$1: paddr offset $4" grep -Eq "less paddr offset $4 " "$T/show"
	MX_KERNEL=$2 MX_TAG=$1
	entry xen
}
form vmlinuz "$vmlinuz" notes 0
ok "legacy: made" "$reform" "$MX_VMLINUX" "$T/legacy" legacy
form legacy "$T/legacy" __xen_guest 0
ok "old: made" "$reform" "$MX_VMLINUX" "$T/old" old
form old "$T/old" notes 0xc0000000
ok "old-legacy: made" "$reform" "$MX_VMLINUX" "$T/old-legacy" old legacy
form old-legacy "$T/old-legacy" __xen_guest 0xc0000000
done_testing
