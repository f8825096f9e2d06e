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
. "$(dirname "$0")/smp.sh"

# pv_spinlocks NAME N: the kernel uses them, and each of N CPUs can be kicked
pv_spinlocks()
{
	ok "$1: spinlocks are the paravirtual ones" has 'PV qspinlock hash table entries'
	ps_missing=
	ps_n=0
	while [ $ps_n -lt "$2" ]; do
		fact interrupts | grep -Eq "(^| )[0-9]+:spinlock$ps_n( |\$)" ||
			ps_missing="$ps_missing $ps_n"
		ps_n=$((ps_n + 1))
	done
	ok "$1: each CPU has an event channel for kicks${ps_missing:+, but not$ps_missing}" \
		[ -z "$ps_missing" ]
}

for n in 2 8; do
	cpus xen-$n xen $n
	pv_spinlocks xen-$n $n
done

# More vcpus than the host's tables have CPUs.
cpus xen-4-on-2 xen 4 --qemuflags '-smp 2'

# On one CPU, whoever holds a lock is often not running.
boot locks xen $one_thread --mem 384 --vcpus 4 --qemuflags '-smp 1' --run pvlock --timeout 400
ok "locks: machine off" booted
ktap pvlock
ok "locks: Xen has no complaint" xen_content
ok "locks: nothing of the kernel's is a complaint" kernel_content

# The tests in the kernel taint it: report is not asked for.
boot bios-1 grub --mem 384 --vcpus 1 --run smp --timeout 200 \
	--cmdline 'machxen.cpus=1 kunit.enable=1'
ok "bios-1: machine off" booted
ktap smp
ok "bios-1: nothing of the kernel's is a complaint" kernel_content
for t in one_blob low_part nothing_relocated selectors bare_machine plain_guest \
	 sev_guest; do
	ok "bios-1: KUnit: $t" has "^ +ok [0-9]+ $t\$"
done
ok "bios-1: KUnit: the suite" has '^ok [0-9]+ rendezvous$'

cpus_add='trace_event=rendezvous:*,cpuhp:* trace_clock=global trace_buf_size=256K'
cpus bios-16 grub 16 --run report,smp,smptrace
ktap smptrace
ok "bios-16: called together" has 'rendezvous: called 15 CPUs at once'

# Sibling threads wait until the primary ones may load no more microcode.
cpus threads-8 grub 8 --run report,smp,smttrace --cpu Nehalem \
	--qemuflags '-smp 8,sockets=1,cores=4,threads=2'
ktap smttrace
ok "threads-8: primary threads called together" has 'rendezvous: called 3 CPUs at once'
ok "threads-8: siblings called together" has 'rendezvous: called 4 sibling CPUs at once'
cpus_add=
cpus uefi-4 grub 4 --firmware uefi32
ok "uefi-4: the firmware is EFI" has '^efi: EFI v'
ok "uefi-4: called together" has 'rendezvous: called 3 CPUs at once'

cpus_add=cpuhp.parallel=0
cpus serial-4 grub 4
ok "serial-4: not called together" lacks 'rendezvous: called'
done_testing
