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
boots
done_testing
