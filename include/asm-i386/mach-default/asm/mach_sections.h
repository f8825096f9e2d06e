/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sections of the image beside the kernel's own, for the linker script: none.
 */
#ifndef _ASM_MACH_SECTIONS_H
#define _ASM_MACH_SECTIONS_H

#define MACH_SECTIONS

#endif /* _ASM_MACH_SECTIONS_H */
