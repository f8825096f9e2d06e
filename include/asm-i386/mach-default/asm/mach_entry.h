/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How entry_32.S of a plain kernel leaves the kernel: by its own code.
 */
#ifndef _ASM_MACH_DEFAULT_ENTRY_H
#define _ASM_MACH_DEFAULT_ENTRY_H

#ifndef MACH_EXIT_TO_USER
#define MACH_EXIT_TO_USER(insn...)	insn
#endif

#ifndef MACH_EXIT_TO_KERNEL
#define MACH_EXIT_TO_KERNEL(insn...)	insn
#endif

/* Only entry_32.S itself enters at @name. */
#ifndef MACH_ENTRY
#define MACH_ENTRY(name)
#endif

#endif /* _ASM_MACH_DEFAULT_ENTRY_H */
