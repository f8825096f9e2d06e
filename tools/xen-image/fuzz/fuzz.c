// SPDX-License-Identifier: GPL-2.0
/*
 * One input through all of show, plan and check, in this process: for libFuzzer, and for
 * fuzz-run.c where there is no clang.  What is found counts as ours, wherever it
 * happens: the bytes end at a page that cannot be accessed, so that a library that
 * reads on is seen although it is not instrumented.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"
#include "xen-image.h"

static uint32_t hash(const uint8_t *p, size_t n)
{
	uint32_t h = 2166136261u;

	while (n--)
		h = (h ^ *p++) * 16777619u;
	return h;
}

/* What the command line gives comes from the input, too, to be repeatable. */
static void choose(struct xi_options *opt, uint32_t h)
{
	static const uint64_t memory[] = {
		4 * XI_MIB, 64 * XI_MIB, 512 * XI_MIB, 5000 * XI_MIB, 1 << 20 | 4096,
		UINT64_C(1) << 36, UINT64_C(1) << 44, 4096,
	};
	static const uint64_t initrd[] = {
		0, 1, 3469063, 70 * XI_MIB, 4096, 0, UINT64_C(1) << 33, 512 * XI_MIB,
	};

	memset(opt, 0, sizeof(*opt));
	opt->memory = memory[h & 7];
	opt->initrd = initrd[h >> 3 & 7];
	if (h & 64)
		opt->initrd_unpacked = initrd[h >> 7 & 7];
	opt->no_pv32 = (h >> 10 & 7) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The true limits cost time, so most inputs get smaller ones. */
	static const struct xi_limits small = {
		.file = 4 * XI_MIB, .packed = 4 * XI_MIB,
		.unpacked = XI_MIB, .dict = 2 * XI_MIB,
	};
	static struct xi_plan plans[XI_MAX_LOADERS];
	uint32_t h = hash(data, size);
	struct xi_image img = { .name = "fuzz \"\\\n" };
	struct xi_options opt;
	struct xi_out out = { 0 };
	struct xi_check check;
	struct xi_error e;
	unsigned int i;

	if (xi_mem_copy(&img.file, data, size))
		return 0;
	choose(&opt, h);
	if (xi_image_read(&img, h % 4099 ? &small : &xi_default_limits, &e)) {
		/* the line that is shown: there has to be one, and only one */
		if (!e.text[0] || strchr(e.text, '\n'))
			abort();
		goto free;
	}
	for (i = 0; i < xi_nloaders; i++) {
		xi_plan_make(&plans[i], &xi_loaders[i], &img, &opt);
		if (!plans[i].takes &&
		    (!plans[i].why.text[0] || strchr(plans[i].why.text, '\n')))
			abort();
		if (plans[i].takes && plans[i].unknown)
			abort();
		if (h & 2048)
			xi_plan_text(&out, &plans[i]);
	}
	if (h & 2048) {
		xi_show_text(&out, &img);
	} else {
		xi_plans_json(&out, &img, &opt, plans, i);
		xi_show_json(&out, &img);
	}
	if (!xi_check(&check, &img, h & 4096)) {
		if (check.verdict == XI_CHECK_GOOD && check.nlost)
			abort();
		xi_check_text(&out, &check, img.name, "fuzz");
	}
	/* A file of a few KiB is not worth more. */
	if (out.len > 2 * XI_MIB)
		abort();
	xi_out_free(&out);
free:
	xi_image_free(&img);
	return 0;
}

/**
 * fuzz_wrap() - put what was made into a gzip, and that perhaps into a bzImage
 * @to: room for the result, may be @from
 * @room: how much
 * @from: the bytes
 * @n: how many
 * @bz: a bzImage to take the header from, or NULL
 * @bz_n: its size
 *
 * No mutator finds a checksum: without this, nothing wrong would get as far as
 * an ELF file that was compressed.
 *
 * Return: size of the result, 0 if there is not enough room
 */
size_t fuzz_wrap(uint8_t *to, size_t room, const uint8_t *from, size_t n,
		 const uint8_t *bz, size_t bz_n)
{
	z_stream z = { 0 };
	uint8_t *tmp;
	size_t head = 0, len;
	int rc;

	if (bz) {
		if (bz_n < 0x264)
			return 0;
		head = (bz[0x1f1] + 1) * 512u;
		if (head > bz_n || head > room)
			return 0;
	}
	tmp = malloc(room);
	if (!tmp)
		return 0;
	if (head)
		memcpy(tmp, bz, head);
	/* stored, not packed: quicker, and the next mutation can work on it */
	if (deflateInit2(&z, 0, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(tmp);
		return 0;
	}
	z.next_in = (uint8_t *)from;
	z.avail_in = n;
	z.next_out = tmp + head;
	z.avail_out = room - head;
	rc = deflate(&z, Z_FINISH);
	len = z.total_out;
	deflateEnd(&z);
	if (rc != Z_STREAM_END) {
		free(tmp);
		return 0;
	}
	if (head) {
		uint32_t v = len;

		memset(tmp + 0x248, 0, 4);
		memcpy(tmp + 0x24c, &v, 4);
	}
	memcpy(to, tmp, head + len);
	free(tmp);
	return head + len;
}
