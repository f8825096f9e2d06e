// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-run [--runs N] [--seconds S] [--seed X] [--save FILE] FILE|DIRECTORY...
 *
 * The harness with a mutator of its own, which is not led by coverage but needs no
 * clang and always does the same with the same seed.  First every file as it is;
 * then N of them changed, or as many as S seconds allow.  An input that kills it
 * is left in FILE.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define ROOM		16384
#define MAX_SEEDS	512
#define HANG		20
#define MAX_RSS_KIB	(1024 * 1024)

static struct {
	uint8_t *data;
	size_t size;
} seeds[MAX_SEEDS];

static unsigned int nseeds;
static uint8_t now[ROOM];
static size_t now_size;
static const char *save = "fuzz-crash";
static uint64_t state = 1;

static uint32_t rnd(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? (state >> 16) % below : 0;
}

/* Called when a sanitizer gives up; nothing here may use memory. */
static void keep(void)
{
	int fd = open(save, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd >= 0) {
		if (write(fd, now, now_size) < 0)
			_exit(3);
		close(fd);
	}
}

static void died(int sig)
{
	static const char hang[] = "fuzz-run: one input took too long\n";
	static const char dead[] = "fuzz-run: aborted\n";

	keep();
	if (write(2, sig == SIGALRM ? hang : dead,
		  (sig == SIGALRM ? sizeof(hang) : sizeof(dead)) - 1) < 0)
		_exit(3);
	_exit(1);
}

static int add(const char *path)
{
	struct dirent *d;
	struct stat st;
	char sub[4096];
	uint8_t *p;
	DIR *dir;
	int fd;

	if (stat(path, &st)) {
		fprintf(stderr, "fuzz-run: %s: %s\n", path, strerror(errno));
		return -1;
	}
	if (S_ISDIR(st.st_mode)) {
		dir = opendir(path);
		if (!dir)
			return -1;
		while ((d = readdir(dir))) {
			if (d->d_name[0] == '.')
				continue;
			snprintf(sub, sizeof(sub), "%s/%s", path, d->d_name);
			if (add(sub))
				return -1;
		}
		closedir(dir);
		return 0;
	}
	if (st.st_size > ROOM || nseeds == MAX_SEEDS) {
		fprintf(stderr, "fuzz-run: %s: too large, or one too many\n", path);
		return -1;
	}
	p = malloc(st.st_size + 1);
	fd = open(path, O_RDONLY);
	if (!p || fd < 0 || read(fd, p, st.st_size) != st.st_size)
		return -1;
	close(fd);
	seeds[nseeds].data = p;
	seeds[nseeds++].size = st.st_size;
	return 0;
}

static int by_content(const void *a, const void *b)
{
	const typeof(seeds[0]) *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return memcmp(x->data, y->data, x->size);
}

/* Where something is likelier to matter: in the first few hundred bytes. */
static size_t where(size_t n)
{
	if (!n)
		return 0;
	return rnd(2) ? rnd(n) : rnd(n < 400 ? n : 400);
}

static void put(size_t at, const void *p, size_t n)
{
	if (at < now_size && n <= now_size - at)
		memcpy(now + at, p, n);
}

static void change(void)
{
	static const uint64_t odd[] = {
		0, 1, 2, 3, 4, 7, 8, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000,
		0xffff, 0x10000, 0xfff, 0x1000, 0x1001, 0x100000, 0x1000000,
		0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff, 0xc0000000,
		0xf5800000, UINT64_C(0x100000000), UINT64_C(0xffff800000000000),
		UINT64_C(0xffffffff80000000), UINT64_MAX, UINT64_MAX - 0xfff,
		INT64_MAX, UINT64_C(1) << 63,
	};
	static const char *const words[] = {
		"VIRT_BASE=", "ELF_PADDR_OFFSET=", "0xffffffffffffffff", ",", "=",
		"PAE=yes,", "PAE=no,", "FEATURES=", "!dom0", "|", "HYPERCALL_PAGE=",
		"VIRT_ENTRY=", "BSD_SYMTAB", "\177ELF", "HdrS", "Xen", "generic",
		"\037\213", "\3757zXZ", "\x28\xb5\x2f\xfd", "\x89LZO", "bimodal",
		"__xen_guest", "XEN_VER=xen-3.0", "yes", "linux",
	};
	size_t at, to, n;
	unsigned int other;
	uint64_t v;
	uint8_t c;

	switch (rnd(12)) {
	case 0:
		at = where(now_size);
		if (at < now_size)
			now[at] ^= 1 << rnd(8);
		break;
	case 1:
		c = rnd(256);
		put(where(now_size), &c, 1);
		break;
	case 2:
	case 3:
	case 4:
		v = odd[rnd(sizeof(odd) / sizeof(odd[0]))];
		put(where(now_size) & ~3ul, &v, 1u << rnd(4));
		break;
	case 5:
		at = where(now_size) & ~1ul;
		if (at + 4 <= now_size) {
			uint32_t w;

			memcpy(&w, now + at, 4);
			w += rnd(65) - 32;
			memcpy(now + at, &w, 4);
		}
		break;
	case 6:
		now_size = rnd(now_size + 1);
		break;
	case 7:
		n = rnd(256);
		if (now_size + n <= ROOM) {
			memset(now + now_size, rnd(256), n);
			now_size += n;
		}
		break;
	case 8:
		at = where(now_size);
		to = where(now_size);
		n = rnd(128);
		if (at + n <= now_size && to + n <= now_size)
			memmove(now + to, now + at, n);
		break;
	case 9:
		other = rnd(nseeds);
		at = where(seeds[other].size);
		n = rnd(512);
		if (n > seeds[other].size - at)
			n = seeds[other].size - at;
		put(where(now_size), seeds[other].data + at, n);
		break;
	default:
		other = rnd(sizeof(words) / sizeof(words[0]));
		put(rnd(now_size + 1), words[other], strlen(words[other]));
	}
}

static void make(void)
{
	unsigned int from = rnd(nseeds), i, n;
	static unsigned int bz;
	size_t size;

	memcpy(now, seeds[from].data, seeds[from].size);
	now_size = seeds[from].size;
	n = 1 + rnd(rnd(2) ? 3 : 10);
	for (i = 0; i < n; i++)
		change();
	if (now_size < 4 || memcmp(now, "\177ELF", 4) || rnd(4))
		return;
	for (i = 0; i < nseeds && rnd(2) == 0; i++) {
		bz = (bz + 1) % nseeds;
		if (seeds[bz].size > 0x400 && !memcmp(seeds[bz].data + 0x202, "HdrS", 4))
			break;
	}
	size = fuzz_wrap(now, ROOM, now, now_size,
			 seeds[bz].size > 0x400 && rnd(2) ? seeds[bz].data : NULL,
			 seeds[bz].size);
	if (size)
		now_size = size;
}

int main(int argc, char **argv)
{
	unsigned long long runs = 0, seconds = 0, n = 0, first = 1;
	struct timespec a, b;
	struct rusage ru;
	double took;
	int i;

	for (i = 1; i < argc; i++) {
		if (i + 1 < argc && !strcmp(argv[i], "--runs"))
			runs = strtoull(argv[++i], NULL, 0);
		else if (i + 1 < argc && !strcmp(argv[i], "--seconds"))
			seconds = strtoull(argv[++i], NULL, 0);
		else if (i + 1 < argc && !strcmp(argv[i], "--seed"))
			first = strtoull(argv[++i], NULL, 0);
		else if (i + 1 < argc && !strcmp(argv[i], "--save"))
			save = argv[++i];
		else if (add(argv[i]))
			return 2;
	}
	if (!nseeds) {
		fprintf(stderr, "fuzz-run: no seeds\n");
		return 2;
	}
	/* A directory has no order. Sorted seeds make the same mutations in each run. */
	qsort(seeds, nseeds, sizeof(seeds[0]), by_content);
	state = first * UINT64_C(0x9e3779b97f4a7c15) + 1;
	signal(SIGALRM, died);
	signal(SIGABRT, died);
	__sanitizer_set_death_callback(keep);

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (;;) {
		alarm(HANG);
		if (n < nseeds) {
			memcpy(now, seeds[n].data, seeds[n].size);
			now_size = seeds[n].size;
		} else {
			if (runs && n >= runs)
				break;
			if (!runs && !seconds)
				break;
			make();
		}
		LLVMFuzzerTestOneInput(now, now_size);
		n++;
		if (!(n & 255) || n == nseeds) {
			clock_gettime(CLOCK_MONOTONIC, &b);
			took = b.tv_sec - a.tv_sec + (b.tv_nsec - a.tv_nsec) / 1e9;
			if (n >= nseeds && seconds && took >= seconds)
				break;
		}
	}
	alarm(0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	took = b.tv_sec - a.tv_sec + (b.tv_nsec - a.tv_nsec) / 1e9;
	getrusage(RUSAGE_SELF, &ru);
	printf("fuzz-run: %llu runs, %u seeds, %.1f s, %.0f/s, %ld MiB at most\n",
	       n, nseeds, took, n / (took > 0 ? took : 1), ru.ru_maxrss / 1024);
	if (ru.ru_maxrss > MAX_RSS_KIB) {
		fprintf(stderr, "fuzz-run: more than 1 GiB of memory\n");
		return 1;
	}
	for (i = 0; i < (int)nseeds; i++)
		free(seeds[i].data);
	return 0;
}
