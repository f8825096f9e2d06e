// SPDX-License-Identifier: GPL-2.0
/*
 * Reading files.  What is not a file is refused: a FIFO must not block this for ever.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xen-image.h"

static int open_file(const char *name, struct stat *st, struct xi_error *e)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return xi_fail(e, "%s", strerror(errno));
	if (fstat(fd, st) || !S_ISREG(st->st_mode)) {
		close(fd);
		return xi_fail(e, "not a file");
	}
	return fd;
}

static int read_all(int fd, struct xi_mem *m, off_t size, struct xi_error *e)
{
	size_t got = 0;
	ssize_t n;

	if ((uint64_t)size > xi_default_limits.file)
		return xi_fail(e, "too large for a kernel");
	if (xi_mem_copy(m, NULL, size))
		return xi_fail(e, "no memory");
	while (got < m->size) {
		n = read(fd, m->data + got, m->size - got);
		if (n <= 0)
			return xi_fail(e, "could not be read to its end");
		got += n;
	}
	return 0;
}

/**
 * xi_read_file() - read an image
 * @m: filled in; to be freed also after failure
 * @name: of the file
 * @e: why it cannot be read
 *
 * Return: 0 or -1
 */
int xi_read_file(struct xi_mem *m, const char *name, struct xi_error *e)
{
	struct stat st;
	int fd, rc;

	fd = open_file(name, &st, e);
	if (fd < 0)
		return -1;
	rc = read_all(fd, m, st.st_size, e);
	close(fd);
	return rc;
}

/**
 * xi_read_initrd() - look at an initrd
 * @opt: gets its size, and what it says it unpacks to
 * @name: of the file
 * @e: why it cannot be read
 *
 * Return: 0 or -1
 */
int xi_read_initrd(struct xi_options *opt, const char *name, struct xi_error *e)
{
	unsigned char head[2], tail[4];
	struct stat st;
	int fd;

	fd = open_file(name, &st, e);
	if (fd < 0)
		return -1;
	opt->initrd = st.st_size;
	if (st.st_size >= 6 && pread(fd, head, 2, 0) == 2 &&
	    pread(fd, tail, 4, st.st_size - 4) == 4 &&
	    head[0] == 0x1f && head[1] == 0x8b)
		opt->initrd_unpacked = tail[0] | tail[1] << 8 |
			tail[2] << 16 | (uint64_t)tail[3] << 24;
	close(fd);
	return 0;
}

/**
 * xi_read_config() - look for PVH in a kernel's configuration
 * @pvh: whether it is there
 * @name: of the file
 * @e: why it cannot be read
 *
 * Return: 0 or -1
 */
int xi_read_config(bool *pvh, const char *name, struct xi_error *e)
{
	char *line = NULL;
	size_t room = 0;
	struct stat st;
	int fd, rc = 0;
	FILE *f;

	fd = open_file(name, &st, e);
	if (fd < 0)
		return -1;
	f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return xi_fail(e, "no memory");
	}
	*pvh = false;
	while (!*pvh && getline(&line, &room, f) > 0)
		*pvh = !strcmp(line, "CONFIG_PVH=y\n");
	free(line);
	if (ferror(f))
		rc = xi_fail(e, "could not be read to its end");
	fclose(f);
	return rc;
}
