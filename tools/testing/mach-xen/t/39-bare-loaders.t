#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same file without a hypervisor by the loaders that are not GRUB on BIOS: GRUB on
# 32-bit UEFI, and QEMU's own -kernel. (kexec is in 55-smp-again.t.)
# Fails when: a loader does not take the image, or puts it elsewhere than planned.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boots
done_testing
