#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The rest of the matrix that t/53 to t/55 take a sample of: all numbers of CPUs
# in both worlds and both firmwares, CPUs with two threads, the limits of the
# command line, 64 vcpus, a hotplug storm, and a reboot by ACPI.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/smp.sh"

for n in 1 2 4 8 16; do
	cpus xen-$n xen $n
	cpus bios-$n grub $n
	cpus uefi-$n grub $n --firmware uefi32
done
cpus xen-64 xen 64 --mem 1024 --timeout 1800

cpus threads grub 8 $one_thread --qemuflags "-smp 8,sockets=1,cores=4,threads=2"
cpus sockets grub 8 $one_thread --qemuflags "-smp 8,sockets=4,cores=2,threads=1"
cpus intel grub 4 --cpu Haswell,-smap,-smep

for how in xen grub; do
	boot maxcpus-$how $how $one_thread --mem 384 --vcpus 4 --run report,smp --timeout 300 \
		--cmdline "maxcpus=2 machxen.cpus=2"
	ok "maxcpus-$how: machine off" booted
	ktap smp
done
boot nosmp grub $one_thread --mem 384 --vcpus 4 --run report,smp --timeout 300 \
	--cmdline 'nosmp machxen.cpus=1'
ok "nosmp: machine off" booted
ktap smp

for how in xen grub; do
	boot storm-$how $how $one_thread --mem 384 --vcpus 4 --run hotplug --timeout 3000 \
		--cmdline "machxen.hotplug=100"
	ok "storm-$how: machine off" booted
	ktap hotplug
	ok "storm-$how: nothing of the kernel's is a complaint" kernel_content
	[ $how = grub ] || ok "storm-$how: Xen has no complaint" xen_content
done

# This machine's tables have a reset register, the other one's do not.
boot acpi-reboot grub --mem 384 --vcpus 4 --run again --timeout 400 \
	--cmdline "reboot=acpi machxen.cpus=4" \
	$one_thread --qemuflags "-machine q35 -action reboot=reset"
ok "acpi-reboot: rebooted once" has '^mach-xen: second time'
ok "acpi-reboot: all CPUs called twice" \
	[ "$(grep -c 'rendezvous: called 3 CPUs at once' "$log")" -eq 2 ]
ktap again
done_testing
