// SPDX-License-Identifier: GPL-2.0
/*
 * Address spaces made and torn down: every fork, exec and exit pins,
 * unpins and frees page tables under Xen.
 */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"

HELPER(exit)
{
	return argc > 1 ? atoi(argv[1]) : 1;
}

TEST(fork_storm)
{
	unsigned int i;

	for (i = 0; i < 150; i++) {
		pid_t pid = mx_fork();

		if (!pid)
			_exit(i & 63);
		check(mx_wait(pid) == (int)(i & 63) << 8);
	}
}

/* Many alive at once, ended in another order than they were made in. */
TEST(fork_many_alive)
{
	pid_t pid[40];
	int p[2], i;
	char c;

	check(!pipe(p));
	for (i = 0; i < 40; i++) {
		pid[i] = mx_fork();
		if (!pid[i]) {
			close(p[1]);
			while (read(p[0], &c, 1) > 0)
				;
			_exit(i);
		}
	}
	for (i = 1; i < 40; i += 2)
		check(!kill(pid[i], SIGKILL));
	for (i = 39; i > 0; i -= 2)
		check(mx_wait(pid[i]) == SIGKILL);
	close(p[1]);
	for (i = 0; i < 40; i += 2)
		check(mx_wait(pid[i]) == i << 8);
}

static void descend(uint32_t *page, int level)
{
	pid_t pid;

	page[level] = mx_word(31, level);
	if (level == 24)
		return;
	pid = mx_fork();
	if (!pid) {
		descend(page, level + 1);
		_exit(0);
	}
	mx_reap(pid);
	/* What the descendants wrote is theirs. */
	check(page[level + 1] == 0);
}

TEST(fork_depth)
{
	uint32_t *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(page != MAP_FAILED);
	descend(page, 0);
}

TEST(fork_exec)
{
	char arg[8];
	int i;

	for (i = 0; i < 25; i++) {
		pid_t pid = mx_fork();

		if (!pid) {
			arg[0] = '0' + i % 10;
			arg[1] = 0;
			mx_exec_helper("exit", arg, NULL);
		}
		check(mx_wait(pid) == (i % 10) << 8);
	}
}

TEST(fork_vfork_exec)
{
	static char *const argv[] = {
		"selfcheck", "--helper", "exit", "9", NULL
	};
	volatile int marker = 0;
	int i;

	for (i = 0; i < 25; i++) {
		pid_t pid = vfork();

		check(pid >= 0);
		if (!pid) {
			/* Shares the parent's memory until the exec. */
			marker = i + 1;
			execv("/proc/self/exe", argv);
			_exit(127);
		}
		check(marker == i + 1);
		check(mx_wait(pid) == 9 << 8);
	}
}

/* Several processes fork at the same time. */
TEST(fork_parallel)
{
	pid_t pid[4];
	int i, j;

	for (i = 0; i < 4; i++) {
		pid[i] = mx_fork();
		if (pid[i])
			continue;
		for (j = 0; j < 25; j++) {
			pid_t c = mx_fork();

			if (!c)
				_exit(j);
			check(mx_wait(c) == j << 8);
		}
		_exit(0);
	}
	for (i = 0; i < 4; i++)
		mx_reap(pid[i]);
}

/* A process that dies by a signal in the middle of everything is cleaned up. */
TEST(fork_killed_with_memory)
{
	int i, p[2];
	char c;

	for (i = 0; i < 6; i++) {
		pid_t pid;

		check(!pipe(p));
		pid = mx_fork();
		if (!pid) {
			char *m = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			check(m != MAP_FAILED);
			memset(m, i, 4 * MIB);
			check(write(p[1], "r", 1) == 1);
			for (;;)
				pause();
		}
		check(read(p[0], &c, 1) == 1);
		check(!kill(pid, SIGKILL));
		check(mx_wait(pid) == SIGKILL);
		close(p[0]);
		close(p[1]);
	}
}
