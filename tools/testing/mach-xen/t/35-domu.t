#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The image as PV guest by "xl create", on a dom0 of Debian's tools (a test rig).
# Before it the tool stack builds guests of other images and forms of ours, and
# refuses some: all as xen-image's plan has it.
# Fails when: the tool stack does not take the image, it needs what only an initial
# domain has, or plan and tool stack differ.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
tools=$top/tools/xen-image/tests
tool=${MX_XEN_IMAGE:-$MX_BUILD/xen-image}

ok "images are made" "$tools/mkimages" "$T/img"
mkdir "$T/try"
cp "$(dirname "$MX_VMLINUX")/vmlinuz" "$T/try/vmlinuz"
gzip -dc "$T/try/vmlinuz" >"$T/vmlinux"
ok "legacy is made" "$tools/reform" "$T/vmlinux" "$T/try/legacy" legacy
ok "old is made" "$tools/reform" "$T/vmlinux" "$T/try/old" old
ok "old-legacy is made" "$tools/reform" "$T/vmlinux" "$T/try/old-legacy" old legacy
cp "$MX_DOM0/grub-i386-xen.bin" "$T/try/pvgrub2"
cp "$MX_DOM0/vmlinuz" "$T/try/amd64"
wrong='no-pae no-notes dom0-only feature phys-legacy bad-bz-gzip'
for f in $wrong; do
	cp "$T/img/$f" "$T/try/"
done
set --
for f in "$T"/try/*; do
	set -- "$@" --try "$f"
done

entry domu "$@"
ok "everything is where xen-image's plan says" \
	"$tools/compare-xl-log" "$tool" "$MX_KERNEL" 160 "$log"
# Xen says where it put the rig's initial domain, too: Debian's amd64 kernel.
ok "the 64-bit initial domain is where xen-image's plan says" \
	"$tools/compare-xen-log" --silent "$tool" "$MX_DOM0/vmlinuz" 512 "$log"
for f in "$T"/try/*; do
	ok "${f##*/}: the tool stack does as planned" \
		"$tools/compare-xl-log" "$tool" "$f" 160 "$log" "${f##*/}"
done
for f in $wrong; do
	ok "$f: refused" has "rig: tried $f: refused\$"
done
done_testing
