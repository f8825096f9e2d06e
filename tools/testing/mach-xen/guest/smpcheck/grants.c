// SPDX-License-Identifier: GPL-2.0
/*
 * Pages granted by gntalloc and mapped by gntdev, from a domain to itself: gntdev maps
 * them over pages that the balloon has taken out.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* The header of Linux leaves these to Xen's. */
typedef uint32_t grant_ref_t;
typedef uint16_t domid_t;
#include <xen/gntalloc.h>
#include <xen/gntdev.h>

#include "smpcheck.h"

#define PAGES	64
#define SIZE	(PAGES * 4096)
#define WORDS	(SIZE / sizeof(uint32_t))

static uint32_t value(unsigned int i, int round) { return i * 2654435761u + round; }

static bool once(int alloc, int dev, unsigned int domid, int round)
{
	struct ioctl_gntalloc_alloc_gref *a = calloc(1, sizeof(*a) + PAGES * 4);
	struct ioctl_gntdev_map_grant_ref *m =
		calloc(1, sizeof(*m) + PAGES * sizeof(m->refs[0]));
	struct ioctl_gntdev_unmap_grant_ref u = { .count = PAGES };
	struct ioctl_gntalloc_dealloc_gref d = { .count = PAGES };
	uint32_t *mine, *mapped;
	unsigned int i, bad = 0;

	a->domid = domid;
	a->flags = GNTALLOC_FLAG_WRITABLE;
	a->count = PAGES;
	if (ioctl(alloc, IOCTL_GNTALLOC_ALLOC_GREF, a)) {
		perror("# gntalloc");
		return false;
	}
	m->count = PAGES;
	for (i = 0; i < PAGES; i++) {
		m->refs[i].domid = domid;
		m->refs[i].ref = a->gref_ids[i];
	}
	if (ioctl(dev, IOCTL_GNTDEV_MAP_GRANT_REF, m)) {
		perror("# gntdev");
		return false;
	}
	mine = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, alloc, a->index);
	mapped = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, dev, m->index);
	if (mine == MAP_FAILED || mapped == MAP_FAILED) {
		perror("# mmap");
		return false;
	}
	for (i = 0; i < WORDS; i++)
		mine[i] = value(i, round);
	for (i = 0; i < WORDS; i++) {
		bad += mapped[i] != value(i, round);
		mapped[i] = ~value(i, round);
	}
	for (i = 0; i < WORDS; i++)
		bad += mine[i] != ~value(i, round);
	if (bad)
		printf("# round %d: %u words are wrong\n", round, bad);

	munmap(mapped, SIZE);
	munmap(mine, SIZE);
	u.index = m->index;
	d.index = a->index;
	if (ioctl(dev, IOCTL_GNTDEV_UNMAP_GRANT_REF, &u) ||
	    ioctl(alloc, IOCTL_GNTALLOC_DEALLOC_GREF, &d)) {
		perror("# unmap");
		return false;
	}
	free(a);
	free(m);
	return !bad;
}

int grants(unsigned int domid, int rounds)
{
	int alloc = open("/dev/xen/gntalloc", O_RDWR | O_CLOEXEC);
	int dev = open("/dev/xen/gntdev", O_RDWR | O_CLOEXEC);
	int round;

	if (alloc < 0 || dev < 0) {
		perror("# /dev/xen");
		return 1;
	}
	for (round = 0; round < rounds; round++) {
		if (!once(alloc, dev, domid, round))
			return 1;
	}
	return 0;
}
