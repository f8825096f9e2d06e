// SPDX-License-Identifier: GPL-2.0
/*
 * An operation is done again and again. Its first memory allocation fails, the next time its
 * second one, until it makes no more. It may fail each time, but in the end it works.
 * /proc/self/fail-nth lets an allocation fail (the kernel's Documentation/fault-injection),
 * where it has CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC.
 */
#include <asm/ldt.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "smpcheck.h"

#define MAX_NTH		1000

/* Exit status of the process that does the operation */
#define FAILED		1
#define NTH_CAME	2

static pid_t fork_sleeper(void)
{
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	return pid;
}

static bool do_fork(void)
{
	pid_t pid = fork_sleeper();

	return pid > 0 && !kill(pid, SIGKILL) && waitpid(pid, NULL, 0) == pid;
}

/* If it works, it does not come back. */
static bool do_exec(void)
{
	execl("/proc/self/exe", "smpcheck", "nth-came", NULL);
	return false;
}

/* Over two page tables of a PMD page that has no other */
static bool do_mmap(void)
{
	char *at = (char *)0x7fe00000;
	size_t size = 0x400000;
	bool good;

	if (mmap(at, size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at)
		return false;
	at[0] = 1;
	at[size - 1] = 1;
	good = !mprotect(at, 4096, PROT_READ);
	return !munmap(at, size) && good;
}

/* An LDT of more than a page */
static bool do_ldt(void)
{
	struct user_desc desc = {
		.entry_number = 8000,
		.limit = 0xfffff,
		.seg_32bit = 1,
		.limit_in_pages = 1,
		.useable = 1,
	};

	return !syscall(SYS_modify_ldt, 0x11, &desc, sizeof(desc));
}

static bool do_grants(void)
{
	return !grants(0, 1);
}

static const struct op {
	const char *name;
	bool (*run)(void);
} ops[] = {
	{ "fork", do_fork },
	{ "exec", do_exec },
	{ "mmap", do_mmap },
	{ "ldt", do_ldt },
	{ "grants", do_grants },
};

/* What is left of the count in /proc/self/fail-nth is 0 when it has come. */
static int nth_came(int fd)
{
	char text[12] = "";

	return pread(fd, text, sizeof(text) - 1, 0) > 0 && !atoi(text) ? NTH_CAME : 0;
}

/* "smpcheck nth-came": the program that do_exec() starts */
int nth_exec(void)
{
	int fd = open("/proc/self/fail-nth", O_RDONLY);

	/* The allocation that fails may be one of that open(). */
	return fd < 0 ? NTH_CAME : nth_came(fd);
}

static int do_op(const struct op *op, unsigned int nth)
{
	pid_t pid = fork();
	char text[12];
	bool good;
	int fd, status;

	if (!pid) {
		fd = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
		snprintf(text, sizeof(text), "%u", nth);
		if (nth && pwrite(fd, text, strlen(text), 0) < 0)
			_exit(255);
		good = op->run();
		status = nth_came(fd);
		pwrite(fd, "0", 1, 0);
		_exit((good ? 0 : FAILED) | (nth ? status : 0));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 255;
	/*
	 * A program that cannot be started any more is killed. 127 is from the C library, when
	 * one of its first system calls fails.
	 */
	if (op->run == do_exec && (WIFSIGNALED(status) || WEXITSTATUS(status) == 127))
		return FAILED | NTH_CAME;
	if (WIFSIGNALED(status))
		return 255;
	return WEXITSTATUS(status);
}

static pid_t sleepers[2 * MAX_NTH];
static unsigned int nr_sleepers;

/*
 * Processes that have ended left their top levels of page tables to the kernel's pool. Two new
 * processes take them, so that the operation has to allocate its own.
 */
static bool empty_the_pool(void)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		pid_t pid = fork_sleeper();

		if (pid < 0) {
			perror("# fork");
			return false;
		}
		sleepers[nr_sleepers++] = pid;
	}
	return true;
}

/* The caller has to look at the kernel's log, too. */
int nth(const char *name)
{
	unsigned int n, came = 0, failed = 0, i;
	const struct op *op = NULL;
	int status = NTH_CAME;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!strcmp(ops[i].name, name))
			op = &ops[i];
	}
	if (!op || access("/proc/self/fail-nth", W_OK)) {
		printf("# there is no operation %s, or no /proc/self/fail-nth\n", name);
		return 1;
	}
	for (n = 1; status & NTH_CAME && n <= MAX_NTH; n++) {
		status = empty_the_pool() ? do_op(op, n) : 255;
		if (status & ~(FAILED | NTH_CAME))
			break;
		came += !!(status & NTH_CAME);
		failed += status & FAILED;
	}
	while (nr_sleepers) {
		kill(sleepers[--nr_sleepers], SIGKILL);
		waitpid(sleepers[nr_sleepers], NULL, 0);
	}
	printf("# %s: %u allocations, the operation failed %u times; last status %d\n", name, came,
	       failed, status);
	/* A program that is started without a count sees one that has come, too. */
	return status || !came || !failed || do_op(op, 0) & ~NTH_CAME;
}
