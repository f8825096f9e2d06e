// SPDX-License-Identifier: GPL-2.0
/*
 * A page table of every level made and freed: one page in each 2 MiB slot
 * of the whole user address space, forked, checked and unmapped, again and
 * again; each round allocates, pins, unpins and frees them all.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ktap.h"

#define SLOTS	(0xc0000000u / (2u << 20))

static char *slot[SLOTS];

static unsigned int populate(unsigned int stride, uint32_t seed)
{
	unsigned int i, n = 0;

	for (i = 0; i < SLOTS; i += stride) {
		/* Another page within the slot each time. */
		uintptr_t at = (uintptr_t)i * 2 * MIB +
			       (mx_word(seed, i) % 512) * PAGE;

		slot[i] = NULL;
		if (at < MIB)
			continue;
		slot[i] = mmap((void *)at, PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS |
			       MAP_FIXED_NOREPLACE, -1, 0);
		if (slot[i] == MAP_FAILED) {
			check(errno == EEXIST || errno == ENOMEM);
			slot[i] = NULL;
			continue;
		}
		check((uintptr_t)slot[i] == at);
		*(volatile uint32_t *)slot[i] = mx_word(seed, i + 5000);
		n++;
	}
	return n;
}

static void verify(unsigned int stride, uint32_t seed)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i += stride)
		if (slot[i])
			check(*(volatile uint32_t *)slot[i] ==
			      mx_word(seed, i + 5000), "slot %u", i);
}

static void unmap(unsigned int stride)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i += stride)
		if (slot[i])
			check(!munmap(slot[i], PAGE));
}

TEST(pgtable_every_level)
{
	/* Two pages a slot, for parent and child, and room to spare. */
	unsigned int stride = mx_meminfo("MemAvailable") > 40000 ? 1 : 8;
	unsigned int n, round;
	pid_t pid;

	for (round = 0; round < 3; round++) {
		n = populate(stride, round);
		check(n > SLOTS / stride * 9 / 10, "only %u slots", n);
		pid = mx_fork();
		if (!pid) {
			verify(stride, round);
			unmap(stride);
			n = populate(stride, round + 10);
			verify(stride, round + 10);
			_exit(0);
		}
		mx_reap(pid);
		verify(stride, round);
		unmap(stride);
		stride *= 2;
	}
}

/* One page alone in its gigabyte: the level above comes and goes. */
TEST(pgtable_top_level)
{
	static const uintptr_t at[] = { 0x30000000, 0x70000000, 0xa0000000 };
	unsigned int round, i;
	pid_t pid;

	for (round = 0; round < 25; round++) {
		for (i = 0; i < 3; i++) {
			char *p = mmap((void *)at[i], PAGE,
				       PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS |
				       MAP_FIXED_NOREPLACE, -1, 0);

			check(p == (char *)at[i]);
			*(volatile uint32_t *)p = mx_word(round, i);
		}
		pid = mx_fork();
		if (!pid) {
			for (i = 0; i < 3; i++)
				check(*(volatile uint32_t *)at[i] ==
				      mx_word(round, i));
			_exit(0);
		}
		for (i = 0; i < 3; i++)
			check(!munmap((void *)at[i], PAGE));
		mx_reap(pid);
	}
}

static pthread_barrier_t start_line;
static volatile bool stop;

static void *count_up(void *arg)
{
	volatile uint32_t *p = arg;
	uint32_t n;

	for (n = 0; !stop; n++) {
		*p = n;
		check(*p == n);
	}
	return NULL;
}

/* The same while a thread runs on that page table, on another CPU if there is one. */
TEST(pgtable_top_level_in_use)
{
	static uint32_t word;
	unsigned int round;
	pthread_t t;

	check(!pthread_create(&t, NULL, count_up, &word));
	for (round = 0; round < 200; round++) {
		char *at = (char *)0x40000000 + round * 2 * MIB;
		volatile uint32_t *p = mmap(at, PAGE, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS |
					    MAP_FIXED_NOREPLACE, -1, 0);

		check((char *)p == at && *p == 0);
		*p = mx_word(round, 0);
		check(*p == mx_word(round, 0));
		check(!munmap(at, PAGE));
	}
	stop = true;
	check(!pthread_join(t, NULL));
}

static char *volatile racy;

static void *touch_same_gib(void *arg)
{
	unsigned int me = (uintptr_t)arg, round;

	for (round = 0; round < 300; round++) {
		volatile uint32_t *p;

		/* Both threads begin a round at once. */
		pthread_barrier_wait(&start_line);
		p = (volatile uint32_t *)(racy + me * 2 * MIB);
		check(*p == 0);
		*p = mx_word(round, me);
		pthread_barrier_wait(&start_line);
		check(*p == mx_word(round, me), "round %u, thread %u", round, me);
		pthread_barrier_wait(&start_line);
	}
	return NULL;
}

/* Two threads fault at once where there is no level below the top one yet. */
TEST(pgtable_top_level_race)
{
	unsigned int round;
	pthread_t t[2];

	check(!pthread_barrier_init(&start_line, NULL, 3));
	for (round = 0; round < 2; round++)
		check(!pthread_create(&t[round], NULL, touch_same_gib,
				      (void *)(uintptr_t)round));
	for (round = 0; round < 300; round++) {
		racy = mmap((char *)0x40000000 + round * PAGE, 4 * MIB,
			    PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
		check(racy != MAP_FAILED);
		pthread_barrier_wait(&start_line);
		pthread_barrier_wait(&start_line);
		pthread_barrier_wait(&start_line);
		check(!munmap(racy, 4 * MIB));
	}
	check(!pthread_join(t[0], NULL) && !pthread_join(t[1], NULL));
}

/* More address spaces at once than the kernel keeps spare top levels for, twice. */
TEST(pgtable_many_top_levels)
{
	unsigned int round, i;
	int wait[2], ready[2];
	pid_t pid[40];
	char c;

	for (round = 0; round < 2; round++) {
		check(!pipe(wait) && !pipe(ready));
		for (i = 0; i < ARRAY_SIZE(pid); i++) {
			volatile uint32_t *p;

			pid[i] = mx_fork();
			if (pid[i])
				continue;
			close(wait[1]);
			p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			check(p != MAP_FAILED);
			*p = mx_word(round, i);
			check(write(ready[1], "", 1) == 1);
			check(read(wait[0], &c, 1) == 0);
			check(*p == mx_word(round, i));
			_exit(0);
		}
		for (i = 0; i < ARRAY_SIZE(pid); i++)
			check(read(ready[0], &c, 1) == 1);
		close(wait[1]);
		for (i = 0; i < ARRAY_SIZE(pid); i++)
			mx_reap(pid[i]);
		close(wait[0]);
		close(ready[0]);
		close(ready[1]);
	}
}

/* A large area touched and given back at once. */
TEST(pgtable_dense)
{
	unsigned int mib = mx_meminfo("MemAvailable") > 60000 ? 16 : 6;
	unsigned int i, round;

	for (round = 0; round < 3; round++) {
		char *p = mmap(NULL, mib * MIB, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		check(p != MAP_FAILED);
		for (i = 0; i < mib * 256; i++)
			*(volatile uint32_t *)(p + i * PAGE) = mx_word(1, i);
		for (i = 0; i < mib * 256; i++)
			check(*(volatile uint32_t *)(p + i * PAGE) ==
			      mx_word(1, i));
		check(!munmap(p, mib * MIB));
	}
}
