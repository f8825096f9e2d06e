#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What no emulator here can be asked for, made by a debugger: a CPU that firmware left
# in x2APIC mode is named and stays off, the others come up; a guest whose CPUs cannot
# be started by IPIs runs on with one; a PV guest on a Zen does not conclude that the host
# has SMT off. The debugger changes what one CPU reads from its two MSRs in the funnel,
# what rendezvous_obstacle() returns, and feature bits of the Zen; the rest is ours.
# Fails when: such a CPU hangs the boot, is taken for one that does not answer, IPIs are
# sent where they must not be, or the guest concludes something from missing threads.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

# made_up NAME: gdb does $T/NAME.gdb, and prints "mach-xen: done" if it comes to the end
made_up()
{
	printf '%s\n' 'printf "mach-xen: done\n"' detach >>"$T/$1.gdb"
	debugger "$T/$1.gdb-log" -x "$T/$1.gdb"
}
# done_with NAME
done_with()
{
	debugger_ends
	cp "$T/$1.gdb-log" "${log%.console}.gdb-log"
	ok "$1: the debugger did its part" grep '^mach-xen: done' "$T/$1.gdb-log"
}

# physical ADDRESS: of code that runs without paging, as the program headers have it
physical() { printf '%#x' $((0x${1:-0} - 0xc0000000)); }

# The instructions after the funnel's RDMSR: IA32_APIC_BASE, and the x2APIC's ID.
set -- $(objdump -d --no-show-raw-insn "$MX_VMLINUX" --disassemble=rendezvous_enter |
	awk 'seen && n < 2 { sub(":", "", $1); print $1; n++ }
	     { seen = $2 == "rdmsr" }')
ok "the funnel reads two MSRs" [ $# -eq 2 ]
cat >"$T/x2apic.gdb" <<END
hbreak *$(physical "$1") thread 3
continue
set \$rax = \$rax | 0x400
delete
hbreak *$(physical "$2") thread 3
continue
set \$rax = 2
delete
END
made_up x2apic
entry x2apic --qemuflags "$gdb"
done_with x2apic

# At its first instruction: return the name of such a guest.
text=$(nm "$MX_VMLINUX" | awk '$3 == "rendezvous_obstacle" { print $1 }')
name=$(strings -a -t x "$MX_VMLINUX" | awk '/an SEV-ES guest$/ { print $1; exit }')
cat >"$T/sev.gdb" <<END
hbreak *0x$text
continue
set \$rax = $(readelf -lW "$MX_VMLINUX" |
	perl -ne 'printf "0x%x\n", 0x'"${name:-0}"' - hex($1) + hex($2)
		if /LOAD\s+(\S+)\s+(\S+)/ && !$done++')
set \$rip = *(unsigned int *)\$rsp
set \$rsp = \$rsp + 4
delete
END
made_up sev
entry sev --qemuflags "$gdb"
done_with sev

# Before the mitigations are chosen: X86_FEATURE_IBPB_BRTYPE, bit 28 of word 20, and
# X86_FEATURE_STIBP, bit 27 of word 7
obj=$(dirname "$(readlink -f "$MX_VMLINUX")")
words=$(awk '/ CPUINFO_x86_capability / { print $3 }' "$obj/include/generated/asm-offsets.h")
words="0x$(nm "$MX_VMLINUX" | awk '$3 == "boot_cpu_data" { print $1 }') + $words"
cat >"$T/zen.gdb" <<END
hbreak *0x$(nm "$MX_VMLINUX" | awk '$3 == "cpu_select_mitigations" { print $1 }')
continue
set {unsigned int}($words + 20 * 4) |= 1 << 28
set {unsigned int}($words + 7 * 4) |= 1 << 27
delete
END
made_up zen
entry zen --qemuflags "$gdb"
done_with zen
done_testing
