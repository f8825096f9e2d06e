#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# As initial domain with little memory and with much: 48 MiB, where nothing may
# be wasted at the start of day, and 3 GiB, most of it high memory, with page
# tables of its own to reach it; and high memory without Xen.
# Fails when: the early mappings need more than they are given, the memory map
# loses pages, or high memory is not usable.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

entry 48
small=$(fact mach_xen/hypervisor_start)
entry 3072
large=$(fact mach_xen/hypervisor_start)
ok "3072: that is another hole: $large, not $small" [ "$large" != "$small" ]
entry grub
done_testing
