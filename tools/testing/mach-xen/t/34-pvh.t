#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The base kernel's PVH entry is still there: QEMU's -kernel with a vmlinux
# takes it by its note.  Fails when the notes or the 32-bit entry are lost.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boot pvh pvh --mem 256 --run report --timeout 120
ok "user space reached, report passed, machine off" booted
ok "nothing of the kernel's is a complaint" kernel_content
ok "no PV guest" fact_is hypervisor none
ok "most of 256 MiB arrive" between MemTotal 200000 262144
ok "the log says: entered by PVH" fact_is entered '.*PVH.*'
ok "entry: PVH" fact_is mach_xen/entry pvh
ok "the kernel is where xen-image's plan says" info_planned qemu "$MX_VMLINUX" 256
common_facts
ok "the initrd is where xen-image's plan says" planned_initrd qemu "$MX_VMLINUX" 256
done_testing
