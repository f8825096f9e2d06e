#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each memory allocation of a fork, of an exec, of a mapping that needs page tables, of an
# LDT, and of foreign pages that are mapped, fails once, by the base's fault injection, in both
# worlds. The operation fails, or it works without that memory. It works afterwards, and
# kmemleak finds nothing. kmemleak does not see pages, as those of page tables. Kernel threads,
# as the balloon's, and interrupts are not reached. A vcpu that comes online is not in it: if the
# interrupt of its timer gets no memory, the base's xen_setup_timer() says nothing, and the vcpu
# has no timer.
# Fails when: an error path of ours or one that the base takes for us crashes, warns, or
# leaves something behind.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

config()
{
	test_config nth &&
		change_config nth -d SLUB_TINY -e FAULT_INJECTION \
			-e FAULT_INJECTION_DEBUG_FS -e FAILSLAB -e FAIL_PAGE_ALLOC \
			-e DEBUG_KMEMLEAK &&
		[ "$(grep -Ecx 'CONFIG_(FAILSLAB|FAIL_PAGE_ALLOC|DEBUG_KMEMLEAK)=y' \
			"$full/nth/.config")" -eq 3 ]
}
ok "configure" config
ok "build" kbuild nth CC="$cc" bzImage
MX_KERNEL=$full/nth/arch/x86/boot/bzImage
MX_VMLINUX=$full/nth/vmlinux

boots
done_testing
