#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An image built without SMP boots in both worlds; where there are more CPUs, it runs
# on one of them.
# Fails when: something of ours needs CONFIG_SMP and does not say so.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

config()
{
	test_config nosmp && change_config nosmp -d SMP &&
		grep -q '^# CONFIG_SMP is not set' "$full/nosmp/.config" &&
		grep -q '^CONFIG_XEN_PV=y' "$full/nosmp/.config"
}
ok "configure" config
ok "build" kbuild nosmp CC="$cc" bzImage
MX_KERNEL=$full/nosmp/arch/x86/boot/bzImage
boots
done_testing
