// SPDX-License-Identifier: GPL-2.0
/*
 * From the file to the ELF in it: perhaps compressed as a whole, perhaps a bzImage
 * whose payload is the ELF, most often compressed.
 */
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "xen-image.h"

static uint32_t le(const uint8_t *p, unsigned int n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

static uint32_t last4(const uint8_t *p, size_t n)
{
	return n < 4 ? 0 : le(p + n - 4, 4);
}

static bool is_elf(const uint8_t *p, size_t n)
{
	return n >= sizeof(Elf32_Ehdr) && !memcmp(p, ELFMAG, SELFMAG);
}

/* What boot.rst calls the real-mode kernel header. */
static bool read_setup(struct xi_setup *s, const uint8_t *p, size_t n)
{
	if (n < 0x264 || memcmp(p + 0x202, "HdrS", 4))
		return false;
	s->sects = p[0x1f1];
	s->boot_flag = le(p + 0x1fe, 2) == 0xaa55;
	s->end = 0x202 + p[0x201];
	s->version = le(p + 0x206, 2);
	if (s->version >= 0x200) {
		s->loadflags = p[0x211];
		s->code32_start = le(p + 0x214, 4);
	}
	if (s->version >= 0x203)
		s->initrd_addr_max = le(p + 0x22c, 4);
	if (s->version >= 0x205) {
		s->kernel_alignment = le(p + 0x230, 4);
		s->relocatable = p[0x234];
	}
	if (s->version >= 0x206)
		s->cmdline_size = le(p + 0x238, 4);
	if (s->version >= 0x208) {
		s->payload_offset = le(p + 0x248, 4);
		s->payload_length = le(p + 0x24c, 4);
		s->payload = (s->sects + 1) * 512ull + s->payload_offset;
	}
	if (s->version >= 0x20a) {
		s->min_alignment = p[0x235];
		s->pref_address = le(p + 0x258, 4) | (uint64_t)le(p + 0x25c, 4) << 32;
		s->init_size = le(p + 0x260, 4);
	}
	if (s->version >= 0x20b && n >= 0x268)
		s->handover_offset = le(p + 0x264, 4);
	if (s->version >= 0x20c)
		s->xloadflags = le(p + 0x236, 2);
	return true;
}

/* As multiboot loaders look for it: in the first 8 KiB, at a multiple of 4. */
static bool has_multiboot(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i + 12 <= n && i < 8192 - 48; i += 4)
		if (le(p + i, 4) == 0x1badb002 &&
		    le(p + i, 4) + le(p + i + 4, 4) + le(p + i + 8, 4) == 0)
			return true;
	return false;
}

static int found(struct xi_image *img)
{
	xi_guest_read(&img->guest, &img->elf);
	img->found = XI_FOUND;
	return 0;
}

static int damaged(struct xi_image *img)
{
	img->found = XI_DAMAGED;
	return 0;
}

/* @p is what should be the ELF, compressed or not. */
static int find_elf(struct xi_image *img, const uint8_t *p, size_t n,
		    const struct xi_limits *lim)
{
	struct xi_layer *l = &img->inside;
	struct xi_error e;

	l->comp = is_elf(p, n) ? XI_PLAIN : xi_comp_of(p, n);
	l->packed = n;
	l->unpacked = n;
	l->said = last4(p, n);
	if (!xi_comp_known(l->comp)) {
		img->found = XI_UNPACKED_NOT;
		xi_fail(&img->why, "the payload is in %s, which is not unpacked here",
			xi_comp_name(l->comp));
		return 0;
	}
	if (l->comp != XI_PLAIN) {
		if (xi_unpack(l->comp, p, n, lim, &img->payload, &e)) {
			xi_fail(&img->why, "payload: %s", e.text);
			return damaged(img);
		}
		p = img->payload.data;
		n = img->payload.size;
		l->unpacked = n;
	}
	if (!is_elf(p, n)) {
		if (l->comp == XI_PLAIN)
			xi_fail(&img->why, "payload: neither ELF nor in a known compression");
		else
			xi_fail(&img->why, "payload: what is in the %s is no ELF",
				xi_comp_name(l->comp));
		return damaged(img);
	}
	if (xi_elf_read(&img->elf, p, n, &e)) {
		xi_fail(&img->why, "payload: %s", e.text);
		return damaged(img);
	}
	return found(img);
}

static int read_bzimage(struct xi_image *img, const struct xi_limits *lim)
{
	const struct xi_setup *s = &img->setup;
	const struct xi_mem *m = img->base;

	if (s->version < 0x208) {
		xi_fail(&img->why, "boot protocol %u.%02u has no payload, 2.08 has",
			s->version >> 8, s->version & 0xff);
		img->found = XI_UNPACKED_NOT;
		return 0;
	}
	if (s->payload > m->size || s->payload_length > m->size - s->payload) {
		xi_fail(&img->why, "the payload ends at %#llx, the file at %#zx: truncated",
			(unsigned long long)s->payload + s->payload_length, m->size);
		return damaged(img);
	}
	return find_elf(img, m->data + s->payload, s->payload_length, lim);
}

/**
 * xi_image_read() - take an image apart
 * @img: with name and file, else zeroes; to be freed also after failure
 * @lim: how much it may cost
 * @e: what is wrong with it
 *
 * A bzImage whose payload is damaged is no failure here: loaders that do not look
 * at it can be asked.
 *
 * Return: 0, or -1 if there is nothing to ask a loader about
 */
int xi_image_read(struct xi_image *img, const struct xi_limits *lim,
		  struct xi_error *e)
{
	struct xi_error why;

	img->base = &img->file;
	img->size = img->file.size;
	if (img->file.size > lim->file)
		return xi_fail(e, "larger than %llu MiB: no kernel",
			       (unsigned long long)(lim->file / XI_MIB));
	if (!img->file.size)
		return xi_fail(e, "an empty file");

	img->outer.packed = img->file.size;
	img->outer.unpacked = img->file.size;
	img->outer.said = last4(img->file.data, img->file.size);
	img->has_setup = read_setup(&img->setup, img->base->data, img->base->size);
	if (!img->has_setup && !is_elf(img->base->data, img->base->size))
		img->outer.comp = xi_comp_of(img->base->data, img->base->size);
	if ((img->has_setup || img->outer.comp != XI_PLAIN) &&
	    img->file.size > lim->packed)
		return xi_fail(e, "larger than %llu MiB: no compressed kernel",
			       (unsigned long long)(lim->packed / XI_MIB));

	if (img->outer.comp != XI_PLAIN) {
		if (xi_unpack(img->outer.comp, img->file.data, img->file.size,
			      lim, &img->inner, &why))
			return xi_fail(e, "%s", why.text);
		img->outer.unpacked = img->inner.size;
		img->base = &img->inner;
		xi_mem_free(&img->file);
		img->has_setup = read_setup(&img->setup, img->base->data, img->base->size);
	}
	img->multiboot = has_multiboot(img->base->data, img->base->size);

	/* An ELF file may have "HdrS" where a bzImage has it: the ELF wins. */
	if (is_elf(img->base->data, img->base->size)) {
		img->has_setup = false;
		img->inside.packed = img->base->size;
		img->inside.unpacked = img->base->size;
		if (xi_elf_read(&img->elf, img->base->data, img->base->size, e))
			return -1;
		return found(img);
	}
	if (img->has_setup)
		return read_bzimage(img, lim);
	if (img->base->size >= SELFMAG && !memcmp(img->base->data, ELFMAG, SELFMAG))
		return xi_fail(e, "ELF: truncated in the header");
	if (img->outer.comp != XI_PLAIN)
		return xi_fail(e, "what is in the %s is neither ELF nor bzImage",
			       xi_comp_name(img->outer.comp));
	return xi_fail(e, "neither ELF nor bzImage, nor compressed with gzip, xz, lzma, zstd or lzo");
}

/**
 * xi_image_free() - give it back
 * @img: may be zeroes, and is afterwards
 */
void xi_image_free(struct xi_image *img)
{
	xi_elf_free(&img->elf);
	xi_mem_free(&img->payload);
	xi_mem_free(&img->inner);
	xi_mem_free(&img->file);
	memset(img, 0, sizeof(*img));
}
