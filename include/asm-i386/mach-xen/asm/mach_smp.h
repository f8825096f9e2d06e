/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How secondary CPUs start on a bare machine: together (arch/i386/rendezvous).
 * vcpus of a PV guest do not use this. And what a PV guest knows of threads.
 */
#ifndef _ASM_MACH_SMP_H
#define _ASM_MACH_SMP_H

#include <linux/types.h>

#include <asm/cpufeature.h>

#ifdef CONFIG_X86_RENDEZVOUS

/**
 * MACH_REAL_MODE_ROOM - bytes to reserve behind the real-mode trampoline
 *
 * The page for the 16-bit part of the funnel.
 */
#define MACH_REAL_MODE_ROOM	0x1000

#define mach_init_udelay	mach_init_udelay
void mach_init_udelay(unsigned int us);

#define mach_ap_prepare		mach_ap_prepare
void mach_ap_prepare(void);

#define mach_known_lpj		mach_known_lpj
unsigned long mach_known_lpj(int cpu);

#define mach_real_restart	mach_real_restart
void mach_real_restart(unsigned int type);

#endif /* CONFIG_X86_RENDEZVOUS */

/**
 * mach_smt_unknown - may a CPU have a sibling that CPUID does not show?
 *
 * Xen may run a vcpu on any thread of the host, beside another guest's vcpu. The guest
 * sees no threads (xen_cached_cpuid()), which says nothing about the host.
 *
 * Return: true in a PV guest.
 */
#define mach_smt_unknown	mach_smt_unknown
static inline bool mach_smt_unknown(void)
{
	return boot_cpu_has(X86_FEATURE_XENPV);
}

#include <mach-default/asm/mach_smp.h>

#endif /* _ASM_MACH_SMP_H */
