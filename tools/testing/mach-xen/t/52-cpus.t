#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Another vendor's CPU, with other features and another fast system call: the
# image as PV guest and on bare metal.  smap and smep are left out because this
# emulator's iret is wrong with them.
# Fails when: a feature is used that only one vendor has, or a masked one is.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

model=Haswell,-smap,-smep

boot intel-xen xen --mem 256 --cpu $model --run report,selfcheck --timeout 500
ok "Intel: Xen: self-check passed, machine off" booted
ok "Intel: Xen: the CPU is one" fact_is cpu_vendor GenuineIntel
ktap selfcheck
ok "Intel: Xen has no complaint" xen_content
ok "Intel: Xen: nothing of the kernel's is a complaint" kernel_content

boot intel-grub grub --mem 256 --cpu $model --run report --timeout 200
ok "Intel: bare metal: user space reached, machine off" booted
ok "Intel: bare metal: the CPU is one" fact_is cpu_vendor GenuineIntel
ok "Intel: bare metal: nothing of the kernel's is a complaint" kernel_content
done_testing
