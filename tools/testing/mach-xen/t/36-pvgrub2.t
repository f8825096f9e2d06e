#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The way of most old guests: Debian's PvGrub2 (grub-i386-xen.bin, a PV kernel itself)
# is what "xl create" starts; it reads grub.cfg, kernel and initrd from the guest's
# ext4 disk and replaces itself by the kernel.
# Fails when: PvGrub2 does not take the image or puts it elsewhere than planned, or
# the kernel relies on what only Xen's own builders do.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boot pvgrub2 pvgrub2 --mem 160 --run report --timeout 600
ok "user space reached, the guest switched itself off" booted
ok "nothing of the kernel's is a complaint" kernel_content
ok "Xen has no complaint about the guest" guest_content
ok "it was PvGrub2 that xl started" has 'xc_dom_kernel_file: filename="/usr/lib/grub-xen/grub-i386-xen.bin"'
ok "entry: Xen PV guest" fact_is mach_xen/entry xen-pv-guest
ok "no PV shim" fact_is mach_xen/pv_shim no
ok "the kernel is where xen-image's plan says" info_planned pvgrub2 "$MX_KERNEL" 160
ok "so is its initrd" planned_initrd pvgrub2 "$MX_KERNEL" 160
common_facts
done_testing
