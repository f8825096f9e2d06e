#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Another vendor's CPU, with other features and another fast system call: the
# image as PV guest and on bare metal.  smap and smep are left out because this
# emulator's iret is wrong with them.
# Fails when: a feature is used that only one vendor has, or a masked one is.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boots
done_testing
