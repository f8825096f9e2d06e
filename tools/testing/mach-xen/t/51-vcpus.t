#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# More than one vcpu configured: the kernel boots and runs on all of them, or
# says that it runs on one.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/smp.sh"

boot 2 xen $one_thread --mem 256 --vcpus 2 --run report --timeout 240
ok "user space reached, machine off" booted
ok "Xen gave it two" has '\(XEN\).*Dom0 has maximum 2 VCPUs'
if [ "$(fact cpus)" = 1 ]; then
	ok "one CPU runs, and the kernel says so" \
		has '(^|\] )mach-xen: .*(one|1) .*(CPU|cpu)'
else
	ok "two CPUs run" fact_is cpus 2
fi
ok "Xen has no complaint" xen_content
ok "nothing of the kernel's is a complaint" kernel_content
done_testing
