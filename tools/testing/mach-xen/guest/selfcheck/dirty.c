// SPDX-License-Identifier: GPL-2.0
/*
 * The dirty bit that a CPU sets in an entry gets into the kernel's books, whichever way
 * the entry goes. A kernel that loses one drops a written page later, as if it had not
 * been written, and nobody notices before memory is short.
 *
 * A page of a memfd that was only read is clean, and its entry allows to write. So the
 * CPU alone sets the bit. /proc/kpageflags tells whether the kernel has heard.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ktap.h"

#define PAGES	500
#define SIZE	(PAGES * PAGE)
#define DIRTY	(1ULL << 4)	/* KPF_DIRTY */

static char *area;		/* here it is written */
static const char *view;	/* the same pages, only read */

static uint64_t word_of(const char *file, int *fd, uint64_t n)
{
	uint64_t word = 0;

	if (!*fd)
		*fd = open(file, O_RDONLY);
	if (*fd < 0)
		mx_skip("no %s", file);
	check(pread64(*fd, &word, sizeof(word), n * sizeof(word)) == sizeof(word), "%s", file);
	return word;
}

static bool is_dirty(unsigned int i)
{
	static int pagemap, kpageflags;
	uint64_t entry = word_of("/proc/self/pagemap", &pagemap,
				 (uintptr_t)(view + i * PAGE) / PAGE);
	uint64_t pfn = entry & ((1ULL << 55) - 1);

	check(entry >> 63 && pfn, "page %u: %llx", i, (unsigned long long)entry);
	return word_of("/proc/kpageflags", &kpageflags, pfn) & DIRTY;
}

static uint32_t seen(unsigned int i)
{
	return *(const volatile uint32_t *)(view + i * PAGE);
}

static void store(unsigned int i)
{
	*(volatile uint32_t *)(area + i * PAGE) = i + 1;
}

static void clean_pages(void)
{
	unsigned int i;
	int fd = memfd_create("dirty", 0);

	check(fd >= 0 && !ftruncate(fd, SIZE));
	area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	view = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	check(area != MAP_FAILED && view != MAP_FAILED);
	close(fd);
	for (i = 0; i < PAGES; i++) {
		check(!*(volatile uint32_t *)(area + i * PAGE) && !seen(i));
		check(!is_dirty(i), "page %u, before it is written", i);
	}
}

static void written_are_dirty(unsigned int at_least)
{
	unsigned int i, n = 0;

	for (i = 0; i < PAGES; i++) {
		if (!seen(i))
			continue;
		check(seen(i) == i + 1 && is_dirty(i), "page %u", i);
		n++;
	}
	check(n >= at_least, "%u pages", n);
}

static void store_all(void)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		store(i);
}

TEST(dirty_munmap)
{
	clean_pages();
	store_all();
	check(!munmap(area, SIZE));
	written_are_dirty(PAGES);
}

TEST(dirty_mremap)
{
	char *to;

	clean_pages();
	store_all();
	to = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(to != MAP_FAILED);
	check(mremap(area, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
	check(!munmap(to, SIZE));
	written_are_dirty(PAGES);
}

TEST(dirty_mprotect)
{
	static const int protections[] = { PROT_READ, PROT_NONE, PROT_READ | PROT_WRITE };
	unsigned int i;

	clean_pages();
	store_all();
	for (i = 0; i < ARRAY_SIZE(protections); i++)
		check(!mprotect(area, SIZE, protections[i]));
	check(!munmap(area, SIZE));
	written_are_dirty(PAGES);
}

/* Private pages are born dirty. MADV_FREE makes them clean again. */
static unsigned long private_dirty(void)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long start, n = 0;
	bool ours = false;
	char line[256];

	if (!f)
		mx_skip("no /proc/self/smaps");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%*x ", &start) == 1)
			ours = start == (unsigned long)area;
		if (ours && !strncmp(line, "Private_Dirty:", 14))
			sscanf(line + 14, "%lu", &n);
	}
	fclose(f);
	return n * 1024 / PAGE;
}

static void free_pages_lazily(void)
{
	/* A gap on both sides: the kernel joins areas that touch. */
	area = mmap(NULL, SIZE + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(area != MAP_FAILED);
	area += PAGE;
	check(!mprotect(area, SIZE, PROT_READ | PROT_WRITE));
	store_all();
	check(private_dirty() == PAGES);
	check(!madvise(area, SIZE, MADV_FREE));
	check(private_dirty() == 0, "%lu after MADV_FREE", private_dirty());
}

static void fork_once(void)
{
	pid_t pid = mx_fork();

	if (!pid)
		_exit(0);
	mx_reap(pid);
}

TEST(dirty_fork)
{
	free_pages_lazily();
	store_all();
	fork_once();
	check(private_dirty() == PAGES, "%lu", private_dirty());
}

/*
 * A thread writes while the entries go. What it managed to write must be in the books. It
 * is told to begin just before they go, and begins at the end of the area. So it meets the
 * kernel, which begins at the start and is midway: with one CPU, because the hypervisor
 * changed to the thread's vcpu meanwhile; with two, because it waits a while, each round
 * longer.
 */
#define ROUNDS	120
static volatile bool ready, go;
static volatile unsigned int pause_before;
static sigjmp_buf gone;

static void on_fault(int sig)
{
	(void)sig;
	siglongjmp(gone, 1);
}

static void *writer(void *arg)
{
	unsigned int i;

	if (!sigsetjmp(gone, 1)) {
		ready = true;
		while (!go)
			;
		while (pause_before)
			pause_before--;
		for (i = PAGES; i--;)
			store(i);
	}
	return arg;
}

static pthread_t start_writer(unsigned int round)
{
	pthread_t t;

	ready = go = false;
	pause_before = round * 50;
	signal(SIGSEGV, on_fault);
	check(!pthread_create(&t, NULL, writer, NULL));
	while (!ready)
		sched_yield();
	go = true;
	return t;
}

TEST(dirty_munmap_while_written)
{
	unsigned int round;
	pthread_t t;

	for (round = 0; round < ROUNDS; round++) {
		clean_pages();
		t = start_writer(round);
		check(!munmap(area, SIZE));
		check(!pthread_join(t, NULL));
		written_are_dirty(0);
		check(!munmap((void *)view, SIZE));
	}
}

TEST(dirty_fork_while_written)
{
	unsigned int round;
	pthread_t t;

	for (round = 0; round < ROUNDS; round++) {
		free_pages_lazily();
		t = start_writer(round);
		fork_once();
		check(!pthread_join(t, NULL));
		check(private_dirty() == PAGES, "%lu", private_dirty());
		check(!munmap(area - PAGE, SIZE + 2 * PAGE));
	}
}
