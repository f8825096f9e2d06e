/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How entry_32.S leaves the kernel, on bare metal and under Xen.
 *
 * Each macro gets the first instruction of a native exit. Under Xen, alternatives patch
 * it to a jump; bare metal executes it. Every such instruction is at least as long as
 * the jump. Events come before alternatives are applied, so the start of day writes the
 * jumps at the labels: enlighten_pv.c at early_xen_iret_patch, as in 64-bit kernels,
 * and start.c at mach_exit_to_kernel.
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
 * MACH_ENTRY - make a label that code of the subarch can jump to
 * @name:	the label
 */
#define MACH_ENTRY(name)	SYM_INNER_LABEL(name, SYM_L_GLOBAL)

#include <mach-default/asm/mach_entry.h>

#endif /* _ASM_MACH_ENTRY_H */
