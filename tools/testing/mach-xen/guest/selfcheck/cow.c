// SPDX-License-Identifier: GPL-2.0
/*
 * Copy-on-write: after fork each side sees its own data and only that, in
 * whatever order the two write, and shared mappings stay shared.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ktap.h"

#define PAGES	512
#define WORDS	(PAGE / 4)

static uint32_t *area(int flags, int fd)
{
	uint32_t *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags,
			   fd, 0);

	check(p != MAP_FAILED);
	return p;
}

/* A whole page, so that a torn copy shows as well as a wrong page. */
static void put(uint32_t *p, unsigned int page, uint32_t seed)
{
	unsigned int i;

	for (i = 0; i < WORDS; i += 8)
		p[page * WORDS + i] = mx_word(seed, page * WORDS + i);
}

static void see(uint32_t *p, unsigned int page, uint32_t seed, const char *who)
{
	unsigned int i;

	for (i = 0; i < WORDS; i += 8)
		check(p[page * WORDS + i] == mx_word(seed, page * WORDS + i),
		      "%s: page %u word %u", who, page, i);
}

/* Two processes take turns; each writes pages the other still shares. */
TEST(cow_parent_child)
{
	uint32_t *p = area(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int to[2], from[2];
	unsigned int i;
	pid_t pid;
	char c;

	check(!pipe(to) && !pipe(from));
	for (i = 0; i < PAGES; i++)
		put(p, i, 1);
	pid = mx_fork();
	if (!pid) {
		for (i = 0; i < PAGES; i += 2)
			put(p, i, 2);
		check(write(from[1], "1", 1) == 1 && read(to[0], &c, 1) == 1);
		for (i = 0; i < PAGES; i++)
			see(p, i, i & 1 ? 1 : 2, "child");
		_exit(0);
	}
	check(read(from[0], &c, 1) == 1);
	for (i = 0; i < PAGES; i++)
		see(p, i, 1, "parent");
	for (i = 0; i < PAGES; i += 3)
		put(p, i, 3);
	check(write(to[1], "2", 1) == 1);
	mx_reap(pid);
	for (i = 0; i < PAGES; i++)
		see(p, i, i % 3 ? 1 : 3, "parent");
}

/* Generations: a grandchild keeps what its dead parents had. */
TEST(cow_generations)
{
	uint32_t *p = area(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	unsigned int i, gen;
	pid_t pid;

	for (i = 0; i < 64; i++)
		put(p, i, 1);
	for (gen = 2; gen < 8; gen++) {
		pid = mx_fork();
		if (pid) {
			mx_reap(pid);
			for (i = 0; i < 64; i++)
				see(p, i, i && i < gen - 1 ? i + 1 : 1,
				    "ancestor");
			if (gen > 2)
				_exit(0);
			return;
		}
		put(p, gen - 1, gen);
	}
	for (i = 0; i < 64; i++)
		see(p, i, i && i < 7 ? i + 1 : 1, "youngest");
	_exit(0);
}

TEST(cow_shared_stays_shared)
{
	uint32_t *p = area(MAP_SHARED | MAP_ANONYMOUS, -1);
	unsigned int i;
	pid_t pid;

	for (i = 0; i < PAGES; i += 2)
		put(p, i, 1);
	pid = mx_fork();
	if (!pid) {
		for (i = 0; i < PAGES; i += 2)
			see(p, i, 1, "child");
		for (i = 0; i < PAGES; i++)
			put(p, i, 2);
		_exit(0);
	}
	mx_reap(pid);
	for (i = 0; i < PAGES; i++)
		see(p, i, 2, "parent");
}

/* A private file mapping copies on write; the file and a sharer do not see. */
TEST(cow_private_file)
{
	int fd = memfd_create("cow", 0);
	uint32_t *s, *p;
	unsigned int i;

	check(fd >= 0 && !ftruncate(fd, PAGES * PAGE));
	s = area(MAP_SHARED, fd);
	p = area(MAP_PRIVATE, fd);
	for (i = 0; i < PAGES; i++)
		put(s, i, 1);
	for (i = 0; i < PAGES; i++)
		see(p, i, 1, "private");
	for (i = 0; i < PAGES; i += 2)
		put(p, i, 2);
	for (i = 0; i < PAGES; i++) {
		see(s, i, 1, "shared");
		see(p, i, i & 1 ? 1 : 2, "private");
	}
	for (i = 1; i < PAGES; i += 2)
		put(s, i, 3);
	for (i = 0; i < PAGES; i++)
		see(p, i, i & 1 ? 3 : 2, "private, not yet copied");
}

/* The zero page is read by all and written by none. */
TEST(cow_zero_page)
{
	uint32_t *p = area(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	uint32_t *q = area(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		check(p[i * WORDS] == 0 && q[i * WORDS] == 0);
	for (i = 0; i < PAGES; i++)
		p[i * WORDS] = mx_word(4, i);
	for (i = 0; i < PAGES; i++) {
		check(q[i * WORDS] == 0 && q[i * WORDS + 1] == 0);
		check(p[i * WORDS] == mx_word(4, i) && p[i * WORDS + 1] == 0);
	}
}

/* The kernel writes to copy-on-write pages too (WP in ring 0 and ring 1). */
TEST(cow_kernel_writes)
{
	uint32_t *p = area(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	unsigned int i;
	int fd[2];
	pid_t pid;

	check(!pipe(fd));
	for (i = 0; i < 32; i++)
		put(p, i, 1);
	pid = mx_fork();
	if (!pid) {
		for (i = 0; i < 32; i++) {
			uint32_t w = ~mx_word(1, i * WORDS);

			check(write(fd[1], &w, 4) == 4);
			check(read(fd[0], &p[i * WORDS], 4) == 4);
			check(p[i * WORDS] == w);
		}
		_exit(0);
	}
	mx_reap(pid);
	for (i = 0; i < 32; i++)
		see(p, i, 1, "parent");
}
