// SPDX-License-Identifier: GPL-2.0
/*
 * Address-space randomization of programs: with ADDR_NO_RANDOMIZE every
 * start looks the same, without it stack, mappings and vDSO wander.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

#include "ktap.h"

#define STARTS	6

struct where {
	uint32_t stack, map, vdso, brk;
};

HELPER(where)
{
	struct where w = {
		.stack = (uintptr_t)&argc & ~0xfffu,
		.map = (uintptr_t)mmap(NULL, PAGE, PROT_READ,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		.vdso = getauxval(AT_SYSINFO_EHDR),
		.brk = (uintptr_t)sbrk(0) & ~0xfffu,
	};

	return write(atoi(argv[1]), &w, sizeof(w)) != sizeof(w);
}

static void collect(struct where *w, unsigned long persona)
{
	char num[12];
	int p[2], i;

	check(!pipe(p));
	snprintf(num, sizeof(num), "%d", p[1]);
	for (i = 0; i < STARTS; i++) {
		pid_t pid = mx_fork();

		if (!pid) {
			personality(persona);
			mx_exec_helper("where", num, NULL);
		}
		mx_reap(pid);
		check(read(p[0], &w[i], sizeof(*w)) == sizeof(*w));
	}
}

TEST(aslr_off)
{
	struct where w[STARTS];
	int i;

	collect(w, ADDR_NO_RANDOMIZE);
	for (i = 1; i < STARTS; i++)
		check(w[i].stack == w[0].stack && w[i].map == w[0].map &&
		      w[i].vdso == w[0].vdso && w[i].brk == w[0].brk);
}

/* Six starts: one and the same address by chance is not to be expected. */
TEST(aslr_on)
{
	struct where w[STARTS];
	int i, stack = 0, map = 0, vdso = 0, brk = 0, mode = -1;
	FILE *f = fopen("/proc/sys/kernel/randomize_va_space", "r");

	if (f) {
		check(fscanf(f, "%d", &mode) == 1);
		fclose(f);
	}
	if (mode == 0)
		mx_skip("randomize_va_space is 0");
	collect(w, 0);
	for (i = 1; i < STARTS; i++) {
		stack += w[i].stack != w[0].stack;
		map += w[i].map != w[0].map;
		vdso += w[i].vdso != w[0].vdso;
		brk += w[i].brk != w[0].brk;
	}
	check(stack && map && vdso && (brk || mode < 2));
}
