#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What no emulator here can be asked for, made by a debugger: a CPU that firmware left
# in x2APIC mode is named and stays off, the others come up; a guest whose CPUs cannot
# be started by IPIs runs on with one. The debugger changes what one CPU reads from its
# two MSRs in the funnel, and what rendezvous_obstacle() returns; the rest is ours.
# Fails when: such a CPU hangs the boot, is taken for one that does not answer, or IPIs
# are sent where they must not be.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

# debugger NAME: gdb does $T/NAME.gdb in the machine that starts next with $gdb, and prints
# "mach-xen: done" when it has come to its end
gdb="-S -gdb unix:$T/gdb,server=on,wait=off"
debugger()
{
	db_name=$1
	rm -f "$T/gdb"
	(
		db_n=0
		while [ ! -S "$T/gdb" ] && [ $db_n -lt 100 ]; do
			sleep 0.2
			db_n=$((db_n + 1))
		done
		exec gdb -nx -batch -ex 'set pagination off' -ex 'set confirm off' \
			-ex "target remote $T/gdb" -x "$T/$db_name.gdb" \
			-ex 'printf "mach-xen: done\n"' -ex detach </dev/null
	) >"$T/$db_name.gdb-log" 2>&1 &
}
debugger_done()
{
	wait $! || :
	cp "$T/$db_name.gdb-log" "${log%.console}.gdb-log"
	ok "$db_name: the debugger did its part" grep '^mach-xen: done' "$T/$db_name.gdb-log"
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
debugger x2apic
entry x2apic --qemuflags "$gdb"
debugger_done

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
debugger sev
entry sev --qemuflags "$gdb"
debugger_done

# Before the mitigations are chosen: X86_FEATURE_IBPB_BRTYPE, bit 28 of word 20
obj=$(dirname "$(readlink -f "$MX_VMLINUX")")
word=$(awk '/ CPUINFO_x86_capability / { print $3 + 20 * 4 }' "$obj/include/generated/asm-offsets.h")
cat >"$T/zen.gdb" <<END
hbreak *0x$(nm "$MX_VMLINUX" | awk '$3 == "cpu_select_mitigations" { print $1 }')
continue
set {unsigned int}(0x$(nm "$MX_VMLINUX" | awk '$3 == "boot_cpu_data" { print $1 }') + $word) |= 1 << 28
delete
END
debugger zen
entry zen --qemuflags "$gdb"
debugger_done
done_testing
