# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests whose kernel starts more than once in a boot, or finds CPUs that are not there.
# Sourced after boot.sh.

# with_kexec: $T/kexec.gz, the initrd with the kernel under test and its initrd in it, for
# one to start by kexec
with_kexec()
{
	{
		echo "dir /kexec 0755 0 0"
		echo "file /kexec/kernel $(readlink -f "$MX_KERNEL") 0644 0 0"
		echo "file /kexec/initrd $(readlink -f "$MX_INITRD") 0644 0 0"
	} >"$T/list"
	ok "an initrd with a kernel in it" joined "$T/kexec.gz"
}

# in_first COMMAND...: in the log of the kernel before the kexec
in_first() { (log=$log.first; "$@"); }

# called N: so many kernels of this boot called all three other CPUs together
called()
{
	ca_n=$(cat "$log.first" "$log" 2>/dev/null | grep -c 'rendezvous: called 3 CPUs at once')
	echo "so many did: $ca_n"
	[ "$ca_n" -eq "$1" ]
}

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
