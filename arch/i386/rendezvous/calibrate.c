// SPDX-License-Identifier: GPL-2.0
/*
 * The delay loop of a CPU, measured by many CPUs at a time and before they report
 * alive. mach_ap_prepare() and mach_known_lpj() of asm/mach_smp.h are here.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/percpu.h>

#include <asm/cpufeature.h>
#include <asm/mach_smp.h>
#include <asm/timex.h>
#include <asm/tsc.h>

#include "rendezvous.h"

/* Measuring takes 50 ms; this is for virtual CPUs that hardly ever run. */
#define CALIBRATE_MS		2000

/* Delay loops per tick; 0 where they were not measured here. */
static DEFINE_PER_CPU(unsigned long, early_lpj);

/*
 * A tick as seen from a CPU that only watches jiffies: it was after the TSC
 * read @before and not later than @after.
 */
struct tick {
	unsigned long count;
	u64 before;
	u64 after;
};

/* Wait for a tick; false if there is none before the TSC reads @end. */
static notrace bool watch_tick(struct tick *tick, u64 end)
{
	unsigned long then = READ_ONCE(jiffies);

	tick->after = rdtsc_ordered();
	do {
		/* The sibling thread may be the one that has work to do. */
		cpu_relax();
		tick->before = tick->after;
		tick->count = READ_ONCE(jiffies);
		tick->after = rdtsc_ordered();
	} while (tick->count == then && tick->after < end);

	return tick->count != then;
}

/**
 * mach_ap_prepare - measure the delay loop of a CPU that is not alive yet
 *
 * Called by start_secondary() with interrupts off, many CPUs at a time and
 * before RCU watches them: no lock, no tracing, no printk, the CPU's own data
 * only. Called where CPUs start one by one, too.
 *
 * calibrate_delay_direct() takes it for granted that its CPU is never away
 * when a tick comes, and uses a global; many CPUs at a time have to be more
 * careful. Measured between two ticks at least as far apart as there, of which
 * it is known well enough when they came: to within 1/64 of the time between
 * them, after half a second to within 1/8, which is what
 * calibrate_delay_direct() wants. After CALIBRATE_MS early_lpj stays 0, and the
 * base measures.
 */
void notrace mach_ap_prepare(void)
{
	const unsigned long ticks = 5 * max(HZ / 100, 1);
	struct tick first, now;
	unsigned long passed;
	u64 begin, limit, unsure, clear;
	unsigned int shift;

	/* Cases in which calibrate_delay() does not measure, or measures in another way. */
	if (!rendezvous_in_use() || this_cpu_read(early_lpj) || preset_lpj || !tsc_khz ||
	    !boot_cpu_has(X86_FEATURE_TSC) ||
	    boot_cpu_has(X86_FEATURE_CONSTANT_TSC))
		return;

	begin = rdtsc_ordered();
	limit = (u64)tsc_khz * CALIBRATE_MS;
	clear = (u64)tsc_khz * (MSEC_PER_SEC / HZ) >> 6;
	if (!watch_tick(&first, begin + limit))
		return;

	while (watch_tick(&now, begin + limit)) {
		passed = now.count - first.count;
		unsure = (first.after - first.before) + (now.after - now.before);

		shift = now.after - begin < limit / 4 ? 6 : 3;

		if (passed >= ticks &&
		    unsure < (now.after - first.after) >> shift) {
			/* The delay may come out too long, but not too short. */
			this_cpu_write(early_lpj,
				       div_u64(now.after - first.before, passed));
			return;
		}
		/* Begin again where the tick was seen much better. */
		if (first.after - first.before > clear &&
		    now.after - now.before < (first.after - first.before) / 2)
			first = now;
	}
}

/**
 * mach_known_lpj - what mach_ap_prepare() has found
 * @cpu:	number of the CPU
 *
 * Return: delay loops per tick, 0 if not known.
 */
unsigned long mach_known_lpj(int cpu)
{
	return per_cpu(early_lpj, cpu);
}
