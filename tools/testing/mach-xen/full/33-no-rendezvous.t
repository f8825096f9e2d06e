#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A kernel without X86_RENDEZVOUS: the base kernel starts the secondary CPUs of a bare
# machine, and vcpus start as they do with it.
# Fails when: something outside arch/i386/rendezvous needs it.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

config()
{
	test_config plain-smp &&
		change_config plain-smp -d X86_RENDEZVOUS -d X86_RENDEZVOUS_KUNIT_TEST &&
		grep -q '^# CONFIG_X86_RENDEZVOUS is not set' "$full/plain-smp/.config" &&
		! grep -q '^CONFIG_HOTPLUG_PARALLEL=y' "$full/plain-smp/.config"
}
ok "configure" config
ok "build" kbuild plain-smp CC="$cc" bzImage
ok "nothing of it is in the image" \
	sh -c "nm '$full/plain-smp/vmlinux' >'$T/nm' && ! grep ' rendezvous_' '$T/nm'"
MX_KERNEL=$full/plain-smp/arch/x86/boot/bzImage
boots
done_testing
