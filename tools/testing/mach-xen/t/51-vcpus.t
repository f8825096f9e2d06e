#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# More than one vcpu configured: the kernel boots, and until it can start the
# others it says that it runs on one.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boot 2 xen --mem 256 --vcpus 2 --run report --timeout 240
ok "user space reached, machine off" booted
ok "Xen gave it two" has '\(XEN\).*Dom0 has maximum 2 VCPUs'
ok "one CPU runs" fact_is cpus 1
ok "the kernel says so" has 'mach-xen: .*(one|1) .*(CPU|cpu)'
ok "Xen has no complaint" xen_content
ok "nothing of the kernel's is a complaint" kernel_content
done_testing
