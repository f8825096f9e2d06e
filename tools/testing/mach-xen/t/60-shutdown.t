#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ways down: a reboot and a panic reach Xen as what they are, and the trace
# of a panic is readable.  Power off is what every other boot test ends with.
# Fails when: the shutdown hypercall gets another reason, or none at all.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

# The emulator ends at a reset, and boot says that this is what happened.
boot reboot xen --mem 128 --run reboot --timeout 180
ok "reboot: the guest asked for it" has '^mach-xen: rebooting'
ok "reboot: Xen restarts the machine" \
	has '\(XEN\).*(Hardware Dom0 shutdown: rebooting|Dom0 shutdown: rebooting)'
ok "reboot: no crash" lacks 'Kernel panic|Dom0 crashed|domain_crash'
ok "reboot: the machine was reset" \
	says "the machine was reset"

# At once and as a crash, not as the reboot that follows a panic by default.
boot crash xen --mem 128 --run crash --timeout 180 --xen-cmdline noreboot \
	--cmdline xen_legacy_crash
ok "crash: the kernel panics" has 'Kernel panic - not syncing: sysrq triggered crash'
ok "crash: with a trace that names functions" has 'sysrq_handle_crash\+0x'
ok "crash: Xen hears of it" has '\(XEN\).*(Hardware )?Dom0 crashed'
ok "crash: no fault on the way" \
	lacks 'domain_crash_sync|Unable to handle|double fault|BUG: '

# The same on bare metal, by the base kernel's means.
boot grub-reboot grub --mem 128 --run reboot --timeout 120
ok "bare metal: reboot: the machine was reset" \
	says "the machine was reset"
ok "bare metal: reboot: no panic" lacks 'Kernel panic'
done_testing
