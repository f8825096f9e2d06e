/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How entry_32.S of a plain kernel leaves the kernel: by its own code.
 */
#ifndef _ASM_MACH_ENTRY_H
#define _ASM_MACH_ENTRY_H

#define MACH_EXIT_TO_USER(insn...)	insn
#define MACH_EXIT_TO_KERNEL(insn...)	insn

/* Nobody else enters at @name. */
#define MACH_ENTRY(name)

#endif /* _ASM_MACH_ENTRY_H */
