// SPDX-License-Identifier: GPL-2.0
/*
 * Memory with a fence behind it, error lines, growing text.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "xen-image.h"

/**
 * xi_fail() - note why
 * @e: where
 * @fmt: as for printf(), without newline
 *
 * What is unprintable becomes a question mark: parts may come from the file.
 *
 * Return: -1, to be handed on
 */
int xi_fail(struct xi_error *e, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	for (p = e->text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return -1;
}

/**
 * xi_mem_copy() - make memory with a copy of some bytes
 * @m: filled in
 * @data: what to copy; NULL leaves zeroes
 * @size: how much
 *
 * The bytes end less than 8 before a page that cannot be accessed; they begin
 * aligned to 8, as libelf copies what is not.
 *
 * Return: 0, or -1 without memory
 */
int xi_mem_copy(struct xi_mem *m, const void *data, size_t size)
{
	size_t room = xi_page_up(size);

	m->map_size = room + XI_PAGE;
	m->map = mmap(NULL, m->map_size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (m->map == MAP_FAILED) {
		m->map = NULL;
		return -1;
	}
	if (mprotect((char *)m->map + room, XI_PAGE, PROT_NONE)) {
		xi_mem_free(m);
		return -1;
	}
	m->data = (uint8_t *)m->map + ((room - size) & ~UINT64_C(7));
	m->size = size;
	if (data && size)
		memcpy(m->data, data, size);
	return 0;
}

/**
 * xi_mem_free() - give it back
 * @m: all zero when this returns; may be so before
 */
void xi_mem_free(struct xi_mem *m)
{
	if (m->map)
		munmap(m->map, m->map_size);
	memset(m, 0, sizeof(*m));
}

/**
 * xi_say() - append text
 * @out: to this
 * @fmt: as for printf()
 */
void xi_say(struct xi_out *out, const char *fmt, ...)
{
	va_list ap;
	size_t room;
	char *text;
	int n;

	if (out->failed)
		return;
	for (;;) {
		va_start(ap, fmt);
		n = vsnprintf(out->text ? out->text + out->len : NULL,
			      out->room - out->len, fmt, ap);
		va_end(ap);
		if (n < 0)
			break;
		if ((size_t)n < out->room - out->len) {
			out->len += n;
			return;
		}
		room = (out->room ? 2 * out->room : 4096) + n;
		text = realloc(out->text, room);
		if (!text)
			break;
		out->text = text;
		out->room = room;
	}
	out->failed = true;
}

/**
 * xi_out_free() - give it back
 * @out: all zero when this returns; may be so before
 */
void xi_out_free(struct xi_out *out)
{
	free(out->text);
	memset(out, 0, sizeof(*out));
}
