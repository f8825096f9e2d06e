#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The guest's self-check as Xen PV guest, and with it Xen's opinion of every
# page table, descriptor and trap it goes through.  On Xen's clock source, which an
# initial domain would not take by itself.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boots
done_testing
