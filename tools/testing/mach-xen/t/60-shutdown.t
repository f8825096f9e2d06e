#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ways down: a reboot and a panic reach Xen as what they are, and the trace
# of a panic is readable.  Power off is what every other boot test ends with.
# Fails when: the shutdown hypercall gets another reason, or none at all.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

# The emulator ends at a reset, and boot says that this is what happened.
boots
done_testing
