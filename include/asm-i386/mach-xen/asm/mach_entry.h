/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How entry_32.S leaves the kernel in two worlds.
 *
 * Each macro takes the first instruction of the native exit and is patched to
 * a jump under Xen, so bare metal executes what a plain kernel would. All
 * instructions given are at least as long as the jump. The labels are for
 * the start of day, which needs the jumps before alternatives are applied; the
 * first one has the name that enlighten_pv.c knows from 64-bit kernels.
 */
#ifndef _ASM_MACH_ENTRY_H
#define _ASM_MACH_ENTRY_H

#include <linux/stringify.h>
#include <asm/alternative.h>
#include <asm/cpufeatures.h>

/**
 * MACH_EXIT_TO_USER - leave the kernel for user mode
 * @insn:	the first instruction of the native way
 *
 * %esp is at pt_regs, interrupts (events) are off.
 */
#define MACH_EXIT_TO_USER(insn...)					\
	SYM_INNER_LABEL(early_xen_iret_patch, SYM_L_GLOBAL)		\
	ALTERNATIVE __stringify(insn), "jmp xen_iret",			\
		    X86_FEATURE_XENPV

/**
 * MACH_EXIT_TO_KERNEL - go back to the kernel that was interrupted
 * @insn:	the first instruction of the native way
 *
 * %esp is at pt_regs, interrupts (events) are off.
 */
#define MACH_EXIT_TO_KERNEL(insn...)					\
	SYM_INNER_LABEL(mach_exit_to_kernel, SYM_L_GLOBAL)		\
	ALTERNATIVE __stringify(insn), "jmp xen_exit_to_kernel",	\
		    X86_FEATURE_XENPV

/**
 * MACH_ENTRY - the subarch's code enters here, too
 * @name:	the label
 */
#define MACH_ENTRY(name)	SYM_INNER_LABEL(name, SYM_L_GLOBAL)

#include <mach-default/asm/mach_entry.h>

#endif /* _ASM_MACH_ENTRY_H */
