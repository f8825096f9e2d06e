#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The image in the PV shim, on Debian's own hypervisor, which has no 32-bit PV: the
# tool stack starts a PVH guest, whose kernel is a Xen for one domain.
# Fails when: the shim does not take the image, or puts it elsewhere than planned.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boots
done_testing
