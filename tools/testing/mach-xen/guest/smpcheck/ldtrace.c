// SPDX-License-Identifier: GPL-2.0
/*
 * A segment that goes away while another CPU has it in a register. On each round one
 * thread loads %gs from the LDT and makes system calls, in which the kernel leaves %gs
 * alone, and the other removes the entry. Where two virtual CPUs share a real one, the
 * hypervisor then finds that it cannot load %gs of the first, wherever that was.
 */
#include <asm/ldt.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "smpcheck.h"

#define ENTRY	5
#define SEL	(ENTRY << 3 | 7)

/* What the two threads are about. */
enum { SET, LOADED, REMOVED, LEFT, STOP };

static int phase = LEFT;
static unsigned long nulled;
static char base[16];

static bool install(bool present)
{
	struct user_desc d;

	memset(&d, 0, sizeof(d));
	d.entry_number = ENTRY;
	d.read_exec_only = !present;
	d.seg_not_present = !present;
	if (present) {
		d.base_addr = (unsigned long)base;
		d.limit = sizeof(base) - 1;
		d.seg_32bit = 1;
		d.useable = 1;
	}
	return !syscall(SYS_modify_ldt, 0x11, &d, sizeof(d));
}

static int now(void) { return __atomic_load_n(&phase, __ATOMIC_ACQUIRE); }
static void go(int to) { __atomic_store_n(&phase, to, __ATOMIC_RELEASE); }

/* The C library's data is behind %gs: none of it between the first and the last. */
static void *hold(void *arg)
{
	unsigned short old, sel, left;
	unsigned int i, more;
	int ret;

	pin(1);
	while (now() != STOP) {
		if (now() != SET) {
			sched_yield();
			continue;
		}
		sel = SEL;
		asm volatile("mov %%gs, %0; mov %1, %%gs" : "=&r" (old) : "r" (sel) : "memory");
		go(LOADED);
		for (i = 0, more = 0; more < 2000 && i < 100000000; i++) {
			asm volatile("int $0x80" : "=a" (ret)
				     : "0" (i & 1 ? SYS_sched_yield : SYS_getppid)
				     : "memory");
			more += now() == REMOVED;
		}
		asm volatile("mov %%gs, %0; mov %1, %%gs" : "=&r" (left) : "r" (old) : "memory");
		nulled += !left;
		go(LEFT);
	}
	return arg;
}

/* Asleep, so that the other one's CPU has the real one. */
static bool until(int want)
{
	unsigned int ms;

	for (ms = 0; ms < 20000; ms++) {
		if (now() == want)
			return true;
		usleep(1000);
	}
	return false;
}

int ldtrace(unsigned int seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned long rounds = 0;
	bool good = true;
	pthread_t t;

	if (!pin(0) || pthread_create(&t, NULL, hold, NULL))
		return 2;
	while (good && time(NULL) < end) {
		good = install(true);
		go(SET);
		good &= until(LOADED);
		good &= install(false);
		go(REMOVED);
		good &= until(LEFT);
		rounds++;
	}
	go(STOP);
	printf("# %lu rounds, after %lu of them the segment was gone\n", rounds, nulled);
	/* The holder may hang. */
	if (!good)
		return 1;
	pthread_join(t, NULL);
	return !nulled;
}
