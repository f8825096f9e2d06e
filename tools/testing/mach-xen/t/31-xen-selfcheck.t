#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The guest's self-check as Xen PV guest, and with it Xen's opinion of every
# page table, descriptor and trap it goes through.  On Xen's clock source, which an
# initial domain would not take by itself.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boot xen xen --mem 320 --run report,selfcheck --timeout 400 \
	--cmdline clocksource=xen
ok "self-check passed, machine off" booted
ok "the clock source is Xen's" fact_is clocksource xen
ktap selfcheck
ok "Xen has no complaint" xen_content
ok "nothing of the kernel's is a complaint" kernel_content
# What it saw is what a PV guest must see.
ok "vm86() is refused" has "^# vm86\\(\\) returned -1, errno (38|1), guest type 'PV'"
done_testing
