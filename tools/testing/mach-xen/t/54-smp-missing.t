#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The firmware's table names CPUs that do not answer: they are named, the others
# come up, and the boot is delayed once and not once for each. The table is one
# of ours, which the kernel takes from the initrd instead of the firmware's.
# Guest time is counted in instructions, one for 8 ns, so a busy host does not change it,
# and few enough of them make a second.
# Fails when: each dead CPU costs a second, or the base kernel's ten, or another CPU.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

# madt FILE APICID...: as QEMU's PC has it, but for the CPUs
madt()
{
	perl -e '
		my $file = shift;
		my $t = pack("VV", 0xfee00000, 1);
		$t .= pack("CCCCV", 0, 8, $_, $_, 1) for @ARGV;
		$t .= pack("CCCCVV", 1, 12, 0, 0, 0xfec00000, 0);
		$t .= pack("CCCCVv", 2, 10, 0, 0, 2, 0);
		$t .= pack("CCCCVv", 2, 10, 0, $_, $_, 0xd) for 5, 9, 10, 11;
		$t .= pack("CCCvC", 4, 6, 0xff, 0, 1);
		$t = pack("a4VCCa6a8Va4V", "APIC", 36 + length $t, 1, 0,
			"BOCHS ", "BXPC    ", 2, "MXEN", 1) . $t;
		my $sum = 0;
		$sum += $_ for unpack("C*", $t);
		substr($t, 9, 1) = pack("C", -$sum & 0xff);
		open(my $f, ">", $file) or die; binmode $f; print $f $t;
	' "$@"
}

# with_madt APICID...: the initrd with such a table before it
with_madt()
{
	mkdir -p "$T/acpi/kernel/firmware/acpi"
	madt "$T/acpi/kernel/firmware/acpi/apic.aml" "$@" || return 1
	(cd "$T/acpi" && find kernel | cpio -o -H newc --quiet) >"$T/madt.cpio" &&
		cat "$T/madt.cpio" "$MX_INITRD" >"$T/madt.gz"
}

# milliseconds: of kernel time, between two lines of the log
milliseconds()
{
	awk -v a="$1" -v b="$2" '
		match($0, /\[ *[0-9]+\.[0-9]+\]/) { t = substr($0, RSTART + 1, RLENGTH - 2) + 0 }
		index($0, a) && !from { from = t }
		index($0, b) { printf "%d\n", 1000 * (t - from); exit }' "$log"
}

MX_PLAIN=$MX_INITRD
ok "a table with CPUs 0 to 3, and 5, 9 and 17" with_madt 0 1 2 3 5 9 17
MX_INITRD=$T/madt.gz
entry missing
MX_INITRD=$MX_PLAIN
for id in 5 9 17; do
	ok "APIC ID $id is named" has "rendezvous: the CPU with APIC ID $id does not answer"
done
ok "no other one" [ "$(grep -c 'does not answer' "$log")" = 3 ]
took=$(milliseconds 'smp: Bringing up secondary CPUs' 'smp: Brought up')
ok "one wait of a second for the three of them: ${took:-?} ms of guest time" \
	[ "${took:-9999}" -ge 1000 -a "${took:-9999}" -lt 2000 ]
done_testing
