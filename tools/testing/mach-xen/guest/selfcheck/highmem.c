// SPDX-License-Identifier: GPL-2.0
/*
 * A large part of free memory, most of it high memory where there is any,
 * filled with words that name their place and read back.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ktap.h"

/* Bounded, so that a large guest does not take minutes under emulation. */
#define LIMIT	(160 * MIB)

TEST(highmem_pattern)
{
	unsigned long size = mx_meminfo("MemAvailable") / 2 * 1024;
	unsigned long pages, i;
	char *p;

	if (size > LIMIT)
		size = LIMIT;
	check(size >= MIB, "MemAvailable in /proc/meminfo");
	pages = size / PAGE;
	mx_note("%lu MiB of %lu MiB, high memory %lu MiB", size / MIB,
		mx_meminfo("MemTotal") / 1024, mx_meminfo("HighTotal") / 1024);
	p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(p != MAP_FAILED);
	for (i = 0; i < pages; i++) {
		volatile uint32_t *w = (uint32_t *)(p + i * PAGE);

		check(w[9] == 0 && w[1023] == 0, "page %lu is not fresh", i);
		w[0] = mx_word(61, i);
		w[1023] = mx_word(62, i);
	}
	for (i = 0; i < pages; i++) {
		volatile uint32_t *w = (uint32_t *)(p + i * PAGE);

		check(w[0] == mx_word(61, i) && w[1023] == mx_word(62, i),
		      "page %lu", i);
	}
}

/* The kernel's own access to such pages: page cache written and read. */
TEST(highmem_page_cache)
{
	unsigned long size = mx_meminfo("MemAvailable") / 4 * 1024;
	int fd = memfd_create("highmem", 0);
	static uint32_t buf[PAGE / 2];
	unsigned long i, j, n;

	check(fd >= 0);
	if (size > 24 * MIB)
		size = 24 * MIB;
	n = size / sizeof(buf);
	check(n > 0);
	for (i = 0; i < n; i++) {
		for (j = 0; j < ARRAY_SIZE(buf); j += 16)
			buf[j] = mx_word(i, j);
		check(write(fd, buf, sizeof(buf)) == sizeof(buf));
	}
	check(lseek(fd, 0, SEEK_SET) == 0);
	for (i = 0; i < n; i++) {
		check(read(fd, buf, sizeof(buf)) == sizeof(buf));
		for (j = 0; j < ARRAY_SIZE(buf); j += 16)
			check(buf[j] == mx_word(i, j), "block %lu", i);
	}
}
