#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An image that PvGrub2 refuses, as it has no zstd: in the words of xen-image's plan.
# Fails when: PvGrub2 takes it, or refuses it for another reason.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

ok "images are made" "$top/tools/xen-image/tests/mkimages" "$T/img"
MX_KERNEL=$T/img/both-zstd
boot zstd pvgrub2 --mem 160 --timeout 1200
ok "not booted" [ "$boot_rc" -ne 0 ]
ok "it was PvGrub2 that xl started" has 'xc_dom_kernel_file: filename="/usr/lib/grub-xen/grub-i386-xen.bin"'
ok "PvGrub2 could not load it" says 'GRUB could not load the image'
ok "for the reason in the plan" foretold pvgrub2 "$MX_KERNEL"
done_testing
