// SPDX-License-Identifier: GPL-2.0
/*
 * Many CPUs measure their delay loops at the same time, each before it reports alive.
 * mach_ap_prepare() and mach_known_lpj() of asm/mach_smp.h are here.
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

/* Delay loops per tick; 0 if they were not measured here. */
static DEFINE_PER_CPU(unsigned long, early_lpj);

/*
 * A change of jiffies to @count, as a CPU sees it that polls jiffies. The change came
 * after the TSC was @before, and not later than @after.
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
 * start_secondary() calls this with interrupts off, on many CPUs at a time, before RCU
 * watches them. So it takes no lock, does not trace or print, and uses only the CPU's
 * own data. With "cpuhp.parallel=0" it is called too, and does nothing.
 *
 * calibrate_delay_direct() assumes that its CPU is never away when a tick comes, and it
 * uses a global variable. This function measures the time between two ticks that are at
 * least as far apart as there. It accepts the result if that time is known to within
 * 1/64 of itself. After half a second it accepts 1/8, as calibrate_delay_direct() does.
 * After CALIBRATE_MS it gives up: early_lpj stays 0, and the base measures.
 */
void notrace mach_ap_prepare(void)
{
	const unsigned long ticks = 5 * max(HZ / 100, 1);
	struct tick first, now;
	unsigned long passed;
	u64 begin, limit, unsure, clear;
	unsigned int shift;

	/* Not in use, known already, not needed by the base, or no TSC to measure by. */
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
			/* Round up: a delay may be too long, but not too short. */
			this_cpu_write(early_lpj,
				       div_u64(now.after - first.before, passed));
			return;
		}
		/* Begin again at this tick if its time is known much better. */
		if (first.after - first.before > clear &&
		    now.after - now.before < (first.after - first.before) / 2)
			first = now;
	}
}

/**
 * mach_known_lpj - get the result of mach_ap_prepare()
 * @cpu:	number of the CPU
 *
 * Return: delay loops per tick, 0 if not known.
 */
unsigned long mach_known_lpj(int cpu)
{
	return per_cpu(early_lpj, cpu);
}
