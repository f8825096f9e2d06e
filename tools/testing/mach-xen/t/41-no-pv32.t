#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Debian's own hypervisor has no CONFIG_PV32: one line says so, and what to do. Its
# tool stack refuses such guests, and xen-image foretells both.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

MX_XEN=$MX_DOM0/xen.gz
entry xen
refused "foretold" 'Found 32-bit PV kernel, but CONFIG_PV32 missing' \
	"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" plan --loader dom0 --no-pv32 "$MX_KERNEL"
entry domu
refused "foretold, too" 'guest type xen-3.0-x86_32p not supported' \
	"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" plan --loader domu --no-pv32 "$MX_KERNEL"
done_testing
