// SPDX-License-Identifier: GPL-2.0
/*
 * Port permissions of a process, which the kernel keeps per process and the
 * hypervisor checks again.  Port 0x80, the diagnostics port, harms nobody.
 */
#include <errno.h>
#include <signal.h>
#include <sys/io.h>
#include <unistd.h>

#include "ktap.h"

static void out(void *port)
{
	outb(0, (uintptr_t)port);
}

static void in(void *port)
{
	(void)inb((uintptr_t)port);
}

static void do_cli(void *arg)
{
	(void)arg;
	asm volatile("cli");
}

#define DIES(fn, port)	(mx_catch(fn, (void *)(port), NULL) == SIGSEGV)
#define LIVES(fn, port)	(mx_catch(fn, (void *)(port), NULL) == 0)

TEST(ioport_ioperm)
{
	pid_t pid;

	check(DIES(out, 0x80) && DIES(in, 0x80));
	if (ioperm(0x80, 1, 1) && errno == ENOSYS)
		mx_skip("no ioperm() in this kernel");
	check(LIVES(out, 0x80) && LIVES(in, 0x80));
	check(DIES(out, 0x81) && DIES(in, 0x7f));
	pid = mx_fork();
	if (!pid) {
		/* Inherited; given up here, kept by the parent. */
		check(LIVES(out, 0x80) && DIES(out, 0x81));
		check(!ioperm(0x80, 1, 0));
		check(DIES(out, 0x80));
		_exit(0);
	}
	mx_reap(pid);
	check(LIVES(out, 0x80));
	pid = mx_fork();
	if (!pid) {
		check(!setuid(1000));
		check(ioperm(0x81, 1, 1) == -1 && errno == EPERM);
		_exit(0);
	}
	mx_reap(pid);
	check(!ioperm(0x80, 1, 0));
	check(DIES(out, 0x80));
	check(ioperm(0x10000, 1, 1) == -1 && errno == EINVAL);
}

TEST(ioport_iopl)
{
	uint32_t flags;

	if (iopl(3) && errno == ENOSYS)
		mx_skip("no iopl() in this kernel");
	check(LIVES(out, 0x80) && LIVES(in, 0x80));
	/* Ports only: the kernel pretends to obey, interrupts stay on. */
	check(LIVES(do_cli, 0));
	asm volatile("pushf; pop %0" : "=r" (flags));
	check(flags & 0x200);
	check(!iopl(0));
	check(DIES(out, 0x80) && DIES(in, 0x80) && DIES(do_cli, 0));
	check(iopl(4) == -1 && errno == EINVAL);
}

/* Others are not affected while this process has the port. */
TEST(ioport_switches)
{
	pid_t pid;
	int i;

	if (ioperm(0x80, 1, 1) && errno == ENOSYS)
		mx_skip("no ioperm() in this kernel");
	pid = mx_fork();
	if (!pid) {
		check(!ioperm(0x80, 1, 0));
		for (i = 0; i < 30; i++) {
			check(DIES(out, 0x80));
			usleep(0);
		}
		_exit(0);
	}
	for (i = 0; i < 30; i++) {
		check(LIVES(out, 0x80));
		usleep(0);
	}
	mx_reap(pid);
}
