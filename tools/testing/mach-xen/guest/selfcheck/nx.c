// SPDX-License-Identifier: GPL-2.0
/*
 * Execution: pages without the permission fault when run, pages that gain
 * or lose it change at once, and code that is rewritten runs as rewritten.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

#include "ktap.h"

#define RW	(PROT_READ | PROT_WRITE)
#define RX	(PROT_READ | PROT_EXEC)
#define RWX	(RW | PROT_EXEC)

/* mov $n, %eax; ret */
static void emit(char *p, uint32_t n)
{
	p[0] = 0xb8;
	memcpy(p + 1, &n, 4);
	p[5] = 0xc3;
}

static uint32_t result;

static void call(void *p)
{
	result = ((uint32_t (*)(void))p)();
}

static char *page(int prot)
{
	char *p = mmap(NULL, PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(p != MAP_FAILED);
	return p;
}

/* The CPU may be too old; only /proc/cpuinfo knows what the kernel uses. */
static bool has_nx(void)
{
	char buf[2048];
	FILE *f = fopen("/proc/cpuinfo", "r");
	bool nx = false;

	check(f, "/proc/cpuinfo");
	while (fgets(buf, sizeof(buf), f))
		if (!strncmp(buf, "flags", 5) && strstr(buf, " nx"))
			nx = true;
	fclose(f);
	return nx;
}

TEST(nx_data_not_executable)
{
	char stack[64], *p = page(RW), *heap;
	struct mx_fault f;
	unsigned int i;

	if (!has_nx())
		mx_skip("the CPU has no NX");
	emit(p, 1);
	check(mx_catch(call, p, &f) == SIGSEGV, "signal %d", f.sig);
	check(f.addr == (uintptr_t)p && f.eip == (uintptr_t)p);
	check(f.code == SEGV_ACCERR && (f.err & 0x15) == 0x15,
	      "error code %#lx", f.err);
	emit(stack, 2);
	check(mx_catch(call, stack, NULL) == SIGSEGV, "stack");
	heap = sbrk(PAGE);
	check(heap != (void *)-1);
	emit(heap, 3);
	check(mx_catch(call, heap, NULL) == SIGSEGV, "heap");
	/* Back and forth: the change takes effect each time. */
	for (i = 0; i < 20; i++) {
		emit(p, i);
		check(!mprotect(p, PAGE, RX));
		check(mx_catch(call, p, NULL) == 0 && result == i);
		check(!mprotect(p, PAGE, RW));
		check(mx_catch(call, p, NULL) == SIGSEGV);
	}
}

static void write_byte(void *p)
{
	*(volatile char *)p = 1;
}

TEST(nx_code_not_writable)
{
	char *p = page(RW);

	emit(p, 5);
	check(!mprotect(p, PAGE, RX));
	check(mx_catch(write_byte, p, NULL) == SIGSEGV);
	check(mx_catch(write_byte, (void *)(uintptr_t)write_byte, NULL) ==
	      SIGSEGV);
	check(mx_catch(call, p, NULL) == 0 && result == 5);
}

TEST(nx_self_modifying_code)
{
	char *p = page(RWX);
	unsigned int i;
	pid_t pid;

	for (i = 0; i < 500; i++) {
		emit(p + i % 64, i);
		check(((uint32_t (*)(void))(p + i % 64))() == i);
	}
	/* And on a page that is copied first. */
	emit(p, 1);
	pid = mx_fork();
	if (!pid) {
		emit(p, 2);
		check(((uint32_t (*)(void))p)() == 2);
		_exit(0);
	}
	mx_reap(pid);
	check(((uint32_t (*)(void))p)() == 1);
}

TEST(nx_read_implies_exec)
{
	char *p;

	check(personality(READ_IMPLIES_EXEC) != -1);
	p = page(RW);
	emit(p, 7);
	check(mx_catch(call, p, NULL) == 0 && result == 7);
}
