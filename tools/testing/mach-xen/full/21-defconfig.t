#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel of xen_defconfig, the one for users, in both worlds.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
MX_KERNEL=${MX_DEFCONFIG_KERNEL:-$MX_BUILD/bzImage}
boots
done_testing
