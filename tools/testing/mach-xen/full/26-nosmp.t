#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An image built without SMP boots in both worlds; where there are more CPUs, it runs
# on one of them.
# Fails when: something of ours needs CONFIG_SMP and does not say so.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/smp.sh"
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

for how in xen grub; do
	for n in 1 2; do
		boot $how-$n $how $one_thread --mem 384 --vcpus $n --run report,selfcheck \
			--timeout 900
		ok "$how-$n: user space reached, machine off" booted
		ok "$how-$n: one CPU runs" fact_is cpus 1
		common_facts
		ktap selfcheck
		ok "$how-$n: nothing of the kernel's is a complaint" kernel_content
		[ $how = grub ] || ok "$how-$n: Xen has no complaint" xen_content
	done
done
done_testing
