// SPDX-License-Identifier: GPL-2.0
/*
 * What loaders without a hypervisor share, and the kernel's boot.rst.
 *
 * They put a file where its header asks for and enter it without paging.  Of a
 * bzImage that is the decompressor, which then puts the kernel at its place; of
 * an ELF file it is the kernel, at p_paddr.  The machine's own map of its memory
 * is not known here: RAM is taken to be all of what --memory says, from 1 MiB to
 * where 32-bit PCI begins.
 */
#include <elf.h>
#include <inttypes.h>

#include "loaders/metal.h"

/* QEMU's pc machine: no RAM from here to 4 GiB */
#define PC_LOWMEM	UINT64_C(0xe0000000)
#define PC_LOWMEM_SPLIT	UINT64_C(0xc0000000)

/**
 * xi_ram_end() - where RAM below 4 GiB ends
 * @opt: memory
 *
 * Return: the address behind it
 */
uint64_t xi_ram_end(const struct xi_options *opt)
{
	return opt->memory < PC_LOWMEM ? opt->memory : PC_LOWMEM_SPLIT;
}

/**
 * xi_physical() - one more area
 * @plan: where
 * @name: of the area
 * @start: first physical address
 * @end: the one behind the last
 */
void xi_physical(struct xi_plan *plan, const char *name, uint64_t start, uint64_t end)
{
	struct xi_range *r = xi_area(plan, name);

	r->has_p = true;
	r->pstart = start;
	r->pend = end;
}

/**
 * xi_metal_segments() - where the segments are
 * @plan: where to note it
 * @elf: the file
 * @shift: how far from p_paddr and p_vaddr it all is
 */
void xi_metal_segments(struct xi_plan *plan, const struct xi_elf *elf, uint64_t shift)
{
	struct xi_range *r;
	const struct xi_seg *s;
	unsigned int i;

	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_LOAD)
			continue;
		r = &plan->seg[plan->nseg++];
		r->name = "segment";
		r->has_p = true;
		r->pstart = s->paddr + shift;
		r->pend = s->paddr + s->memsz + shift;
		/* A 64-bit kernel keeps its virtual addresses wherever it lies. */
		r->has_v = true;
		r->vstart = s->vaddr + (elf->is64 ? 0 : shift);
		r->vend = r->vstart + s->memsz;
	}
}

/**
 * xi_elf_in_ram() - is there RAM for what is to be at p_paddr, or that far from it?
 * @plan: refused if not
 * @elf: the file
 * @shift: how far
 * @ram: where RAM ends
 *
 * Return: true if so
 */
bool xi_elf_in_ram(struct xi_plan *plan, const struct xi_elf *elf,
		   uint64_t shift, uint64_t ram)
{
	const struct xi_seg *s;
	unsigned int i;
	uint64_t at;

	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_LOAD || !s->memsz)
			continue;
		at = s->paddr + shift;
		if (at > ram || s->memsz > ram - at) {
			xi_refuse(plan, "segment %u would be at %#" PRIx64 ", and there is RAM to %#" PRIx64 "%s",
				  i, at, ram, s->paddr == s->vaddr ?
				  ": its physical address is a virtual one" : "");
			return false;
		}
	}
	return true;
}

/**
 * xi_decompressed() - where the decompressor puts the kernel
 * @plan: where to note it
 * @img: the image
 * @load: where the decompressor is entered
 * @ram: where RAM ends
 *
 * That is at a multiple of the kernel's alignment, not below where it was linked for.
 */
void xi_decompressed(struct xi_plan *plan, const struct xi_image *img,
		     uint64_t load, uint64_t ram)
{
	const struct xi_setup *s = &img->setup;
	uint64_t at = s->pref_address;

	if (img->found == XI_DAMAGED) {
		xi_refuse(plan, "it would be loaded, and then stop: %s", img->why.text);
		return;
	}
	if (s->relocatable && xi_power_of_two(s->kernel_alignment) &&
	    xi_up(load, s->kernel_alignment) > at)
		at = xi_up(load, s->kernel_alignment);
	if (img->found != XI_FOUND || s->version < 0x20a)
		return;
	if (!xi_elf_in_ram(plan, &img->elf, at - s->pref_address, ram))
		return;
	xi_metal_segments(plan, &img->elf, at - s->pref_address);
	if (s->relocatable)
		xi_remark(plan, "with CONFIG_RANDOMIZE_BASE the kernel moves itself from there, unless nokaslr is given");
}

/**
 * xi_is_bzimage() - is it one, and all there?
 * @plan: refused if not
 * @img: the image
 * @otherwise: the loader's words for something else
 *
 * Return: true if so
 */
bool xi_is_bzimage(struct xi_plan *plan, const struct xi_image *img, const char *otherwise)
{
	const struct xi_setup *s = &img->setup;
	unsigned int sects = s->sects ? s->sects : 4;

	if (!img->has_setup) {
		xi_refuse(plan, "%s", otherwise);
		return false;
	}
	if ((sects + 1) * 512u >= img->base->size) {
		xi_refuse(plan, "the file ends in the setup sectors: truncated");
		return false;
	}
	return true;
}

/**
 * xi_has_room() - for the kernel where it wants to be, with all it needs on the way
 * @s: its header
 * @ram: where RAM ends
 *
 * Return: true if there is
 */
bool xi_has_room(const struct xi_setup *s, uint64_t ram)
{
	return s->pref_address <= ram && s->init_size <= ram - s->pref_address;
}

/**
 * xi_kernel_bytes() - how much of a bzImage is not setup code
 * @img: the image
 *
 * Return: bytes
 */
uint64_t xi_kernel_bytes(const struct xi_image *img)
{
	unsigned int sects = img->setup.sects ? img->setup.sects : 4;

	return img->base->size - (sects + 1) * UINT64_C(512);
}

/**
 * xi_high_initrd() - the machine's memory map has the initrd's place
 * @plan: gets a remark
 * @at: above that it cannot be, by the header
 */
void xi_high_initrd(struct xi_plan *plan, uint64_t at)
{
	xi_remark(plan, "the initrd goes as high as the machine's memory map allows: to %#" PRIx64 " or lower", at);
}
