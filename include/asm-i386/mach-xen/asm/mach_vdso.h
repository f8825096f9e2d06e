/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The C library reads this note in the vDSO to find libraries that use no negative
 * offsets from %gs. A 32-bit hypervisor truncates all segments below itself. There such
 * an access faults, and the hypervisor emulates it. A 64-bit hypervisor does not
 * truncate segments.
 *
 * The layout is NT_GNU_HWCAP of glibc (elf/elf.h): number of entries, mask of those
 * that are to be used, then bit and name of each. glibc 2.37 and later do not read it.
 */
#ifndef _ASM_MACH_VDSO_H
#define _ASM_MACH_VDSO_H

/* Distributions name the bit, too: "hwcap 1 nosegneg" in ld.so.conf.d. */
#define VDSO_NOSEGNEG_BIT	1

#ifdef __ASSEMBLY__
/**
 * MACH_VDSO_NOTES - notes that a subarch adds to the 32-bit vDSO
 */
#define MACH_VDSO_NOTES				\
	ELFNOTE_START(GNU, 2, "a")		\
		.long 1;			\
		.long 0;			\
		.byte VDSO_NOSEGNEG_BIT;	\
		.asciz "nosegneg";		\
	ELFNOTE_END
#endif

#include <mach-default/asm/mach_vdso.h>

#endif /* _ASM_MACH_VDSO_H */
