/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a plain kernel starts secondary CPUs: one after the other, by the base
 * kernel's own code; and what it knows of their threads.
 */
#ifndef _ASM_MACH_DEFAULT_SMP_H
#define _ASM_MACH_DEFAULT_SMP_H

#include <linux/types.h>

/* Bytes to reserve behind the real-mode trampoline */
#ifndef MACH_REAL_MODE_ROOM
#define MACH_REAL_MODE_ROOM	0
#endif

/* Called with the microseconds between INIT and start-up IPIs, once they are known */
#ifndef mach_init_udelay
static inline void mach_init_udelay(unsigned int us) { }
#endif

/* Work that a CPU does on its own before it reports alive */
#ifndef mach_ap_prepare
static inline void mach_ap_prepare(void) { }
#endif

/* Delay loops per tick of a CPU, if they are known without calibration. */
#ifndef mach_known_lpj
static inline unsigned long mach_known_lpj(int cpu) { return 0; }
#endif

/* Nothing to do: the real-mode trampoline goes back to real mode for a reboot. */
#ifndef mach_real_restart
static inline void mach_real_restart(unsigned int type) { }
#endif

/* CPUID says which CPUs are threads of one core. */
#ifndef mach_smt_unknown
static inline bool mach_smt_unknown(void) { return false; }
#endif

#endif /* _ASM_MACH_DEFAULT_SMP_H */
