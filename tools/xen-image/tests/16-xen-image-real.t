#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# tools/xen-image against the real thing, as far as that runs without a
# hypervisor: the tool stack's builder (Debian's libxenguest) lays out each test
# image, and ours, in memory of its own, and what it refuses and where it puts
# everything must be what the plan says.
# Fails when: plan and builder differ in a verdict or an address.
MX_TOP=${MX_TOP:-$(cd "$(dirname "$0")/../../.." && pwd)}
. "$MX_TOP/tools/testing/mach-xen/t/tap.sh"

tools=$top/tools/xen-image/tests
ok "the images are made" "$tools/mkimages" "$T/img"
ok "xen-image is built" make -C "$top/tools/xen-image" O="$T"
ok "the builder is built" gcc -Wall -O1 -o "$T/toolstack" "$tools/toolstack.c" \
	-lxenguest -lxenctrl -lxentoollog
head -c 300000 /dev/urandom >"$T/initrd"
gzip -k "$T/initrd"
set -- "$T"/img/*
# Only where there is one: not in a run of this test alone.
if [ -n "${MX_KERNEL:-}" ] && [ -f "$MX_KERNEL" ]; then
	set -- "$@" "$MX_KERNEL" "$MX_VMLINUX"
fi
# 20 MiB are too little for some, 5000 MiB are a p2m list of more than a table
for how in 20 5000 64:initrd 64:initrd.gz 700:initrd.gz; do
	mib=${how%%:*}
	rd=${how#"$mib"}
	ok "$mib MiB${rd:+, ${rd#:}}: all of them" "$tools/compare-toolstack" --quiet \
		"$T/xen-image" "$T/toolstack" "$mib" "${rd:+$T/${rd#:}}" "$@"
	sed -n 's/^compared/# compared/p' "$T/out"
done
done_testing
