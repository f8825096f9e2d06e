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

# A kernel and an initrd for the next one.
with_kexec
boot kexec grub $one_thread --mem 512 --vcpus 4 --run kexec --timeout 400 --no-verdict \
	--cmdline "machxen.kexec=machxen.run=report,smp/machxen.cpus=4/nokaslr"
MX_INITRD=$MX_PLAIN
ok "kexec: two kernels" [ "$(grep -c 'Linux version ' "$log")" -ge 2 ]
ok "kexec: all CPUs called twice" \
	[ "$(grep -c 'rendezvous: called 3 CPUs at once' "$log")" -eq 2 ]
# The first kernel's part stays in a file of its own.
cp "$log" "$log.first"
sed -i '1,/^mach-xen: kexec$/d' "$log"
ok "kexec: the second kernel's machine is off" booted
ok "kexec: 4 CPUs run" fact_is cpus 4
ok "kexec: entry" fact_is mach_xen/entry kexec
ok "kexec: the kernel is where xen-image's plan says" \
	info_planned kexec "$MX_KERNEL" 512
ok "kexec: its initrd is no higher than the plan says" \
	initrd_below kexec "$MX_KERNEL" 512
ktap smp
ok "kexec: nothing of the second kernel's is a complaint" kernel_content

# The boot ends a machine that panics. A second QMP socket says whether it was still
# there then, or had been reset.
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
boot panic grub $one_thread --mem 384 --vcpus 4 --run crash --timeout 200 \
	--cmdline panic=0 --qemuflags "-qmp unix:$T/qmp,server=on,wait=off"
wait $! || :
ok "panic: four CPUs ran" has 'smp: Brought up 1 node, 4 CPUs'
ok "panic: that is how it ended" says 'failed: Kernel panic - not syncing: sysrq triggered'
ok "panic: said to the end" has 'end Kernel panic - not syncing'
ok "panic: once" [ "$(grep -c 'Kernel panic - not syncing' "$log")" -eq 2 ]
cp "$T/events" "$T/out"
ok "panic: the machine is on until QEMU is ended" \
	grep '"SHUTDOWN".*"reason": "host-signal"' "$T/events"
ok "panic: it was not reset" sh -c "! grep -E '\"RESET\"|guest-reset' '$T/events'"

# The firmware says on its debug port what it finds when it is entered again.
boot bios-reboot grub --mem 384 --vcpus 4 --run again --timeout 400 \
	--cmdline "reboot=bios machxen.cpus=4" $one_thread --qemuflags "-action reboot=reset
	-chardev file,id=fw,path=$T/firmware -device isa-debugcon,iobase=0x402,chardev=fw"
ok "bios-reboot: rebooted once" has '^mach-xen: second time'
ok "bios-reboot: the BIOS was entered at its start, not reset" \
	grep -q 'In resume (status=0)' "$T/firmware"
ok "bios-reboot: all CPUs called twice" \
	[ "$(grep -c 'rendezvous: called 3 CPUs at once' "$log")" -eq 2 ]
ktap again
done_testing
