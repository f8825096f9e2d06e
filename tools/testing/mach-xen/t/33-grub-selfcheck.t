#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The guest's self-check on bare metal, from GRUB, on one CPU and on two: what
# holds here and fails under Xen is the port's fault, what fails in both is not.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boots
done_testing
