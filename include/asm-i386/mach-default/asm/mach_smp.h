/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a plain kernel starts secondary CPUs: one after the other, by the base
 * kernel's own code.
 */
#ifndef _ASM_MACH_DEFAULT_SMP_H
#define _ASM_MACH_DEFAULT_SMP_H

/* Bytes below 1 MiB in addition to the real mode code's. */
#ifndef MACH_REAL_MODE_ROOM
#define MACH_REAL_MODE_ROOM	0
#endif

/* What a CPU does on its own before it reports alive. */
#ifndef mach_ap_prepare
static inline void mach_ap_prepare(void) { }
#endif

/* Delay loops per tick of a CPU, if they are known without calibration. */
#ifndef mach_known_lpj
static inline unsigned long mach_known_lpj(int cpu) { return 0; }
#endif

/* Back to real mode for a reboot by the BIOS: by the real mode code. */
#ifndef mach_real_restart
static inline void mach_real_restart(unsigned int type) { }
#endif

#endif /* _ASM_MACH_DEFAULT_SMP_H */
