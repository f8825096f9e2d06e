#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An initial domain is interrupted before each instruction of its ways into the kernel and
# out of it, twice, and goes on as if nothing had been: by an event, by an NMI, by a page
# fault and by the failsafe callback, each in a boot of its own, on an AMD CPU and on one of
# Intel's, which has sysenter. Xen sends the events and the NMIs; a debugger says when, and
# makes the frames of the others. Meanwhile the programs of the guest compare their own
# registers.
# Fails when: a register or the event mask is not what it was, an event is lost or handled
# twice, a context never goes on, an instruction of entry.S is not reached.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

SYMBOLS=$T/symbols
nm -S "$MX_VMLINUX" >"$SYMBOLS"
symbol() { awk -v s="$1" '$NF == s { print $1; exit }' "$SYMBOLS"; }
# span NAME [END]: addresses from NAME to END; without one, NAME's own
span()
{
	sp_start=$(symbol "$1")
	if [ -n "${2-}" ]; then
		sp_end=$(symbol "$2")
	else
		sp_end=$(awk -v s="$1" '$4 == s { print $2; exit }' "$SYMBOLS")
		sp_end=$(printf '%x' $((0x${sp_start:-0} + 0x${sp_end:-0})))
	fi
	echo "$sp_start $sp_end"
}

# What is left out lies between: the exits of bare metal.
{
	for stub in $(awk '$4 ~ /^asm_(xenpv_)?exc_/ && $4 !~ /^asm_exc_(nmi|double_fault)$/ {
			print $4 }' "$SYMBOLS"); do
		span "$stub"
	done
	span entry_INT80_32 early_xen_iret_patch
	span asm_iret_error mach_exit_to_kernel
	span ret_to_user asm_exc_double_fault
	for part in xen_exit_to_kernel xen_iret xen_iret_failed \
			xen_asm_exc_xen_hypervisor_callback xen_failsafe_callback \
			xen_entry_SYSENTER_32 xen_entry_SYSCALL_32 xen_return_by_hypercall \
			xen_hypercall_pv check_events ret_from_fork_asm; do
		span $part
	done
} >"$T/ranges"
ok "all of them are there" [ "$(grep -Ec '^c[0-9a-f]{7} c[0-9a-f]{7}$' "$T/ranges")" -eq \
	"$(wc -l <"$T/ranges")" ]
RANGES=$T/ranges
AFTER=$(symbol kernel_execve)
IRQ_STAT=$(nm "$MX_BUILD/xen/xen-syms" | awk '$3 == "irq_stat" { print $1 }')
TIMES=2
export SYMBOLS RANGES AFTER IRQ_STAT TIMES

# reached NAME: each instruction of it was interrupted
reached()
{
	span "$1" >"$T/span"
	read -r re_start re_end <"$T/span"
	awk -v a="$re_start" -v b="$re_end" '
		/^mach-xen: at / && $3 >= a && $3 < b { n++ }
		/^mach-xen: not at / && $4 >= a && $4 < b { print; bad = 1 }
		END { exit bad || !n }' "$T/gdb.log"
}

# interrupt KIND: what the debugger does in the machine that starts next
interrupt()
{
	KIND=$1
	export KIND
	debugger "$T/gdb.log" -x "$top/tools/testing/mach-xen/full/every_instruction.py"
}
nothing_wrong() { ! grep -E '^mach-xen: wrong|Error' "$T/gdb.log"; }
# interrupted FUNCTION...: what it did; these functions are reached, too
interrupted()
{
	debugger_ends
	cp "$T/gdb.log" "${log%.console}.gdb-log"
	sed -n 's/^mach-xen: not at/# not reached:/p' "$T/gdb.log"
	ok "$en: the debugger came to its end" grep -q '^mach-xen: events' "$T/gdb.log"
	ok "$en: registers and mask are what they were" nothing_wrong
	[ "$KIND" != event ] || ok "$en: each event was handled, once" \
		fact_is ipi_reschedule "$(sed -n 's/^mach-xen: events //p' "$T/gdb.log")"
	ok "$en: more than 200 instructions" \
		[ "$(grep -c '^mach-xen: at ' "$T/gdb.log")" -gt 200 ]
	for part in xen_exit_to_kernel xen_iret xen_iret_failed \
			xen_asm_exc_xen_hypervisor_callback xen_hypercall_pv check_events "$@"; do
		ok "$en: each instruction of $part" reached "$part"
	done
}

for cpu in amd intel; do
	MX_TAG=$cpu
	case $cpu in
	amd)	model=qemu64 door=xen_entry_SYSCALL_32 ;;
	*)	model=Haswell,-smap,-smep door=xen_entry_SYSENTER_32 ;;
	esac
	interrupt event
	entry event --cpu $model --qemuflags "$gdb"
	interrupted $door
	interrupt nmi
	entry nmi --cpu $model --qemuflags "$gdb"
	interrupted $door xen_return_by_hypercall
	interrupt fault
	entry fault --cpu $model --qemuflags "$gdb"
	interrupted $door
	interrupt failsafe
	entry failsafe --cpu $model --qemuflags "$gdb"
	interrupted $door xen_failsafe_callback
done
done_testing
