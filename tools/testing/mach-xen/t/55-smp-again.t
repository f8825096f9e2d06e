#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# After the CPUs were stopped they start again: taken off and on, in a kernel
# that ours started by kexec, and after a reboot through the BIOS, which the way
# back to real mode leads to. After a panic they stay where they are.
# Fails when: CPUs are left where the next kernel's INIT does not reach them, a
# CPU taken off does not come back or leaves memory or event channels behind, CPUs
# are called that nobody wants, reboot=bios takes another way, or a CPU that is
# stopped by a panic resets the machine.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/smp.sh"

entry hotplug-xen
entry hotplug-bios
entry maxcpus

# A kernel and an initrd for the next one
with_kexec
entry kexec --initrd "$T/kexec.gz"

# A second QMP socket says whether the machine was still there when the boot ended it, or
# had been reset.
perl -MIO::Socket::UNIX -e '
	my $s;
	for (1 .. 600) {
		last if $s = IO::Socket::UNIX->new($ARGV[0]);
		select(undef, undef, undef, 0.1);
	}
	$s or die "no QMP: $!\n";
	print $s "{\"execute\":\"qmp_capabilities\"}\n";
	$s->flush;
	print while <$s>' "$T/qmp" >"$T/events" 2>&1 &
entry panic --qemuflags "-qmp unix:$T/qmp,server=on,wait=off"
wait $! || :
cp "$T/events" "$T/out"
ok "panic: the machine is on until QEMU is ended" \
	grep '"SHUTDOWN".*"reason": "host-signal"' "$T/events"
ok "panic: it was not reset" sh -c "! grep -E '\"RESET\"|guest-reset' '$T/events'"

# The firmware says on its debug port what it finds when it is entered again.
entry bios-reboot --qemuflags "-action reboot=reset -chardev file,id=fw,path=$T/firmware
	-device isa-debugcon,iobase=0x402,chardev=fw"
ok "bios-reboot: the BIOS was entered at its start, not reset" \
	grep -q 'In resume (status=0)' "$T/firmware"
done_testing
