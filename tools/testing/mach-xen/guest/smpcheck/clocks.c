// SPDX-License-Identifier: GPL-2.0
/*
 * Clocks as a program sees them, on all CPUs in turn: CLOCK_MONOTONIC never goes back,
 * and a sleep of 10 ms ends. Meant to run while the guest is saved and restored; ends
 * when the file FILE is there.
 */
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "smpcheck.h"

static long long ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int clocks(const char *file)
{
	long long before, after, back = 0, longest = 0;
	unsigned long reads = 0;
	unsigned int cpu = 0;
	cpu_set_t set;
	int i;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 2;
	before = ns(CLOCK_MONOTONIC);
	while (access(file, F_OK)) {
		do
			cpu = (cpu + 1) % MAX_CPUS;
		while (!CPU_ISSET(cpu, &set));
		/* One that was taken off refuses. */
		pin(cpu);
		for (i = 0; i < 1000; i++) {
			after = ns(CLOCK_MONOTONIC);
			if (before - after > back)
				back = before - after;
			before = after;
		}
		reads += i;
		usleep(10000);
		after = ns(CLOCK_MONOTONIC);
		if (after - before > longest)
			longest = after - before;
	}
	printf("# %lu readings, back by %lld ns at most, the longest of the sleeps of 10 ms took %lld ms\n",
	       reads, back, longest / 1000000);
	return back > 0;
}
