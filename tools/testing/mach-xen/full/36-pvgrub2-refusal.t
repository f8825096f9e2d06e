#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An image that PvGrub2 refuses, as it has no zstd: in the words of xen-image's plan.
# Fails when: PvGrub2 takes it, or refuses it for another reason.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

ok "images are made" "$top/tools/xen-image/tests/mkimages" "$T/img"
MX_KERNEL=$T/img/both-zstd
boots
done_testing
