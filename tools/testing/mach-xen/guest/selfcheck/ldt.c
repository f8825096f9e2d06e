// SPDX-License-Identifier: GPL-2.0
/*
 * Local descriptor tables: more than one page of them, used as data and as
 * code, inherited by fork, gone after exec, shared by threads.  Under Xen
 * the pages are read-only and every write goes through the hypervisor.
 */
#include <asm/ldt.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ktap.h"

#define SEL(n)	((n) << 3 | 7)

static int modify_ldt(int func, void *p, unsigned long size)
{
	return syscall(SYS_modify_ldt, func, p, size);
}

static struct user_desc desc(unsigned int n, void *base, unsigned int limit)
{
	struct user_desc d;

	memset(&d, 0, sizeof(d));
	d.entry_number = n;
	d.base_addr = (uintptr_t)base;
	d.limit = limit;
	d.seg_32bit = 1;
	d.useable = 1;
	return d;
}

static void set(unsigned int n, void *base, unsigned int limit)
{
	struct user_desc d = desc(n, base, limit);

	check(!modify_ldt(0x11, &d, sizeof(d)), "entry %u", n);
}

static void clear(unsigned int n)
{
	struct user_desc d;

	memset(&d, 0, sizeof(d));
	d.entry_number = n;
	d.read_exec_only = 1;
	d.seg_not_present = 1;
	check(!modify_ldt(0x11, &d, sizeof(d)));
}

static uint32_t via_fs(unsigned int n, uint32_t off)
{
	uint32_t v;

	asm volatile("push %%fs; mov %w1, %%fs; mov %%fs:(%2), %0; pop %%fs"
		     : "=&r" (v) : "r" (SEL(n)), "r" (off) : "memory");
	return v;
}

/* By LSL, since not every emulator enforces limits on access. */
static uint32_t limit_of(unsigned int n)
{
	uint32_t limit = ~0u;

	asm volatile("lsl %1, %0" : "+r" (limit) : "r" (SEL(n)) : "cc");
	return limit;
}

static void read_fs(void *p)
{
	unsigned int *a = p;

	via_fs(a[0], a[1]);
}

static uint32_t data[64];

TEST(ldt_entries)
{
	/* Both sides of a page boundary of the table, and its end. */
	static const unsigned int n[] = { 0, 1, 63, 511, 512, 513, 1000, 8191 };
	static uint64_t table[8192];
	struct user_desc d;
	unsigned int i, a[2];

	for (i = 0; i < ARRAY_SIZE(n); i++) {
		data[i * 4] = mx_word(51, i);
		set(n[i], &data[i * 4], 15);
	}
	for (i = 0; i < ARRAY_SIZE(n); i++) {
		check(via_fs(n[i], 0) == data[i * 4], "entry %u", n[i]);
		check(limit_of(n[i]) == 15, "limit of entry %u", n[i]);
	}
	check(modify_ldt(0, table, sizeof(table)) == (int)sizeof(table));
	for (i = 0; i < ARRAY_SIZE(n); i++) {
		uint64_t e = table[n[i]];
		uint32_t base = (e >> 16 & 0xffffff) | (e >> 56) << 24;

		check(base == (uintptr_t)&data[i * 4], "read back entry %u",
		      n[i]);
		check((e & 0xffff) == 15 && (e >> 47 & 1) && (e >> 45 & 3) == 3);
	}
	check(table[2] == 0 && table[600] == 0);
	/* Replaced and cleared. */
	set(512, &data[0], 15);
	check(via_fs(512, 0) == data[0]);
	clear(512);
	a[0] = 512;
	a[1] = 0;
	check(mx_catch(read_fs, a, NULL) == SIGSEGV);
	check(via_fs(511, 0) == data[3 * 4] && via_fs(513, 0) == data[5 * 4]);
	/* One past the end. */
	d = desc(8192, data, 15);
	check(modify_ldt(0x11, &d, sizeof(d)) == -1 && errno == EINVAL);
}

TEST(ldt_fork_inherits)
{
	pid_t pid;
	unsigned int i, a[2] = { 40, 0 };

	data[0] = mx_word(52, 0);
	data[4] = mx_word(52, 1);
	set(3, &data[0], 15);
	set(700, &data[0], 15);
	for (i = 0; i < 6; i++) {
		pid = mx_fork();
		if (!pid) {
			check(via_fs(3, 0) == data[0]);
			check(via_fs(700, 0) == data[0]);
			set(3, &data[4], 15);
			set(40, &data[4], 15);
			check(via_fs(3, 0) == data[4]);
			check(via_fs(40, 0) == data[4]);
			_exit(0);
		}
		mx_reap(pid);
		check(via_fs(3, 0) == data[0], "the child's table is its own");
		check(mx_catch(read_fs, a, NULL) == SIGSEGV);
	}
	/* Two processes with tables take turns on the CPU. */
	pid = mx_fork();
	if (!pid)
		set(3, &data[4], 15);
	for (i = 0; i < 200; i++) {
		check(via_fs(3, 0) == (pid ? data[0] : data[4]));
		syscall(SYS_sched_yield);
	}
	if (!pid)
		_exit(0);
	mx_reap(pid);
}

HELPER(ldt_empty)
{
	uint64_t table[4];
	unsigned int a[2] = { 3, 0 };
	int n = modify_ldt(0, table, sizeof(table));

	(void)argc;
	(void)argv;
	if (n == 0 && mx_catch(read_fs, a, NULL) == SIGSEGV)
		return 0;
	return 1;
}

TEST(ldt_exec_clears)
{
	pid_t pid = mx_fork();

	if (!pid) {
		set(3, &data[0], 15);
		mx_exec_helper("ldt_empty", NULL);
	}
	mx_reap(pid);
}

static void *ldt_thread(void *arg)
{
	unsigned int i, me = (uintptr_t)arg;

	/* The table is of the address space: what main set, we see. */
	check(via_fs(5, 0) == data[20]);
	for (i = 0; i < 20; i++) {
		set(100 + me, &data[24 + me * 4], 15);
		syscall(SYS_sched_yield);
		check(via_fs(100 + me, 0) == data[24 + me * 4]);
	}
	return NULL;
}

TEST(ldt_threads)
{
	pthread_t th[3];
	uintptr_t i;

	for (i = 0; i < 16; i++)
		data[20 + i] = mx_word(53, i);
	set(5, &data[20], 15);
	for (i = 0; i < 3; i++)
		check(!pthread_create(&th[i], NULL, ldt_thread, (void *)i));
	for (i = 0; i < 3; i++)
		check(!pthread_join(th[i], NULL));
	for (i = 0; i < 3; i++)
		check(via_fs(100 + i, 0) == data[24 + i * 4]);
}

/* A 32-bit code segment of our own, called through a far pointer. */
TEST(ldt_code_segment)
{
	static const unsigned char code[] = {
		0xb8, 0x78, 0x56, 0x34, 0x12,	/* mov $0x12345678, %eax */
		0x66, 0x8c, 0xc9,		/* mov %cs, %cx */
		0xcb,				/* lret */
	};
	struct user_desc d;
	struct {
		uint32_t off;
		uint16_t sel;
	} __attribute__((packed)) far = { 0x10, SEL(9) };
	uint32_t eax, ecx = 0;
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(p != MAP_FAILED);
	memcpy(p + 0x10, code, sizeof(code));
	d = desc(9, p, PAGE - 1);
	d.contents = MODIFY_LDT_CONTENTS_CODE;
	check(!modify_ldt(0x11, &d, sizeof(d)));
	asm volatile("lcall *%2" : "=a" (eax), "+c" (ecx) : "m" (far)
		     : "memory");
	check(eax == 0x12345678 && (ecx & 0xffff) == SEL(9));
}

/* What would open the machine is refused: conforming code, call gates. */
TEST(ldt_refused)
{
	struct user_desc d = desc(4, NULL, 15);

	d.contents = 3;
	d.seg_not_present = 0;
	check(modify_ldt(1, &d, sizeof(d)) == -1 && errno == EINVAL);
	d.contents = 3;
	check(modify_ldt(0x11, &d, sizeof(d)) == -1 && errno == EINVAL);
	check(modify_ldt(0x11, &d, sizeof(d) - 1) == -1 && errno == EINVAL);
	check(modify_ldt(77, &d, sizeof(d)) == -1 && errno == ENOSYS);
}

static volatile sig_atomic_t segv;

static void on_segv(int sig)
{
	(void)sig;
	segv++;
}

/* A selector in a register survives signals and switches while it is valid. */
TEST(ldt_selector_kept)
{
	struct sigaction sa = { .sa_handler = on_segv };
	unsigned short fs, es;
	unsigned int i;

	set(6, &data[0], 0xff);
	check(!sigaction(SIGUSR1, &sa, NULL));
	for (i = 0; i < 20; i++) {
		long ret;

		asm volatile("mov %w4, %%fs; mov %w4, %%es\n\t"
			     "int $0x80\n\t"
			     "mov %%fs, %1; mov %%es, %2\n\t"
			     "mov %5, %%fs; push %%ds; pop %%es"
			     : "=&a" (ret), "=&r" (fs), "=&r" (es)
			     : "0" (37), "r" (SEL(6)), "r" (0), "b" (getpid()),
			       "c" (SIGUSR1)
			     : "memory");
		check(ret == 0 && fs == SEL(6) && es == SEL(6));
		asm volatile("mov %w3, %%fs\n\t"
			     "int $0x80\n\t"
			     "mov %%fs, %1; mov %4, %%fs"
			     : "=&a" (ret), "=&r" (fs)
			     : "0" (158), "r" (SEL(6)), "r" (0) : "memory");
		check(fs == SEL(6));
	}
	check(segv == 20);
}
