#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The base kernel's PVH entry is still there: QEMU's -kernel with a vmlinux
# takes it by its note.  Fails when the notes or the 32-bit entry are lost.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boots
done_testing
