// SPDX-License-Identifier: GPL-2.0
/*
 * Every CPU proves that it runs, in KTAP:
 *
 * - a thread bound to it stays on it, says the kernel, and says the CPU by the
 *   limit of a descriptor in its own GDT;
 * - its timer ticks while that thread computes;
 * - it takes IPIs from every other CPU: a row of membarrier() aimed at it, each of
 *   which is one more in its own count of function-call interrupts, and hardly any
 *   are counted when none is sent;
 * - threads on all of them count under one lock and lose nothing.
 *
 * "smpcheck N" also wants N CPUs online. "smpcheck evtchns" and "smpcheck contend
 * SECONDS" are tools for other tests.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "smpcheck.h"

#define ROUNDS		5000
#define IPIS		20
/* The descriptor that vdso_getcpu() uses, GDT_ENTRY_CPUNODE in the kernel. */
#define CPUNODE_SEL	(28 * 8 + 3)

static unsigned int cpus[MAX_CPUS], ncpus, tests;
static bool failed;

static void result(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %u ", good ? "" : "not ", ++tests);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	if (!good)
		failed = true;
}

bool pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

static unsigned int here(void)
{
	unsigned int cpu = ~0U;

	syscall(SYS_getcpu, &cpu, NULL, NULL);
	return cpu;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * Sum of a CPU's column in those rows of /proc/interrupts whose text has
 * @word; columns are in the order of the online CPUs.
 */
static unsigned long interrupts(unsigned int column, const char *word)
{
	FILE *f = fopen("/proc/interrupts", "r");
	unsigned long sum = 0, n;
	static char line[8192];
	unsigned int i;
	char *p, *end;

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		p = strchr(line, ':');
		if (!p || !strstr(line, word))
			continue;
		for (i = 0, p++; i <= column; i++, p = end) {
			n = strtoul(p, &end, 10);
			if (end == p)
				break;
			if (i == column)
				sum += n;
		}
	}
	fclose(f);

	return sum;
}

static unsigned long ticks(unsigned int column)
{
	unsigned long n = interrupts(column, "Local timer interrupts");

	/* The timer of a vcpu is an event channel; its row has a name. */
	return n ? n : interrupts(column, "timer");
}

static bool own_data(unsigned int cpu, unsigned int *bad)
{
	unsigned int i, limit;

	for (i = 0; i < 2000; i++) {
		*bad = here();
		if (*bad != cpu)
			return false;
		asm volatile("lsl %1, %0" : "=r" (limit) : "r" (CPUNODE_SEL));
		*bad = limit & 0xfff;
		if (*bad != cpu)
			return false;
		if (!(i % 64))
			sched_yield();
	}
	return true;
}

static void one_cpu(unsigned int column)
{
	unsigned int cpu = cpus[column], bad = ~0U;
	unsigned long before;
	volatile unsigned int work = 0;
	double end;
	bool good;

	good = pin(cpu);
	result(good && own_data(cpu, &bad), "cpu%u: a thread stays on it, in its own GDT", cpu);
	if (good && bad != cpu)
		printf("# seen on CPU %u\n", bad);

	before = ticks(column);
	end = now() + 5;
	while (now() < end && ticks(column) < before + 3)
		for (unsigned int i = 0; i < 100000; i++)
			work++;
	result(ticks(column) >= before + 3, "cpu%u: its timer ticks", cpu);
}

/* A target has to be running one of our threads. */
static unsigned int target;
static bool stop;

static void *spin(void *arg)
{
	(void)arg;
	pin(target);
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		asm volatile("pause");
	return NULL;
}

/* A row of IPIs to a thread that is there; how long that took, at most, goes to @took. */
static bool ipis(unsigned int to, double *took)
{
	double end = now() + 10, start;
	unsigned long before;
	unsigned int i;

	do {
		start = now();
		before = interrupts(to, "Function call interrupts");
		for (i = 0; i < IPIS; i++)
			if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ,
				    MEMBARRIER_CMD_FLAG_CPU, cpus[to]))
				return false;
		if (interrupts(to, "Function call interrupts") >= before + IPIS) {
			if (now() - start > *took)
				*took = now() - start;
			return true;
		}
		/* Its thread was not there for one of them: none was sent then. */
		sched_yield();
	} while (now() < end);
	return false;
}

/* In as long a time: what others send to this CPU. */
static unsigned long ipis_of_others(unsigned int to, double seconds)
{
	double end = now() + seconds;
	unsigned long before = interrupts(to, "Function call interrupts");

	while (now() < end)
		asm volatile("pause");
	return interrupts(to, "Function call interrupts") - before;
}

static void ipis_to(unsigned int to)
{
	unsigned int from, missing = 0;
	unsigned long others;
	pthread_t thread;
	double took = 0;

	target = cpus[to];
	stop = false;
	if (pthread_create(&thread, NULL, spin, NULL)) {
		result(false, "cpu%u: no thread", cpus[to]);
		return;
	}
	for (from = 0; from < ncpus; from++) {
		if (from == to)
			continue;
		if (!pin(cpus[from]) || !ipis(to, &took)) {
			printf("# no IPIs from CPU %u to %u\n", cpus[from], cpus[to]);
			missing++;
		}
	}
	others = ipis_of_others(to, took);
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	result(!missing && others < IPIS / 2,
	       "cpu%u: takes %u IPIs from each of the others, and %lu when none is sent",
	       cpus[to], IPIS, others);
}

static int lock;
static unsigned long counter;
static unsigned int strays;

static void *count(void *arg)
{
	unsigned int cpu = (unsigned long)arg, i;

	if (!pin(cpu))
		__atomic_fetch_add(&strays, 1, __ATOMIC_RELAXED);
	for (i = 0; i < ROUNDS; i++) {
		while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
			sched_yield();
		counter++;
		__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
	}
	if (here() != cpu)
		__atomic_fetch_add(&strays, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void one_lock(void)
{
	pthread_t threads[MAX_CPUS];
	unsigned int i, made = 0;

	for (i = 0; i < ncpus; i++)
		made += !pthread_create(&threads[made], NULL, count,
					(void *)(unsigned long)cpus[i]);
	for (i = 0; i < made; i++)
		pthread_join(threads[i], NULL);
	result(made == ncpus && !strays && counter == (unsigned long)ncpus * ROUNDS,
	       "counted to %lu under one lock, %u CPUs", counter, ncpus);
}

int main(int argc, char **argv)
{
	unsigned int want = argc > 1 ? atoi(argv[1]) : 0;
	cpu_set_t set;
	unsigned int i;

	if (argc == 2 && !strcmp(argv[1], "evtchns"))
		return evtchns();
	if (argc == 3 && !strcmp(argv[1], "contend"))
		return contend(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "ldt"))
		return ldtrace(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "clocks"))
		return clocks(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "grants"))
		return grants(atoi(argv[2]), 20);
	if (argc == 3 && !strcmp(argv[1], "nth"))
		return nth(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "nth-came"))
		return nth_exec();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (sched_getaffinity(0, sizeof(set), &set))
		return 2;
	for (i = 0; i < CPU_SETSIZE && ncpus < MAX_CPUS; i++)
		if (CPU_ISSET(i, &set))
			cpus[ncpus++] = i;

	printf("KTAP version 1\n1..%u\n", 2 + 2 * ncpus + (ncpus > 1 ? ncpus : 0));
	result(ncpus == (unsigned int)sysconf(_SC_NPROCESSORS_ONLN) &&
	       (!want || ncpus == want), "%u CPUs online", ncpus);
	for (i = 0; i < ncpus; i++)
		one_cpu(i);
	if (ncpus > 1) {
		if (syscall(SYS_membarrier,
			    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0))
			printf("# membarrier: %s\n", strerror(errno));
		for (i = 0; i < ncpus; i++)
			ipis_to(i);
	}
	one_lock();

	return failed;
}
