/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sections of the image beside the kernel's own, for the linker script.
 *
 * Xen loaders that are older than the ELF notes read a string in the section
 * __xen_guest. mach-xen/head.S has the beginning of the string. Its end is the
 * address of the entry point, in hexadecimal. Only the linker knows that.
 */
#ifndef _ASM_MACH_SECTIONS_H
#define _ASM_MACH_SECTIONS_H

#define MACH_HEX_DIGIT(x)	BYTE(((x) & 0xf) + (((x) & 0xf) > 9 ? 0x57 : 0x30))

/**
 * MACH_SECTIONS - sections that a subarch adds to the image
 */
#define MACH_SECTIONS							\
	__xen_guest 0 (INFO) : {					\
		KEEP(*(__xen_guest))					\
		MACH_HEX_DIGIT(startup_xen >> 28)			\
		MACH_HEX_DIGIT(startup_xen >> 24)			\
		MACH_HEX_DIGIT(startup_xen >> 20)			\
		MACH_HEX_DIGIT(startup_xen >> 16)			\
		MACH_HEX_DIGIT(startup_xen >> 12)			\
		MACH_HEX_DIGIT(startup_xen >> 8)			\
		MACH_HEX_DIGIT(startup_xen >> 4)			\
		MACH_HEX_DIGIT(startup_xen)				\
		BYTE(0)							\
	}

#include <mach-default/asm/mach_sections.h>

#endif /* _ASM_MACH_SECTIONS_H */
