// SPDX-License-Identifier: GPL-2.0
/*
 * Programs started: scripts, long argument lists, refusals, and the map of
 * an address space as the kernel shows it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"

static void put_file(const char *name, const char *text, mode_t mode)
{
	int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0700);

	check(fd >= 0, "%s", name);
	check(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	check(!fchmod(fd, mode));
	close(fd);
}

static int spawn(const char *file, char *const argv[])
{
	static char *const env[] = { "MACH=xen", NULL };
	pid_t pid = mx_fork();

	if (!pid) {
		execve(file, argv, env);
		_exit(errno);
	}
	return mx_wait(pid);
}

TEST(exec_script)
{
	static char *const argv[] = { "script", "3", NULL };

	put_file("/tmp/mx-script", "#!/bin/sh\n"
		 "test \"$MACH\" = xen || exit 1\nexit $(($1 + 4))\n", 0755);
	check(spawn("/tmp/mx-script", argv) == 7 << 8);
	check(spawn("/tmp/mx-none", argv) == ENOENT << 8);
	put_file("/tmp/mx-script", "neither ELF nor script", 0755);
	check(spawn("/tmp/mx-script", argv) == ENOEXEC << 8);
	put_file("/tmp/mx-script", "#!/bin/sh\n", 0644);
	check(spawn("/tmp/mx-script", argv) == EACCES << 8);
	unlink("/tmp/mx-script");
}

HELPER(count_args)
{
	int i;

	/* argv[0] is the helper's name. */
	for (i = 1; i < argc; i++)
		if (strlen(argv[i]) != 4000 || argv[i][17] != 'a' + i % 26)
			return 1;
	return argc - 1 == 50 ? 0 : 2;
}

/* Arguments over many pages, copied from the old space to the new. */
TEST(exec_long_arguments)
{
	char *argv[54] = { "selfcheck", "--helper", "count_args" };
	int i;

	for (i = 1; i <= 50; i++) {
		char *s = malloc(4001);

		check(s);
		memset(s, 'a' + i % 26, 4000);
		s[4000] = 0;
		argv[i + 2] = s;
	}
	check(spawn("/proc/self/exe", argv) == 0);
	argv[40][17] = '.';
	check(spawn("/proc/self/exe", argv) == 1 << 8);
	argv[40] = NULL;
	check(spawn("/proc/self/exe", argv) == 2 << 8);
}

/* Nothing twice, nothing in the kernel's part, a stack and a vDSO. */
TEST(exec_proc_maps)
{
	unsigned long from, to, last = 0, vdso = getauxval(AT_SYSINFO_EHDR);
	unsigned long here = (uintptr_t)&from;
	bool has_vdso = false, has_stack = false;
	char buf[512], perm[8];
	FILE *f = fopen("/proc/self/maps", "r");

	check(f);
	while (fgets(buf, sizeof(buf), f)) {
		check(sscanf(buf, "%lx-%lx %7s", &from, &to, perm) == 3);
		check(from >= last && to > from && to <= 0xc0000000, "%s", buf);
		last = to;
		if (strstr(buf, "[vdso]")) {
			has_vdso = from == vdso;
			check(!strncmp(perm, "r-xp", 4));
		}
		if (strstr(buf, "[stack]")) {
			has_stack = from <= here && here < to;
			check(!strncmp(perm, "rw-p", 4), "%s", buf);
		}
		check(!strchr(perm, 'w') || !strchr(perm, 'x'), "%s", buf);
	}
	fclose(f);
	check(has_vdso && has_stack);
	check(!memcmp((void *)vdso, "\177ELF\001", 5));
}
