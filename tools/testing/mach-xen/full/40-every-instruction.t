#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Xen or a debugger interrupts an initial domain before each instruction of its ways into
# the kernel and out of it, twice: by an event, an NMI, a page fault, the failsafe callback.
# Each of these has boots of its own, on an AMD CPU and on an Intel CPU, which has sysenter.
# Xen sends the events and the NMIs; the debugger chooses the time. The debugger makes the
# frames of the other two, and only while the kernel runs. Programs of the guest compare
# their own registers meanwhile. Not in it: the ways of bare metal, the end of a machine
# check, the fixups of segment registers, a vcpu's first instructions.
# Fails when: a register or the event mask changes, an event or an NMI is lost, an event is
# handled twice or waits when a program goes on, a context never goes on, an instruction of
# entry.S is not reached.
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

# The ranges leave out the exits of bare metal.
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
ok "all of them are there" awk 'NF != 2 || $1 >= $2 || length($1 $2) != 16 { bad = 1 }
	END { exit bad || NR < 30 }' "$T/ranges"
RANGES=$T/ranges
AFTER=$(symbol kernel_execve)
IRQ_STAT=$(nm "${MX_XEN%/*}/xen-syms" | awk '$3 == "irq_stat" { print $1 }')
# counter FUNCTION: the address in the per-CPU area of the first one that it increments
counter()
{
	objdump -d --no-show-raw-insn --disassemble="$1" "$MX_VMLINUX" |
		sed -n 's/.*incl *%fs:0x\([0-9a-f]*\)$/\1/p' | head -n 1
}
EVENTS=$(counter xen_reschedule_interrupt)
NMIS=$(counter exc_nmi)
# In the loop of signal_registers_async each register has a value of its own.
PROGRAM=$(objdump -d --no-show-raw-insn "$MX_BUILD/initrd/guest/root/tests/selfcheck" |
	sed -n 's/^ *\([0-9a-f]*\):.*cmp *\$0x11111111,%eax$/\1/p' | head -n 1)
TIMES=2
export SYMBOLS RANGES AFTER IRQ_STAT EVENTS NMIS PROGRAM TIMES
needs()
{
	for need in "$AFTER" "$IRQ_STAT" "$EVENTS" "$NMIS" "$PROGRAM"; do
		[ -n "$need" ] || return
	done
}
ok "what the debugger needs is there" needs

# reached START END: each instruction there was interrupted so often, and went on
reached()
{
	awk -v a="$1" -v b="$2" -v times=$TIMES '
		/^mach-xen: at / && $3 >= a && $3 < b {
			n++
			if ($4 != times || $5 != times) { print; bad = 1 }
		}
		/^mach-xen: not at / && $4 >= a && $4 < b { print; bad = 1 }
		END { exit bad || !n }' "$T/gdb.log"
}

nothing_wrong() { ! grep -E '^mach-xen: wrong|Error' "$T/gdb.log"; }
# interrupt MODEL FUNCTION...: by $KIND, on that CPU; these functions are reached, too
interrupt()
{
	model=$1
	shift
	debugger "$T/gdb.log" -x "$top/tools/testing/mach-xen/full/every_instruction.py"
	case $KIND in
	event|fault)
		entry nmi-ignored --cpu "$model" --qemuflags "$gdb" ;;
	*)
		entry nmi-to-dom0 --cpu "$model" --qemuflags "$gdb" ;;
	esac
	debugger_ends
	cp "$T/gdb.log" "${log%.console}.gdb-log"
	sed -n 's/^mach-xen: not at/# not reached:/p' "$T/gdb.log"
	ok "$en: the debugger came to its end" grep -q '^mach-xen: events' "$T/gdb.log"
	ok "$en: registers and mask are unchanged" nothing_wrong
	[ "$KIND" != event ] || ok "$en: there were events" \
		[ "$(sed -n 's/^mach-xen: events //p' "$T/gdb.log")" -gt 50 ]
	ok "$en: more than 200 instructions" \
		[ "$(grep -c '^mach-xen: at ' "$T/gdb.log")" -gt 200 ]
	for part in xen_exit_to_kernel xen_iret xen_iret_failed \
			xen_asm_exc_xen_hypervisor_callback xen_hypercall_pv check_events "$@"; do
		# shellcheck disable=SC2046
		ok "$en: each instruction of $part" reached $(span "$part")
	done
	case $KIND in
	event|nmi)
		ok "$en: a program" reached "$PROGRAM" "${PROGRAM}x" ;;
	esac
}

export KIND
for KIND in event nmi fault failsafe; do
	case $KIND in
	nmi)	  also=xen_return_by_hypercall ;;
	failsafe) also=xen_failsafe_callback ;;
	*)	  also= ;;
	esac
	MX_TAG=$KIND-amd
	# shellcheck disable=SC2086
	interrupt qemu64 xen_entry_SYSCALL_32 $also
	MX_TAG=$KIND-intel
	# shellcheck disable=SC2086
	interrupt Haswell,-smap,-smep xen_entry_SYSENTER_32 $also
done
done_testing
