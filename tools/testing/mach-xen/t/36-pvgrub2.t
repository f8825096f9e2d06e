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

boots
done_testing
