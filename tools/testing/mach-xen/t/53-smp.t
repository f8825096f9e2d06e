#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# All CPUs there are come up and each proves that it runs: vcpus under Xen, and
# on bare metal by the rendezvous, from BIOS and from 32-bit UEFI, which leaves
# the CPUs in a parking place of its own.
# Fails when: a CPU is missing, runs on another's stack or descriptors, has no
# timer or no IPIs; when start-up IPIs are sent one CPU at a time; when the
# funnel's layout or the decision on confidential guests is wrong; when a vcpu that
# waits for a spinlock does not block, or is not kicked.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

# kicked N: each of N CPUs can be kicked
kicked()
{
	ki_missing=
	ki_n=0
	while [ $ki_n -lt "$1" ]; do
		fact interrupts | grep -Eq "(^| )[0-9]+:spinlock$ki_n( |\$)" ||
			ki_missing="$ki_missing $ki_n"
		ki_n=$((ki_n + 1))
	done
	echo "without:$ki_missing"
	[ -z "$ki_missing" ]
}

boots
done_testing
