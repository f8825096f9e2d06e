#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The image as initial domain of a real Xen, in ring 1: the guest must find
# itself a PV guest of the hypervisor we built, with the memory it was given,
# and Xen must have nothing to complain about from its first instruction to
# the power switch.
# Fails when: the loader's notes, the start of day, the page tables, the traps
# or the way down do something Xen refuses, emulates or does not know.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

# A disk for the BIOS, of which the kernel has no driver
{ head -c 440 /dev/zero; printf '\276\272\376\312'; head -c 66 /dev/zero; printf '\125\252'; } >"$T/disk"
truncate -s 16M "$T/disk"
entry xen --qemuflags "-drive if=ide,format=raw,file=$T/disk"
ok "Xen 4.17" \
	[ "$(fact hypervisor/version/major).$(fact hypervisor/version/minor)" = 4.17 ]
ok "the hypervisor begins where it says itself" \
	[ "$(fact mach_xen/hypervisor_start)" = "$(fact hypervisor/properties/virtual_start)" ]
done_testing
