#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The guest's self-check on bare metal, from GRUB, on one CPU and on two: what
# holds here and fails under Xen is the port's fault, what fails in both is not.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/smp.sh"

for cpus in 1 2; do
	boot $cpus grub --mem 320 --vcpus $cpus $one_thread \
		--run report,selfcheck --timeout 300
	ok "$cpus CPU(s): self-check passed, machine off" booted
	ok "$cpus CPU(s) run" fact_is cpus $cpus
	ktap selfcheck
	ok "$cpus CPU(s): nothing of the kernel's is a complaint" kernel_content
	ok "$cpus CPU(s): vm86() runs" \
		has "^# vm86\\(\\) returned [1-9][0-9]*, errno 0, guest type ''"
done
done_testing
