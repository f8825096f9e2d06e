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

boot 48 xen --mem 48 --run report --timeout 180
ok "48 MiB: user space reached, machine off" booted
ok "48 MiB: no high memory" fact_is HighTotal 0
ok "48 MiB: enough is left to work with" between MemTotal 20000 49152
ok "48 MiB: Xen has no complaint" xen_content
ok "48 MiB: everything is where xen-image's plan says" planned 48
ok "48 MiB: nothing of the kernel's is a complaint" kernel_content
# The machine-to-physical table begins it: of a larger machine, earlier.
small=$(fact mach_xen/hypervisor_start)
ok "48 MiB: the fixmap ends below the hole that Xen gave" below_hole 'ff[0-9a-f]{6}'

boot 3072 xen --mem 3072 --run report,memfill --timeout 400
ok "3 GiB: user space reached, memory filled, machine off" booted
ok "3 GiB: nearly all of it arrives" \
	between MemTotal $((2950 * 1024)) $((3072 * 1024))
ok "3 GiB: low memory is what a kernel below the hypervisor can map" \
	between LowTotal 600000 880000
ok "3 GiB: the rest is high memory" between HighTotal 2000000 2600000
ktap memfill
ok "3 GiB: Xen has no complaint" xen_content
ok "3 GiB: everything is where xen-image's plan says" planned 3072
ok "3 GiB: nothing of the kernel's is a complaint" kernel_content
ok "3 GiB: the fixmap ends below the hole that Xen gave" below_hole 'ff[0-9a-f]{6}'
large=$(fact mach_xen/hypervisor_start)
ok "3 GiB: that is another one: $large, not $small" [ "$large" != "$small" ]

boot grub grub --mem 1536 --run report,memfill --timeout 300
ok "1.5 GiB without Xen: user space reached, memory filled, machine off" booted
ok "1.5 GiB without Xen: what is above 896 MiB is high memory" \
	between HighTotal 600000 680000
ktap memfill
ok "1.5 GiB without Xen: nothing of the kernel's is a complaint" kernel_content
done_testing
