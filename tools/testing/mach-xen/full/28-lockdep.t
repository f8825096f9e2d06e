#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that checks its locks and where it sleeps has nothing to say about
# the start, stop and restart of CPUs in either world.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/smp.sh"
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

# silent NAME: and the validator is still awake
silent()
{
	ok "$1: the lock validator runs" has 'Lock dependency validator'
	ok "$1: it has nothing to say" \
		lacks 'possible (circular|recursive|irq lock)|suspicious RCU|inconsistent lock|sleeping function called|turning off the locking|held lock freed|invalid wait context'
}
for how in xen grub; do
	cpus $how $how 4
	silent $how
	boot hotplug-$how $how $one_thread --mem 384 --vcpus 2 --run hotplug --timeout 900
	ok "hotplug-$how: machine off" booted
	silent hotplug-$how
	ok "hotplug-$how: nothing of the kernel's is a complaint" kernel_content
done
done_testing
