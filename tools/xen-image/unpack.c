// SPDX-License-Identifier: GPL-2.0
/*
 * Compression: recognized as Xen's loaders do it, by the first bytes; unpacked by
 * the libraries made for it, never to more than the limit.
 */
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "xen-image.h"

/*
 * A kernel's xz and zstd payloads ask for dictionaries of up to 128 MiB.  At
 * worst a packed file, what comes out, a copy of that and a dictionary are there
 * at one time: less than 1 GiB.
 */
const struct xi_limits xi_default_limits = {
	.file = 768 * XI_MIB,
	.packed = 192 * XI_MIB,
	.unpacked = 192 * XI_MIB,
	.dict = 192 * XI_MIB,
};

static const struct {
	const char *name;
	const char *magic;
	unsigned int len;
	bool known;
} comps[] = {
	[XI_PLAIN] = { "none", "", 0, true },
	[XI_GZIP] = { "gzip", "\037\213", 2, true },
	[XI_BZIP2] = { "bzip2", "BZh", 3, false },
	[XI_XZ] = { "xz", "\3757zXZ", 6, true },
	[XI_LZMA] = { "lzma", "\135\0", 2, true },
	[XI_LZO] = { "lzo", "\x89LZO", 5, true },
	[XI_LZ4] = { "lz4", "\x02\x21", 2, false },
	[XI_ZSTD] = { "zstd", "\x28\xb5\x2f\xfd", 4, true },
};

/**
 * xi_comp_name() - of a compression
 * @comp: that
 *
 * Return: the name
 */
const char *xi_comp_name(enum xi_comp comp)
{
	return comps[comp].name;
}

/**
 * xi_comp_known() - can we unpack it?
 * @comp: a compression
 *
 * Return: true if xi_unpack() can
 */
bool xi_comp_known(enum xi_comp comp)
{
	return comps[comp].known;
}

/**
 * xi_comp_of() - how is it compressed?
 * @p: bytes
 * @n: how many
 *
 * Return: the compression, XI_PLAIN if it looks like none
 */
enum xi_comp xi_comp_of(const uint8_t *p, size_t n)
{
	unsigned int i;

	for (i = XI_GZIP; i <= XI_ZSTD; i++)
		if (n >= comps[i].len && !memcmp(p, comps[i].magic, comps[i].len))
			return i;
	return XI_PLAIN;
}

/* Address space for all that may come out; what is not touched costs nothing. */
struct arena {
	uint8_t *data;
	size_t size;
	size_t used;
};

static int too_much(enum xi_comp comp, const struct xi_limits *lim, struct xi_error *e)
{
	return xi_fail(e, "%s: unpacks to more than %llu MiB: a decompression bomb",
		       xi_comp_name(comp), (unsigned long long)(lim->unpacked / XI_MIB));
}

static int broken(enum xi_comp comp, const char *what, struct xi_error *e)
{
	return xi_fail(e, "%s: %s", xi_comp_name(comp), what);
}

static int unpack_gzip(const uint8_t *p, size_t n, const struct xi_limits *lim,
		       struct arena *a, struct xi_error *e)
{
	z_stream z = { .next_in = (uint8_t *)p, .avail_in = n };
	int rc;

	if (inflateInit2(&z, MAX_WBITS + 16) != Z_OK)
		return broken(XI_GZIP, "no memory", e);
	z.next_out = a->data;
	z.avail_out = a->size;
	rc = inflate(&z, Z_FINISH);
	a->used = z.total_out;
	inflateEnd(&z);
	if (rc == Z_STREAM_END)
		return 0;
	if (a->used == a->size)
		return too_much(XI_GZIP, lim, e);
	if (rc == Z_MEM_ERROR)
		return broken(XI_GZIP, "no memory", e);
	return broken(XI_GZIP, rc == Z_BUF_ERROR ? "truncated" : "broken data", e);
}

static int unpack_lzma(enum xi_comp comp, const uint8_t *p, size_t n,
		       const struct xi_limits *lim, struct arena *a,
		       struct xi_error *e)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret rc;

	if (comp == XI_XZ)
		rc = lzma_stream_decoder(&z, lim->dict, 0);
	else
		rc = lzma_alone_decoder(&z, lim->dict);
	if (rc != LZMA_OK)
		return broken(comp, "no memory", e);
	z.next_in = p;
	z.avail_in = n;
	z.next_out = a->data;
	z.avail_out = a->size;
	do {
		rc = lzma_code(&z, LZMA_FINISH);
	} while (rc == LZMA_OK && z.avail_out);
	a->used = a->size - z.avail_out;
	lzma_end(&z);
	switch (rc) {
	case LZMA_STREAM_END:
		return 0;
	case LZMA_MEMLIMIT_ERROR:
		return broken(comp, "wants a dictionary no kernel needs", e);
	case LZMA_MEM_ERROR:
		return broken(comp, "no memory", e);
	case LZMA_OPTIONS_ERROR:
		return broken(comp, "unknown filter", e);
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		if (a->used == a->size)
			return too_much(comp, lim, e);
		return broken(comp, "truncated", e);
	default:
		return broken(comp, "broken data", e);
	}
}

static int unpack_zstd(const uint8_t *p, size_t n, const struct xi_limits *lim,
		       struct arena *a, struct xi_error *e)
{
	ZSTD_inBuffer in = { p, n, 0 };
	ZSTD_outBuffer out = { a->data, a->size, 0 };
	ZSTD_DCtx *z = ZSTD_createDCtx();
	unsigned int log = 10;
	size_t rc, before;

	while ((2ull << log) <= lim->dict && log < 27)
		log++;
	if (!z)
		return broken(XI_ZSTD, "no memory", e);
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, log);
	/* One frame: what follows are the four bytes of length. */
	do {
		before = in.pos + out.pos;
		rc = ZSTD_decompressStream(z, &out, &in);
	} while (rc && !ZSTD_isError(rc) && in.pos + out.pos != before);
	ZSTD_freeDCtx(z);
	a->used = out.pos;
	if (!rc)
		return 0;
	if (out.pos == out.size)
		return too_much(XI_ZSTD, lim, e);
	if (ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge)
		return broken(XI_ZSTD, "wants a window no kernel needs", e);
	if (ZSTD_isError(rc))
		return broken(XI_ZSTD, "broken data", e);
	return broken(XI_ZSTD, "truncated", e);
}

static uint32_t be(const uint8_t *p, unsigned int n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/*
 * lzop's container, which is what a kernel has; the library knows the blocks
 * only.  magic 9, version 2, library version 2, version needed 2, method 1,
 * level 1 (from 0x940), flags 4, filter 4 (with that flag), mode 4, time 4 or
 * 8, length of the name 1, the name, checksum 4; then blocks of length, packed
 * length, checksum, data; a length of 0 ends it.
 */
static int unpack_lzo(const uint8_t *p, size_t n, const struct xi_limits *lim,
		      struct arena *a, struct xi_error *e)
{
	static const uint8_t magic[] = {
		0x89, 'L', 'Z', 'O', 0, 0x0d, 0x0a, 0x1a, 0x0a
	};
	size_t at = 16, skip;
	lzo_uint len, packed, got;
	unsigned int version;
	int rc;

	if (n < 40 || memcmp(p, magic, sizeof(magic)))
		return broken(XI_LZO, "truncated, or not lzop's", e);
	version = be(p + 9, 2);
	if (version >= 0x940)
		at++;
	skip = be(p + at, 4) & 0x800 ? 8 : 4;
	skip += version >= 0x940 ? 12 : 8;
	at += skip;
	if (at >= n || n - at < p[at] + 5u)
		return broken(XI_LZO, "truncated", e);
	at += p[at] + 5;

	if (lzo_init() != LZO_E_OK)
		return broken(XI_LZO, "the library does not start", e);
	for (;;) {
		if (n - at < 4)
			return broken(XI_LZO, "truncated", e);
		len = be(p + at, 4);
		if (!len)
			return 0;
		if (n - at < 12)
			return broken(XI_LZO, "truncated", e);
		packed = be(p + at + 4, 4);
		at += 12;
		if (packed > n - at)
			return broken(XI_LZO, "truncated", e);
		if (!packed || packed > len)
			return broken(XI_LZO, "broken data", e);
		if (len > a->size - a->used)
			return too_much(XI_LZO, lim, e);
		got = len;
		rc = lzo1x_decompress_safe(p + at, packed, a->data + a->used,
					   &got, NULL);
		if (rc != LZO_E_OK || got != len)
			return broken(XI_LZO, "broken data", e);
		a->used += got;
		at += packed;
	}
}

/**
 * xi_unpack() - unpack all of it
 * @comp: how it is compressed
 * @p: bytes
 * @n: how many
 * @lim: how much it may cost
 * @out: filled in
 * @e: why not
 *
 * What follows the compressed data is ignored, as loaders do.
 *
 * Return: 0 or -1
 */
int xi_unpack(enum xi_comp comp, const uint8_t *p, size_t n,
	      const struct xi_limits *lim, struct xi_mem *out,
	      struct xi_error *e)
{
	struct arena a = { .size = lim->unpacked + 1 };
	int rc = -1;

	a.data = mmap(NULL, a.size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (a.data == MAP_FAILED)
		return xi_fail(e, "no memory to unpack into");
	switch (comp) {
	case XI_GZIP:
		rc = unpack_gzip(p, n, lim, &a, e);
		break;
	case XI_XZ:
	case XI_LZMA:
		rc = unpack_lzma(comp, p, n, lim, &a, e);
		break;
	case XI_LZO:
		rc = unpack_lzo(p, n, lim, &a, e);
		break;
	case XI_ZSTD:
		rc = unpack_zstd(p, n, lim, &a, e);
		break;
	default:
		xi_fail(e, "%s is not unpacked here", xi_comp_name(comp));
	}
	if (!rc && a.used > lim->unpacked)
		rc = too_much(comp, lim, e);
	if (!rc && !a.used)
		rc = broken(comp, "nothing comes out", e);
	if (!rc && xi_mem_copy(out, a.data, a.used))
		rc = xi_fail(e, "no memory for what was unpacked");
	munmap(a.data, a.size);
	return rc;
}
