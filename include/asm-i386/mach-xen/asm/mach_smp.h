/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How secondary CPUs start on a bare machine: together (see rendezvous.c).
 * vcpus of a PV guest do not use this.
 */
#ifndef _ASM_MACH_SMP_H
#define _ASM_MACH_SMP_H

#ifdef CONFIG_SMP

/**
 * MACH_REAL_MODE_ROOM - bytes below 1 MiB behind the real mode code
 *
 * The page for the 16-bit part of the funnel.
 */
#define MACH_REAL_MODE_ROOM	0x1000

/**
 * MACH_SMP_STATIC - linkage of init_udelay
 *
 * The pauses between INIT and start-up IPIs are for us to make.
 */
#define MACH_SMP_STATIC
extern unsigned int init_udelay;

/**
 * mach_ap_prepare - what a CPU does before it reports alive
 *
 * Called by start_secondary() with interrupts off, many CPUs at a time and
 * before RCU watches them: no lock, no tracing, no printk, the CPU's own data
 * only. Where CPUs start one by one, too.
 */
#define mach_ap_prepare()	rendezvous_calibrate()

/**
 * mach_known_lpj - delay loops per tick, where known without measuring
 * @cpu:	number of the CPU
 */
#define mach_known_lpj(cpu)	rendezvous_known_lpj(cpu)

/**
 * mach_real_restart - leave the machine to real mode code, if the subarch can
 * @type:	MRR_BIOS or MRR_APM
 */
#define mach_real_restart(type)			\
do {						\
	if ((type) == MRR_BIOS)			\
		rendezvous_real_restart();	\
} while (0)

void rendezvous_calibrate(void);
unsigned long rendezvous_known_lpj(int cpu);
void rendezvous_real_restart(void);

#else

#define MACH_REAL_MODE_ROOM	0
#define mach_real_restart(type)	((void)(type))

#endif /* CONFIG_SMP */
#endif /* _ASM_MACH_SMP_H */
