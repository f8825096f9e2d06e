// SPDX-License-Identifier: GPL-2.0
/*
 * Patterns of mapping calls that move, split and free page tables while
 * they are in use.  Each page holds a word of its own; one that turns up in
 * the wrong place, or stays visible where it was, is seen.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ktap.h"

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

/* A reserved area, aligned to 4 MiB, to play in. */
static char *arena(size_t size)
{
	char *p = mmap(NULL, size + 4 * MIB, PROT_NONE, ANON | MAP_NORESERVE,
		       -1, 0);
	uintptr_t a;

	check(p != MAP_FAILED);
	a = ((uintptr_t)p + 4 * MIB - 1) & ~(4 * MIB - 1);
	return (char *)a;
}

static char *place(char *at, size_t size)
{
	char *p = mmap(at, size, RW, ANON | MAP_FIXED, -1, 0);

	check(p == at);
	return p;
}

static void fill(char *p, unsigned int pages, uint32_t seed, unsigned int step)
{
	unsigned int i;

	for (i = 0; i < pages; i += step)
		*(volatile uint32_t *)(p + i * PAGE + 64) = mx_word(seed, i);
}

static void verify(char *p, unsigned int pages, uint32_t seed,
		   unsigned int step, const char *what)
{
	unsigned int i;

	for (i = 0; i < pages; i += step)
		check(*(volatile uint32_t *)(p + i * PAGE + 64) ==
		      mx_word(seed, i), "%s: page %u of %p", what, i, p);
}

static void do_read(void *p)
{
	(void)*(volatile char *)p;
}

static void do_write(void *p)
{
	*(volatile char *)p = 1;
}

static void gone(char *p, unsigned int pages, const char *what)
{
	unsigned int i;

	for (i = 0; i < pages; i += 37)
		check(mx_catch(do_read, p + i * PAGE, NULL) == SIGSEGV,
		      "%s: page %u still there", what, i);
}

/* From and to: aligned whole page tables, and shifted so that none fits. */
TEST(mremap_moves)
{
	static const struct {
		size_t from, to, size;
	} move[] = {
		{ 0,		16 * MIB,		2 * MIB },
		{ 0,		16 * MIB,		4 * MIB },
		{ PAGE,		16 * MIB + PAGE,	4 * MIB },
		{ PAGE,		16 * MIB + 2 * PAGE,	4 * MIB },
		{ 2 * MIB - PAGE, 18 * MIB - PAGE,	2 * MIB + 2 * PAGE },
		{ 2 * MIB - PAGE, 18 * MIB,		2 * MIB + 2 * PAGE },
		{ 3 * PAGE,	20 * MIB - PAGE,	5 * PAGE },
		{ 0,		18 * MIB,		6 * MIB },
	};
	char *a = arena(32 * MIB);
	unsigned int i, pages;

	for (i = 0; i < ARRAY_SIZE(move); i++) {
		char *from = a + move[i].from, *to = a + move[i].to;

		pages = move[i].size / PAGE;
		place(from, move[i].size);
		fill(from, pages, i, 1 + i % 3);
		check(mremap(from, move[i].size, move[i].size,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
		verify(to, pages, i, 1 + i % 3, "moved");
		gone(from, pages, "moved");
		/* Writable at the new place, and back again. */
		fill(to, pages, i + 100, 1 + i % 3);
		check(mremap(to, move[i].size, move[i].size,
			     MREMAP_MAYMOVE | MREMAP_FIXED, from) == from);
		verify(from, pages, i + 100, 1 + i % 3, "moved back");
		gone(to, pages, "moved back");
		check(!munmap(from, move[i].size));
	}
}

/* The same while a child shares every page copy-on-write. */
TEST(mremap_with_child)
{
	char *a = arena(16 * MIB);
	int p[2];
	pid_t pid;
	char c;

	check(!pipe(p));
	place(a, 4 * MIB);
	fill(a, 1024, 5, 1);
	pid = mx_fork();
	if (!pid) {
		check(read(p[0], &c, 1) == 1);
		verify(a, 1024, 5, 1, "child");
		check(mremap(a, 4 * MIB, 4 * MIB, MREMAP_MAYMOVE | MREMAP_FIXED,
			     a + 10 * MIB) == a + 10 * MIB);
		verify(a + 10 * MIB, 1024, 5, 1, "child moved");
		_exit(0);
	}
	check(mremap(a, 4 * MIB, 4 * MIB, MREMAP_MAYMOVE | MREMAP_FIXED,
		     a + 8 * MIB) == a + 8 * MIB);
	verify(a + 8 * MIB, 1024, 5, 1, "parent moved");
	fill(a + 8 * MIB, 1024, 6, 1);
	check(write(p[1], "g", 1) == 1);
	mx_reap(pid);
	verify(a + 8 * MIB, 1024, 6, 1, "parent");
}

/* From one third-level entry to another: across the 1 GiB boundaries. */
TEST(mremap_across_gib)
{
	static const uintptr_t where[] = {
		0x40000000 - 2 * MIB, 0x80000000 - 2 * MIB - PAGE,
		0x40000000 - PAGE, 0x60000000,
	};
	char *p = NULL, *to;
	unsigned int i, round, placed = 0;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < ARRAY_SIZE(where); i++) {
			to = mmap((void *)where[i], 4 * MIB, PROT_NONE,
				  ANON | MAP_FIXED_NOREPLACE, -1, 0);
			if (to == MAP_FAILED) {
				check(errno == EEXIST);
				continue;
			}
			check(to == (char *)where[i]);
			placed++;
			if (!p) {
				p = place(to, 4 * MIB);
				fill(p, 1024, 7, 1);
				continue;
			}
			check(mremap(p, 4 * MIB, 4 * MIB,
				     MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
			p = to;
			verify(p, 1024, 7, 1, "across");
		}
		check(!munmap(p, 4 * MIB));
		p = NULL;
	}
	check(placed >= 4, "only %u places were free", placed);
}

TEST(mremap_grow_shrink)
{
	char *a = arena(16 * MIB), *p = place(a, 8 * PAGE), *q;
	unsigned int n;

	/* The reservation stands behind it: no room to grow in place. */
	check(mremap(p, 8 * PAGE, 16 * PAGE, 0) == MAP_FAILED &&
	      errno == ENOMEM);
	check(!munmap(a, 16 * MIB));
	p = place(a, 8 * PAGE);
	fill(p, 8, 9, 1);
	for (n = 16; n <= 2048; n *= 2) {
		q = mremap(p, n / 2 * PAGE, n * PAGE, MREMAP_MAYMOVE);
		check(q != MAP_FAILED);
		p = q;
		verify(p, n / 2, 9, 1, "grown");
		check(*(uint32_t *)(p + (n - 1) * PAGE + 64) == 0);
		fill(p, n, 9, 1);
	}
	for (n = 2048; n > 8; n /= 2) {
		check(mremap(p, n * PAGE, n / 2 * PAGE, 0) == p);
		verify(p, n / 2, 9, 1, "shrunk");
		gone(p + n / 2 * PAGE, 1, "shrunk");
	}
	check(!munmap(p, 8 * PAGE));
}

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

TEST(mremap_dontunmap)
{
	char *a = arena(16 * MIB), *p = place(a, 2 * MIB), *q;
	unsigned int i;

	fill(p, 512, 10, 1);
	q = mremap(p, 2 * MIB, 2 * MIB, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
	check(q != MAP_FAILED && q != p);
	verify(q, 512, 10, 1, "moved");
	for (i = 0; i < 512; i++)
		check(*(uint32_t *)(p + i * PAGE + 64) == 0);
	fill(p, 512, 11, 1);
	verify(q, 512, 10, 1, "unaffected");
	check(!munmap(p, 2 * MIB) && !munmap(q, 2 * MIB));
}

/* Splitting areas by protection, page by page, over two page tables. */
TEST(mprotect_patterns)
{
	char *a = arena(8 * MIB), *p = place(a + 2 * MIB - 32 * PAGE, 64 * PAGE);
	unsigned int i, r;

	fill(p, 64, 12, 1);
	for (r = 0; r < 4; r++) {
		for (i = r & 1; i < 64; i += 2)
			check(!mprotect(p + i * PAGE, PAGE, PROT_READ));
		for (i = 0; i < 64; i++) {
			int sig = mx_catch(do_write, p + i * PAGE, NULL);

			check(sig == ((i & 1) == (r & 1) ? SIGSEGV : 0),
			      "write to page %u", i);
		}
		verify(p, 64, 12, 1, "protected");
		for (i = r & 1; i < 64; i += 2)
			check(!mprotect(p + i * PAGE, PAGE, PROT_NONE));
		for (i = 0; i < 64; i++)
			check(mx_catch(do_read, p + i * PAGE, NULL) ==
			      ((i & 1) == (r & 1) ? SIGSEGV : 0));
		check(!mprotect(p, 64 * PAGE, RW));
		verify(p, 64, 12, 1, "opened");
	}
	/* And large: every entry of four page tables, several times. */
	place(a, 8 * MIB);
	fill(a, 2048, 13, 1);
	for (r = 0; r < 4; r++) {
		check(!mprotect(a, 8 * MIB, PROT_READ));
		check(!mprotect(a, 8 * MIB, RW));
	}
	verify(a, 2048, 13, 1, "large");
}

/*
 * No page of a range keeps its old entry in the TLB, whatever the length of the range: the
 * kernel flushes short ones page by page.
 */
TEST(mprotect_ranges)
{
	char *p = place(arena(2 * MIB), 64 * PAGE);
	unsigned int i, n;

	for (n = 1; n <= 40; n++) {
		/* Written to, so all entries are in the TLB and allow it. */
		fill(p, 64, n, 1);
		check(!mprotect(p + PAGE, n * PAGE, PROT_READ));
		for (i = 0; i < 64; i++) {
			int sig = mx_catch(do_write, p + i * PAGE, NULL);

			check(sig == (i >= 1 && i <= n ? SIGSEGV : 0),
			      "write to page %u of a range of %u", i, n);
		}
		check(!mprotect(p + PAGE, n * PAGE, RW));
		verify(p, 64, n, 1, "opened");
		check(!munmap(p + PAGE, n * PAGE));
		place(p + PAGE, n * PAGE);
		for (i = 1; i <= n; i++)
			check(*(volatile uint32_t *)(p + i * PAGE + 64) == 0,
			      "page %u of a new range of %u", i, n);
	}
}

/* Holes punched in every size; the page tables between them go and come. */
TEST(munmap_holes)
{
	char *a = arena(16 * MIB), *p = place(a, 16 * MIB);
	unsigned int i, size;

	for (size = 1; size <= 1024; size *= 4) {
		place(a, 16 * MIB);
		fill(p, 4096, size, 8);
		for (i = 0; i + size <= 4096; i += 2 * size)
			check(!munmap(p + i * PAGE, size * PAGE));
		for (i = 0; i < 4096; i += 8) {
			if ((i / size) & 1)
				check(*(volatile uint32_t *)
				      (p + i * PAGE + 64) == mx_word(size, i));
		}
		gone(p, 1, "hole");
		check(!munmap(p, 16 * MIB));
	}
}

/* Remapped over and over at one address: no stale translation survives. */
TEST(mmap_reuse_address)
{
	char *p = place(arena(4 * MIB), 4 * PAGE);
	unsigned int i;

	for (i = 1; i < 300; i++) {
		fill(p, 4, i, 1);
		verify(p, 4, i, 1, "before");
		place(p, 4 * PAGE);
		check(*(volatile uint32_t *)(p + 64) == 0);
		check(*(volatile uint32_t *)(p + 3 * PAGE + 64) == 0);
	}
}

/* What madvise and mlock promise. */
TEST(madvise_mlock)
{
	char *p = place(arena(8 * MIB), 4 * MIB);
	unsigned char vec[1024];
	unsigned int i, in = 0;

	fill(p, 1024, 14, 1);
	check(!madvise(p + MIB, MIB, MADV_DONTNEED));
	verify(p, 256, 14, 1, "kept");
	for (i = 256; i < 512; i++)
		check(*(volatile uint32_t *)(p + i * PAGE + 64) == 0);
	for (i = 512; i < 1024; i++)
		check(*(volatile uint32_t *)(p + i * PAGE + 64) ==
		      mx_word(14, i));
	check(!munmap(p, 4 * MIB));
	place(p, MIB);
	check(!mlock(p, MIB));
	check(!mincore(p, MIB, vec));
	for (i = 0; i < 256; i++)
		in += vec[i] & 1;
	check(in == 256, "%u of 256 pages in memory", in);
	fill(p, 256, 15, 1);
	check(!munlock(p, MIB));
	verify(p, 256, 15, 1, "unlocked");
	check(!munmap(p, MIB));
	check(mincore(p, MIB, vec) == -1 && errno == ENOMEM);
}
