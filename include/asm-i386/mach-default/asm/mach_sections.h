/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A plain kernel adds no sections to the image.
 */
#ifndef _ASM_MACH_DEFAULT_SECTIONS_H
#define _ASM_MACH_DEFAULT_SECTIONS_H

#ifndef MACH_SECTIONS
#define MACH_SECTIONS
#endif

#endif /* _ASM_MACH_DEFAULT_SECTIONS_H */
