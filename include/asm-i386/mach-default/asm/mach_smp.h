/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a plain kernel starts secondary CPUs: one after the other, by the base
 * kernel's own code.
 */
#ifndef _ASM_MACH_SMP_H
#define _ASM_MACH_SMP_H

/* Bytes below 1 MiB in addition to the real mode code's. */
#define MACH_REAL_MODE_ROOM	0

/* Variables of smpboot.c that nobody else looks at. */
#define MACH_SMP_STATIC		static

/* What a CPU does on its own, before it reports that it is alive. */
#define mach_ap_prepare()	do { } while (0)

/* Delay loops per tick of a CPU, if they are known without calibration. */
#define mach_known_lpj(cpu)	((void)(cpu), 0)

/* Back to real mode for a reboot by the BIOS: by the real mode code. */
#define mach_real_restart(type)	((void)(type))

#endif /* _ASM_MACH_SMP_H */
