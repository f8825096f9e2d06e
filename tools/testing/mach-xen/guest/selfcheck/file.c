// SPDX-License-Identifier: GPL-2.0
/*
 * 64-bit file offsets through 32-bit registers: each call splits them
 * otherwise, and each half can be lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"

static const off64_t offsets[] = {
	0, 0x7ffffffeLL, 0xfffffffeLL, 0x100000004LL, 0x100000ffeLL,
	0x1fffffffeLL, 0x7ffffffffeLL, 0x40000001002LL,
};

TEST(file_offsets_64)
{
	int fd = memfd_create("large", 0);
	struct stat64 st;
	uint32_t w;
	unsigned int i;

	check(fd >= 0);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		w = mx_word(41, i);
		check(pwrite64(fd, &w, 4, offsets[i]) == 4);
		check(!fstat64(fd, &st) && st.st_size == offsets[i] + 4);
	}
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		check(pread64(fd, &w, 4, offsets[i]) == 4);
		check(w == mx_word(41, i), "at %#llx", offsets[i]);
		check(lseek64(fd, offsets[i], SEEK_SET) == offsets[i]);
		check(read(fd, &w, 4) == 4 && w == mx_word(41, i));
		check(lseek64(fd, 0, SEEK_CUR) == offsets[i] + 4);
		check(lseek64(fd, -4, SEEK_CUR) == offsets[i]);
	}
	/* Shorter, longer again: the tail is gone. */
	check(!ftruncate64(fd, 0x100000006LL));
	check(!ftruncate64(fd, 0x2000000000LL));
	check(!fstat64(fd, &st) && st.st_size == 0x2000000000LL);
	check(pread64(fd, &w, 4, 0x100000004LL) == 4);
	check(w == (mx_word(41, 3) & 0xffff));
	check(pread64(fd, &w, 4, 0x1fffffffeLL) == 4 && w == 0);
	check(lseek64(fd, 0, SEEK_END) == 0x2000000000LL);
	check(lseek64(fd, 0x80000000LL, SEEK_HOLE) >= 0x80000000LL);
	check(lseek64(fd, 0x100001000LL, SEEK_DATA) == -1 && errno == ENXIO);
}

/* mmap2 counts in pages: 16 TiB and not 4 GiB is its reach. */
TEST(file_map_above_4g)
{
	int fd = memfd_create("large", 0);
	unsigned int i;

	check(fd >= 0);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		off64_t at = offsets[i] & ~(off64_t)(PAGE - 1);
		uint32_t *p, w = mx_word(42, i);

		check(!ftruncate64(fd, at + 2 * PAGE));
		p = mmap64(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   fd, at);
		check(p != MAP_FAILED);
		p[PAGE / 4 + 1] = w;
		w = 0;
		check(pread64(fd, &w, 4, at + PAGE + 4) == 4);
		check(w == mx_word(42, i), "at %#llx", at);
		check(!munmap(p, 2 * PAGE));
	}
}
