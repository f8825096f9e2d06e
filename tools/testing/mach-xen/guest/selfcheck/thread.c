// SPDX-License-Identifier: GPL-2.0
/*
 * Thread-local storage: the three GDT slots the kernel rewrites at every
 * switch (under Xen through the hypervisor) follow their thread.
 */
#include <asm/ldt.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ktap.h"

#define THREADS	8
#define ROUNDS	300

static __thread uint32_t tls_value, tls_sum;

static void *tls_thread(void *arg)
{
	uint32_t me = (uintptr_t)arg;
	unsigned int i;

	tls_value = me;
	for (i = 0; i < ROUNDS; i++) {
		tls_sum += tls_value;
		sched_yield();
		check(tls_value == me, "thread %u sees %u", me, tls_value);
	}
	check(tls_sum == me * ROUNDS);
	return &tls_value;
}

TEST(thread_tls)
{
	pthread_t th[THREADS];
	void *where[THREADS];
	uintptr_t i, j;

	tls_value = 4711;
	for (i = 0; i < THREADS; i++)
		check(!pthread_create(&th[i], NULL, tls_thread, (void *)(i + 1)));
	for (i = 0; i < THREADS; i++)
		check(!pthread_join(th[i], &where[i]));
	for (i = 0; i < THREADS; i++)
		for (j = 0; j < i; j++)
			check(where[i] != &tls_value);
	check(tls_value == 4711);
}

static int set_area(struct user_desc *d)
{
	return syscall(SYS_set_thread_area, d);
}

static struct user_desc area(int entry, void *base, unsigned int limit)
{
	struct user_desc d;

	memset(&d, 0, sizeof(d));
	d.entry_number = entry;
	d.base_addr = (uintptr_t)base;
	d.limit = limit;
	d.seg_32bit = 1;
	d.useable = 1;
	return d;
}

static uint32_t read_fs(unsigned int sel, uint32_t off)
{
	uint32_t v;
	unsigned short old;

	asm volatile("mov %%fs, %0" : "=r" (old));
	asm volatile("mov %w1, %%fs\n\tmov %%fs:(%2), %0\n\t"
		     : "=&r" (v) : "r" (sel), "r" (off) : "memory");
	asm volatile("mov %0, %%fs" :: "r" (old));
	return v;
}

static uint32_t limit_of(unsigned int sel)
{
	uint32_t limit = ~0u;

	asm volatile("lsl %1, %0" : "+r" (limit) : "r" (sel) : "cc");
	return limit;
}

struct fs_read {
	unsigned int sel;
	uint32_t off;
};

static void do_read_fs(void *p)
{
	struct fs_read *r = p;

	read_fs(r->sel, r->off);
}

/* The system call itself: allocation, use, limit, read-back, reuse. */
TEST(thread_set_thread_area)
{
	static uint32_t data[4][4];
	struct user_desc d, back;
	struct fs_read r;
	int slot[3], n = 0, i;

	for (i = 0; i < 4; i++)
		data[i][0] = mx_word(11, i);
	/* glibc has taken one of the three. */
	for (i = 0; i < 4; i++) {
		d = area(-1, data[i], 15);
		if (set_area(&d)) {
			check(errno == ESRCH);
			break;
		}
		check(n < 3);
		slot[n++] = d.entry_number;
	}
	check(n == 2, "%d free slots", n);
	for (i = 0; i < n; i++) {
		sched_yield();
		check(read_fs(slot[i] * 8 + 3, 0) == data[i][0]);
		memset(&back, 0, sizeof(back));
		back.entry_number = slot[i];
		check(!syscall(SYS_get_thread_area, &back));
		check(back.base_addr == (uintptr_t)data[i] && back.limit == 15);
	}
	/* By LSL, since not every emulator enforces limits on access. */
	for (i = 0; i < n; i++)
		check(limit_of(slot[i] * 8 + 3) == 15);
	/* Emptied: the selector must not load any more. */
	memset(&d, 0, sizeof(d));
	d.entry_number = slot[1];
	d.read_exec_only = 1;
	d.seg_not_present = 1;
	check(!set_area(&d));
	r = (struct fs_read){ slot[1] * 8 + 3, 0 };
	check(mx_catch(do_read_fs, &r, NULL) == SIGSEGV);
	/* The kernel's own descriptors are not for sale. */
	d = area(2, data[0], 15);
	check(set_area(&d) && errno == EINVAL);
}

static uint32_t clone_seen;
static int clone_tid;

static int clone_fn(void *arg)
{
	uint32_t v;

	(void)arg;
	asm volatile("mov %%gs:0x20, %0" : "=r" (v));
	clone_seen = v;
	/* No libc from here: its TLS is not this thread's. */
	mx_int80(SYS_exit, 0, 0, 0, 0, 0);
	return 0;
}

/* CLONE_SETTLS: the new thread has its segment before its first instruction. */
TEST(thread_clone_settls)
{
	static uint32_t data[64];
	static char stack[16384] __attribute__((aligned(16)));
	struct user_desc d;
	unsigned short gs;
	unsigned int i;

	asm volatile("mov %%gs, %0" : "=r" (gs));
	for (i = 0; i < 40; i++) {
		data[8] = mx_word(12, i);
		d = area(gs >> 3, data, 0xfffff);
		d.limit_in_pages = 1;
		clone_tid = -1;
		clone_seen = 0;
		check(clone(clone_fn, stack + sizeof(stack), CLONE_VM | CLONE_FS |
			    CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			    CLONE_SYSVSEM | CLONE_SETTLS | CLONE_CHILD_CLEARTID,
			    NULL, NULL, &d, &clone_tid) > 0);
		while (__atomic_load_n(&clone_tid, __ATOMIC_ACQUIRE))
			syscall(SYS_futex, &clone_tid, FUTEX_WAIT, -1, NULL);
		check(clone_seen == data[8], "round %u: %#x", i, clone_seen);
	}
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static unsigned int turn;

static void *ring_thread(void *arg)
{
	unsigned int me = (uintptr_t)arg, i;

	for (i = 0; i < 60; i++) {
		pthread_mutex_lock(&lock);
		while (turn % 4 != me)
			pthread_cond_wait(&cond, &lock);
		turn++;
		pthread_cond_broadcast(&cond);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

/* Wake-ups are not lost: four threads pass a turn round. */
TEST(thread_condvar_ring)
{
	pthread_t th[4];
	uintptr_t i;

	for (i = 0; i < 4; i++)
		check(!pthread_create(&th[i], NULL, ring_thread, (void *)i));
	for (i = 0; i < 4; i++)
		check(!pthread_join(th[i], NULL));
	check(turn == 240);
}

static void *storm_thread(void *arg)
{
	return arg;
}

TEST(thread_storm)
{
	pthread_t th;
	uintptr_t i;
	void *ret;

	for (i = 0; i < 150; i++) {
		check(!pthread_create(&th, NULL, storm_thread, (void *)i));
		check(!pthread_join(th, &ret));
		check(ret == (void *)i);
	}
}
