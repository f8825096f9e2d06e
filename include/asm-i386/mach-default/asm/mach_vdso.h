/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notes in the vDSO beside the kernel's own: none.
 */
#ifndef _ASM_MACH_VDSO_H
#define _ASM_MACH_VDSO_H

#define MACH_VDSO_NOTES

#endif /* _ASM_MACH_VDSO_H */
