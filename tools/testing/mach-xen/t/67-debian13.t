#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The image in the PV shim on Debian 13's own hypervisor, Xen 4.20, started by its tools
# in a dom0 made of its packages; the self-check there. An unmodified host of that
# release has no other way for a 32-bit PV guest.
# Fails when: the newer shim does not take the image, or puts it elsewhere than planned,
# or no mirror of this host has Debian 13.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

ok "a dom0 of Debian 13's packages" \
	env BUILD="$MX_BUILD" XEN_SERIES=4.20 "$top/scripts/build-dom0"
MX_DOM0=$MX_BUILD/dom0-4.20
boot shim shim --mem 160 --run report,selfcheck --timeout 900
ok "user space reached, the guest switched itself off" booted
ok "it is Xen 4.20" has '^\(XEN\) Xen version 4\.20\.'
ok "nothing of the kernel's is a complaint" kernel_content
ok "the shim has no complaint" shim_content
ok "guest type PV" fact_is hypervisor/guest_type PV
ok "entry: Xen PV guest" fact_is mach_xen/entry xen-pv-guest
ok "everything is where xen-image's plan says, less what the shim keeps" \
	"$top/tools/testing/mach-xen/xen-image/compare-xen-log" --shim \
	"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" "$MX_KERNEL" 160 "$log"
ok "the kernel itself says so too" info_planned shim "$MX_KERNEL" 160
ktap selfcheck
common_facts
done_testing
