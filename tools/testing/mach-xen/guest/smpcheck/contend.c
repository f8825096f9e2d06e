// SPDX-License-Identifier: GPL-2.0
/*
 * One spinlock of the kernel's, wanted by all CPUs most of the time: that of a futex's
 * hash bucket. Each wake-up looks at all waiters there under the lock, and finds that
 * none of them waits for such a bit.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "smpcheck.h"

#define WAITERS		500
#define STACK		(64 * 1024)

static int word;
static bool stop;
static unsigned long calls[MAX_CPUS];

static void *wait(void *arg)
{
	syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, 1);
	return arg;
}

static void *fight(void *arg)
{
	unsigned int cpu = (unsigned long)arg;

	pin(cpu);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		syscall(SYS_futex, &word, FUTEX_WAKE_BITSET_PRIVATE, WAITERS, NULL, NULL, 2);
		calls[cpu]++;
	}
	return NULL;
}

int contend(unsigned int seconds)
{
	unsigned int i, n = 0, waiters = 0;
	pthread_t threads[MAX_CPUS], t;
	unsigned long sum = 0;
	pthread_attr_t attr;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 2;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (i = 0; i < WAITERS; i++)
		waiters += !pthread_create(&t, &attr, wait, NULL);
	for (i = 0; i < MAX_CPUS; i++)
		if (CPU_ISSET(i, &set))
			n += !pthread_create(&threads[n], NULL, fight, (void *)(unsigned long)i);
	sleep(seconds);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < MAX_CPUS; i++)
		sum += calls[i];
	printf("# %u CPUs took the lock %lu times, with %u waiters to look at\n", n, sum,
	       waiters);

	return n < 2 || waiters < WAITERS;
}
