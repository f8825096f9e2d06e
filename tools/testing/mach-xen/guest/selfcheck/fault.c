// SPDX-License-Identifier: GPL-2.0
/*
 * Page faults: the address, the error code and the reason reported for each
 * state a page can be in.  Under Xen the address comes from the hypervisor,
 * not from CR2; a stale or a lost one shows here.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ktap.h"

#define PF_PROT		1
#define PF_WRITE	2
#define PF_USER		4

static void do_read(void *p)
{
	(void)*(volatile uint32_t *)p;
}

static void do_write(void *p)
{
	*(volatile uint32_t *)p = 1;
}

static void do_add(void *p)
{
	asm volatile("lock; addl $1, %0" : "+m" (*(uint32_t *)p) :: "memory");
}

static char *map(unsigned int pages, int prot)
{
	char *p = mmap(NULL, pages * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	check(p != MAP_FAILED);
	return p;
}

static void expect(void (*fn)(void *), void *p, void *at, int code,
		   unsigned long err, int line)
{
	struct mx_fault f;
	int sig = mx_catch(fn, p, &f);

	check(sig == SIGSEGV, "line %d: signal %d", line, sig);
	check(f.addr == (uintptr_t)at, "line %d: at %#lx, expected %p", line,
	      f.addr, at);
	check(f.code == code, "line %d: code %d", line, f.code);
	check(f.trapno == 14, "line %d: trap %lu", line, f.trapno);
	check((f.err & 7) == err, "line %d: error code %#lx", line, f.err);
}

#define EXPECT(fn, p, at, code, err) expect(fn, p, at, code, err, __LINE__)

TEST(fault_page_states)
{
	char *p = map(8, PROT_READ | PROT_WRITE);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		/* Unmapped, never touched and after use. */
		check(!munmap(p + 4 * PAGE, PAGE));
		EXPECT(do_read, p + 4 * PAGE + 8, p + 4 * PAGE + 8, SEGV_MAPERR,
		       PF_USER);
		EXPECT(do_write, p + 4 * PAGE + 8, p + 4 * PAGE + 8,
		       SEGV_MAPERR, PF_USER | PF_WRITE);
		/* Straddling: the address is that of the second page. */
		EXPECT(do_read, p + 4 * PAGE - 2, p + 4 * PAGE, SEGV_MAPERR,
		       PF_USER);
		/* PROT_NONE with a page behind it, and without. */
		p[PAGE] = 1;
		check(!mprotect(p + PAGE, 2 * PAGE, PROT_NONE));
		/* x86 keeps such a page non-present. */
		EXPECT(do_read, p + PAGE + 16, p + PAGE + 16, SEGV_ACCERR,
		       PF_USER);
		EXPECT(do_read, p + 2 * PAGE, p + 2 * PAGE, SEGV_ACCERR,
		       PF_USER);
		check(!mprotect(p + PAGE, 2 * PAGE, PROT_READ));
		check(p[PAGE] == 1);
		EXPECT(do_write, p + PAGE + 16, p + PAGE + 16, SEGV_ACCERR,
		       PF_USER | PF_WRITE | PF_PROT);
		EXPECT(do_add, p + PAGE + 16, p + PAGE + 16, SEGV_ACCERR,
		       PF_USER | PF_WRITE | PF_PROT);
		check(!mprotect(p + PAGE, 2 * PAGE, PROT_READ | PROT_WRITE));
		p[PAGE] = 2;
		check(p[PAGE] == 2);
		check(mmap(p + 4 * PAGE, PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
		      MAP_FAILED);
		check(p[4 * PAGE + 8] == 0);
		p[4 * PAGE + 8] = 3;
	}
}

/* What belongs to the kernel, or to the hypervisor above it. */
TEST(fault_kernel_addresses)
{
	static const uint32_t addr[] = {
		0xc0000000, 0xc0100000, 0xc1000000, 0xd0000000, 0xf5700000,
		0xf5800000, 0xf5801000, 0xf6800000, 0xf7fff000, 0xfc000000,
		0xff800000, 0xffbff000, 0xffc00000, 0xfffff000, 0xfffffffc,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addr); i++) {
		void *p = (void *)(uintptr_t)addr[i];

		EXPECT(do_read, p, p, SEGV_MAPERR, PF_USER | PF_PROT);
		EXPECT(do_write, p, p, SEGV_MAPERR,
		       PF_USER | PF_PROT | PF_WRITE);
		/* And by way of the kernel. */
		check(write(1, p, 4) == -1);
	}
	EXPECT(do_read, (void *)0, (void *)0, SEGV_MAPERR, PF_USER);
	EXPECT(do_write, (void *)0xffc, (void *)0xffc, SEGV_MAPERR,
	       PF_USER | PF_WRITE);
}

/* A mapping longer than its file. */
TEST(fault_past_end_of_file)
{
	struct mx_fault f;
	int fd = memfd_create("fault", 0);
	char *p;

	check(fd >= 0 && !ftruncate(fd, PAGE));
	p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(p != MAP_FAILED);
	check(mx_catch(do_write, p + 12, NULL) == 0);
	check(mx_catch(do_read, p + PAGE + 12, &f) == SIGBUS);
	check(f.code == BUS_ADRERR && f.addr == (uintptr_t)p + PAGE + 12);
	check(!ftruncate(fd, 2 * PAGE));
	check(mx_catch(do_read, p + PAGE + 12, NULL) == 0);
	check(!ftruncate(fd, 0));
	check(mx_catch(do_read, p, &f) == SIGBUS);
	check(f.addr == (uintptr_t)p);
}

/* Copying in the kernel stops exactly at the hole, for read and for write. */
TEST(fault_copy_user)
{
	char *p = map(3, PROT_READ | PROT_WRITE);
	int fd[2];
	unsigned int i;

	check(!munmap(p + 2 * PAGE, PAGE));
	check(!pipe(fd));
	for (i = 1; i < 40; i += 3) {
		check(write(fd[1], p + 2 * PAGE - i, i) == (ssize_t)i);
		check(read(fd[0], p, i) == (ssize_t)i);
		check(mx_int80(SYS_getcwd, (long)(p + 2 * PAGE - 1), 64, 0, 0,
			       0) == -14);
	}
	check(mx_int80(SYS_write, fd[1], (long)p + 2 * PAGE, 8, 0, 0) == -14);
	check(mx_int80(SYS_uname, (long)p + 2 * PAGE - 16, 0, 0, 0, 0) == -14);
}
