#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel of xen_defconfig, the one for users, in both worlds.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
MX_KERNEL=${MX_DEFCONFIG_KERNEL:-$MX_BUILD/bzImage}
boot xen xen --mem 512 --run report,selfcheck --timeout 900
ok "Xen: self-check passed, machine off" booted
ok "Xen has no complaint" xen_content
ok "Xen: nothing of the kernel's is a complaint" kernel_content
boot grub grub --mem 512 --run report,selfcheck --timeout 600
ok "bare metal: self-check passed, machine off" booted
ok "bare metal: nothing of the kernel's is a complaint" kernel_content
done_testing
