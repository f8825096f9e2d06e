#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The rest of the matrix that t/53 to t/55 take a sample of: all numbers of CPUs
# in both worlds and both firmwares, CPUs with two threads, the limits of the
# command line, as guest of xl too, 64 vcpus, a hotplug storm, kexec after a CPU was
# called late, and a reboot by ACPI.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/smp.sh"

for n in 1 2 4 8 16; do
	cpus xen-$n xen $n
	cpus bios-$n grub $n
	cpus uefi-$n grub $n --firmware uefi32
	ok "uefi-$n: the firmware is EFI" has '^efi: EFI v'
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
	ok "maxcpus-$how: nothing of the kernel's is a complaint" kernel_content
done
boot nosmp grub $one_thread --mem 384 --vcpus 4 --run report,smp --timeout 300 \
	--cmdline 'nosmp machxen.cpus=1'
ok "nosmp: machine off" booted
ktap smp

# A guest of xl has no devices that interrupt by IO-APICs; an initial domain has.
for limit in nosmp maxcpus=0; do
	name=${limit%=0}-domu
	boot $name domu $one_thread --mem 256 --vcpus 2 --run report,smp --timeout 600 \
		--cmdline "$limit machxen.cpus=1"
	ok "$name: the guest switched itself off" booted
	ok "$name: one CPU runs" fact_is cpus 1
	ktap smp
	ok "$name: nothing of the kernel's is a complaint" kernel_content
	ok "$name: Xen has no complaint about the guest" guest_content
done
boot nosmp-dom0 xen $one_thread --mem 256 --vcpus 2 --run report --timeout 300 --cmdline nosmp
ok "nosmp-dom0: refused, with what to do instead" \
	says 'Kernel panic - not syncing: .*nosmp.* dom0_max_vcpus=1'

# One that was not called at first is called alone; the next kernel finds all of them.
with_kexec
for max in 1 2; do
	name=maxcpus-$max-kexec
	boot $name grub $one_thread --mem 512 --vcpus 4 --run online,kexec --timeout 600 \
		--no-verdict --cmdline "maxcpus=$max machxen.online=3 trace_event=rendezvous:*
		machxen.kexec=machxen.run=report,smp/machxen.cpus=4"
	sed '/^mach-xen: kexec$/q' "$log" >"$log.first"
	cp "$log" "$T/both"
	cp "$log.first" "$log"
	ok "$name: $max at first" has "smp: Brought up 1 node, $max CPU"
	ktap online
	ok "$name: nothing of the first kernel's is a complaint" kernel_content
	sed '1,/^mach-xen: kexec$/d' "$T/both" >"$log"
	ok "$name: the second kernel's machine is off" booted
	ok "$name: it called all" has 'rendezvous: called 3 CPUs at once'
	ok "$name: 4 CPUs run" fact_is cpus 4
	ktap smp
	ok "$name: nothing of the second kernel's is a complaint" kernel_content
done
MX_INITRD=$MX_PLAIN

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
