#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# More than one vcpu configured: the kernel boots and runs on all of them.
# Fails when: a vcpu that Xen gives is not started.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/smp.sh"

boot 2 xen $one_thread --mem 256 --vcpus 2 --run report --timeout 240
ok "user space reached, machine off" booted
ok "Xen gave it two" has '\(XEN\).*Dom0 has maximum 2 VCPUs'
ok "two CPUs run" fact_is cpus 2
ok "both of them are online" fact_is cpus_online 0-1
ok "no other word about how many run" lacks 'running on one CPU'
ok "Xen has no complaint" xen_content
ok "nothing of the kernel's is a complaint" kernel_content
done_testing
