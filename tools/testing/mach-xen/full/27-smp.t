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
	MX_TAG=$n entry xen --vcpus $n --cmdline machxen.cpus=$n
	MX_TAG=$n entry bios --vcpus $n --cmdline machxen.cpus=$n
	MX_TAG=$n entry uefi --vcpus $n --cmdline machxen.cpus=$n
done
entry xen-64
entry threads
entry sockets
entry intel
entry maxcpus-xen
entry maxcpus-bios
entry nosmp-bios
entry nosmp-domu
entry maxcpus-domu
entry nosmp-xen
with_kexec
entry maxcpus-1-kexec --initrd "$T/kexec.gz"
entry maxcpus-2-kexec --initrd "$T/kexec.gz"
entry storm-xen
entry storm-bios
entry acpi-reboot
done_testing
