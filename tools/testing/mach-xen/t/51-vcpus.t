#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# More than one vcpu configured: the kernel boots and runs on all of them.
# Fails when: a vcpu that Xen gives is not started.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boots
done_testing
