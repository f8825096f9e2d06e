#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Wrong images as initial domain: the hypervisor refuses them in the words of
# xen-image's plan. (Those for the tool stack are in 35-domu.t, PvGrub2's in
# full/36-pvgrub2-refusal.t.)
# Fails when: Xen takes what the plan refuses, or for another reason.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

ok "images are made" "$top/tools/xen-image/tests/mkimages" "$T/img"
for f in no-pae hv-high; do
	MX_KERNEL=$T/img/$f MX_TAG=$f
	entry xen
done
done_testing
