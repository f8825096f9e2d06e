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

with_module

entry xen
ktap sysrq
entry grub
ktap sysrq
done_testing
