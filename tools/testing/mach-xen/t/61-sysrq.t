#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Magic sysrq, an oops in a process and a warning, as Xen PV guest: each
# leaves a readable trace, and the kernel goes on where it may. On two CPUs, of
# which each is asked for its backtrace by NMI.
# Fails when: a trap in the kernel in ring 1 is taken for one in user mode, the
# unwinder loses its way, or the return from an oops does; when there are no NMIs
# between CPUs.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/smp.sh"

with_module

for how in xen grub; do
	boot $how $how $one_thread --mem 192 --vcpus 2 --run sysrq --timeout 400 \
		--no-verdict
	ok "$how: the machine went down by itself" booted
	ktap sysrq
	ok "$how: two backtraces were asked for" has '^ok [0-9]* backtraces, of each CPU: 2$'
done
log=$MX_LOGS/61-sysrq-xen.console
ok "xen: Xen has no complaint" xen_content
done_testing
