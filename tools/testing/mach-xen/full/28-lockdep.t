#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that checks its locks and where it sleeps has nothing to say about
# the start, stop and restart of CPUs in either world.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

config()
{
	test_config lockdep &&
		change_config lockdep -e PROVE_LOCKING -e DEBUG_ATOMIC_SLEEP \
			-e DEBUG_LOCKDEP -e DEBUG_PREEMPT -e PROVE_RCU &&
		grep -q '^CONFIG_PROVE_LOCKING=y' "$full/lockdep/.config" &&
		grep -q '^CONFIG_DEBUG_ATOMIC_SLEEP=y' "$full/lockdep/.config"
}
ok "configure" config
ok "build" kbuild lockdep CC="$cc" bzImage
MX_KERNEL=$full/lockdep/arch/x86/boot/bzImage

silent() { lacks "$lock_finds"; }
boots
done_testing
