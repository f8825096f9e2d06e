/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A plain kernel adds no notes to the vDSO.
 */
#ifndef _ASM_MACH_DEFAULT_VDSO_H
#define _ASM_MACH_DEFAULT_VDSO_H

#ifndef MACH_VDSO_NOTES
#define MACH_VDSO_NOTES
#endif

#endif /* _ASM_MACH_DEFAULT_VDSO_H */
