// SPDX-License-Identifier: GPL-2.0
/*
 * Loaders without a hypervisor: GRUB's linux command, QEMU's -kernel, kexec.  As
 * of GRUB 2.06, QEMU 7.2, kexec-tools 2.0.25, and the kernel's boot.rst.
 *
 * They put a file where its header asks for and enter it without paging.  Of a
 * bzImage that is the decompressor, which then puts the kernel at its place; of
 * an ELF file it is the kernel, at p_paddr.  The machine's own map of its memory
 * is not known here: RAM is taken to be all of what --memory says, from 1 MiB to
 * where 32-bit PCI begins.
 */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "xen-image.h"

#define LOW		UINT64_C(0x100000)
#define LOADED_HIGH	1
#define ABOVE_4G	2
#define GRUB_INITRD_MAX	UINT64_C(0x37ffffff)
#define KEXEC_MAX	UINT64_C(0x37ffffff)

/* QEMU's pc machine: no RAM from here to 4 GiB, and what ACPI takes */
#define PC_LOWMEM	UINT64_C(0xe0000000)
#define PC_LOWMEM_SPLIT	UINT64_C(0xc0000000)
#define PC_ACPI		UINT64_C(0x28000)
/* What SeaBIOS does put there: the ACPI tables, which QEMU makes that large. */
#define SEABIOS_TOP	UINT64_C(0x20000)

static uint64_t up(uint64_t x, uint64_t to)
{
	return (x + to - 1) & ~(to - 1);
}

static bool power_of_two(uint64_t x)
{
	return x && !(x & (x - 1));
}

static uint64_t ram_end(const struct xi_options *opt)
{
	return opt->memory < PC_LOWMEM ? opt->memory : PC_LOWMEM_SPLIT;
}

static void physical(struct xi_plan *plan, const char *name, uint64_t start, uint64_t end)
{
	struct xi_range *r = xi_area(plan, name);

	r->has_p = true;
	r->pstart = start;
	r->pend = end;
}

/* @shift: how far from p_paddr and p_vaddr it all is */
static void segments(struct xi_plan *plan, const struct xi_elf *elf, uint64_t shift)
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

/* Is there RAM for what is to be at p_paddr, or that far from it? */
static bool elf_in_ram(struct xi_plan *plan, const struct xi_elf *elf,
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

/*
 * Entered at @load, the decompressor puts the kernel at a multiple of its
 * alignment, not below where it was linked for.
 */
static void decompressed(struct xi_plan *plan, const struct xi_image *img,
			 uint64_t load, uint64_t ram)
{
	const struct xi_setup *s = &img->setup;
	uint64_t at = s->pref_address;

	if (img->found == XI_DAMAGED) {
		xi_refuse(plan, "it would be loaded, and then stop: %s", img->why.text);
		return;
	}
	if (s->relocatable && power_of_two(s->kernel_alignment) &&
	    up(load, s->kernel_alignment) > at)
		at = up(load, s->kernel_alignment);
	if (img->found != XI_FOUND || s->version < 0x20a)
		return;
	if (!elf_in_ram(plan, &img->elf, at - s->pref_address, ram))
		return;
	segments(plan, &img->elf, at - s->pref_address);
	if (s->relocatable)
		xi_remark(plan, "with CONFIG_RANDOMIZE_BASE the kernel moves itself from there, unless nokaslr is given");
}

/* What the boot protocol's loaders have in common: is it one, and all there? */
static bool is_bzimage(struct xi_plan *plan, const struct xi_image *img, const char *otherwise)
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

/* For the kernel where it wants to be, with all that it needs on the way. */
static bool room(const struct xi_setup *s, uint64_t ram)
{
	return s->pref_address <= ram && s->init_size <= ram - s->pref_address;
}

static uint64_t kernel_bytes(const struct xi_image *img)
{
	unsigned int sects = img->setup.sects ? img->setup.sects : 4;

	return img->base->size - (sects + 1) * UINT64_C(512);
}

/* Where it goes is the memory map's; where it cannot be above is the header's. */
static void high_initrd(struct xi_plan *plan, uint64_t at)
{
	xi_remark(plan, "the initrd goes as high as the machine's memory map allows: to %#" PRIx64 " or lower", at);
}

static void grub(struct xi_plan *plan, const struct xi_image *img,
		 const struct xi_options *opt)
{
	const struct xi_setup *s = &img->setup;
	uint64_t load = LOW, size, init, align = 1, min = 1, max;
	enum xi_comp comp = img->outer.comp;
	uint64_t bytes, ram = ram_end(opt);
	bool relocatable = false;

	plan->exact = false;
	if (comp != XI_PLAIN && comp != XI_GZIP && comp != XI_XZ && comp != XI_LZO) {
		xi_refuse(plan, "GRUB unpacks gzip, xz and lzo, not %s", xi_comp_name(comp));
		return;
	}
	if (!is_bzimage(plan, img, "invalid magic number: it takes a bzImage, not an ELF file"))
		return;
	if (!s->boot_flag) {
		xi_refuse(plan, "invalid magic number");
		return;
	}
	if (s->sects > 64) {
		xi_refuse(plan, "too many setup sectors");
		return;
	}
	if (s->version < 0x203) {
		xi_refuse(plan, "version too old for 32-bit boot");
		return;
	}
	if (!(s->loadflags & LOADED_HIGH)) {
		xi_refuse(plan, "zImage doesn't support 32-bit boot");
		return;
	}
	if (s->end > 0x290) {
		xi_refuse(plan, "Linux setup header too big");
		return;
	}
	bytes = kernel_bytes(img);
	if (s->version >= 0x205 && power_of_two(s->kernel_alignment)) {
		align = s->kernel_alignment;
		min = align;
		relocatable = s->relocatable;
	}
	size = bytes;
	init = xi_page_up(size) * 3;
	if (s->version >= 0x20a) {
		min = s->min_alignment < 32 ? UINT64_C(1) << s->min_alignment : align;
		size = s->init_size;
		init = xi_page_up(size);
		if (relocatable)
			load = s->pref_address;
	}
	size = xi_page_up(size ? size : 1);
	if (load > ram || size > ram - load) {
		if (!relocatable) {
			xi_refuse(plan, "out of memory: %#" PRIx64 " bytes at %#" PRIx64, size, load);
			return;
		}
		/* It tries ever smaller alignments, from 16 MiB upwards. */
		for (load = ram; align >= min && align; align /= 2) {
			load = up(16 * XI_MIB, align);
			if (load <= ram && size <= ram - load)
				break;
			load = ram;
		}
		if (load == ram) {
			xi_refuse(plan, "out of memory: no %#" PRIx64 " bytes from 16 MiB on", size);
			return;
		}
	}
	if (bytes > size) {
		xi_refuse(plan, "the header asks for %#" PRIx64 " bytes of memory, the file has %#" PRIx64 " to put there",
			  size, bytes);
		return;
	}
	physical(plan, "loaded", load, load + bytes);
	physical(plan, "workspace", load, load + size);
	plan->entry = load + s->code32_start - LOW;
	plan->entry_why = "code32_start, moved with the kernel";
	decompressed(plan, img, load, ram);
	if (!opt->initrd)
		return;
	max = s->initrd_addr_max;
	if (max > GRUB_INITRD_MAX)
		max = GRUB_INITRD_MAX;
	max -= max > 0x10000 ? 0x10000 : max;
	if (max > ram)
		max = ram;
	if (xi_page_up(opt->initrd) > max ||
	    ((max - xi_page_up(opt->initrd)) & ~(XI_PAGE - 1)) < load + init) {
		xi_refuse(plan, "the initrd is too big");
		return;
	}
	max = (max - xi_page_up(opt->initrd)) & ~(XI_PAGE - 1);
	high_initrd(plan, max);
}

/**
 * xi_plan_grub_bios() - GRUB's linux command on BIOS
 * @plan: filled in
 * @img: the image
 * @opt: memory is the machine's
 */
void xi_plan_grub_bios(struct xi_plan *plan, const struct xi_image *img,
		       const struct xi_options *opt)
{
	grub(plan, img, opt);
}

/**
 * xi_plan_grub_efi() - GRUB's linux command on UEFI, without Secure Boot
 * @plan: filled in
 * @img: the image
 * @opt: memory is the machine's
 */
void xi_plan_grub_efi(struct xi_plan *plan, const struct xi_image *img,
		      const struct xi_options *opt)
{
	grub(plan, img, opt);
	if (!plan->takes)
		return;
	if (img->setup.version >= 0x20b && !img->setup.handover_offset)
		xi_remark(plan, "built without CONFIG_EFI_STUB: Secure Boot cannot start it; without CONFIG_EFI it finds no ACPI tables");
	xi_remark(plan, "firmware may have the place it asks for, as OVMF has 16 MiB: then GRUB loads it at another multiple of its alignment");
}

/* The top of memory as SeaBIOS has it for INT 15h, E801, which counts in 64 KiB. */
static uint64_t e801(uint64_t ram)
{
	ram = ram > SEABIOS_TOP ? ram - SEABIOS_TOP : 0;
	return ram & ~(ram > 16 * XI_MIB ? UINT64_C(0xffff) : UINT64_C(0x3ff));
}

/*
 * @max: not above that
 * @allowed: what the header says to that, which QEMU's option ROM for a bzImage
 *	compares again; it then moves an initrd that is not there to the end of
 *	memory as the BIOS says.  0 for none: the one for PVH does nothing of it.
 */
static void qemu_initrd(struct xi_plan *plan, const struct xi_options *opt,
			uint64_t max, uint64_t allowed)
{
	uint64_t ram = ram_end(opt);
	uint64_t at, end;

	if (!opt->initrd)
		return;
	if (ram <= PC_ACPI || max >= ram - PC_ACPI)
		max = ram > PC_ACPI ? ram - PC_ACPI - 1 : 0;
	if (opt->initrd >= max) {
		xi_refuse(plan, "initrd is too large, cannot support. (max: %" PRIu64 ", need %" PRIu64 ")",
			  max, opt->initrd);
		return;
	}
	at = (max - opt->initrd) & ~(XI_PAGE - 1);
	end = (at + opt->initrd) & ~(XI_PAGE - 1);
	allowed &= ~(XI_PAGE - 1);
	if (allowed && end && end != allowed && opt->initrd <= e801(ram))
		at = (e801(ram) - opt->initrd) & ~(XI_PAGE - 1);
	physical(plan, "initrd", at, at + opt->initrd);
}

static void qemu_pvh(struct xi_plan *plan, const struct xi_image *img,
		     const struct xi_options *opt)
{
	const struct xi_elf *elf = &img->elf;
	uint64_t entry = 0;
	unsigned int i;

	for (i = 0; i < elf->nnote; i++)
		if (!elf->note[i].section && elf->note[i].type == 18 &&
		    xi_note_is_xen(elf, &elf->note[i]))
			entry = xi_note_number(elf, &elf->note[i]);
	if (elf->flags & 0x00010004) {
		xi_refuse(plan, "elfboot unsupported flags = %x", elf->flags);
		return;
	}
	if (!entry) {
		xi_refuse(plan, "Error loading uncompressed kernel without PVH ELF Note");
		return;
	}
	if (!elf_in_ram(plan, elf, 0, ram_end(opt)))
		return;
	plan->entry = entry;
	plan->entry_why = "PHYS32_ENTRY note: this is a PVH boot";
	segments(plan, elf, 0);
	qemu_initrd(plan, opt, UINT64_MAX, 0);
}

/**
 * xi_plan_qemu() - QEMU's -kernel, with its pc machine
 * @plan: filled in
 * @img: the image
 * @opt: memory is that of -m
 */
void xi_plan_qemu(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt)
{
	const struct xi_setup *s = &img->setup;
	uint64_t load = LOW, bytes, max = GRUB_INITRD_MAX, ram = ram_end(opt);

	if (img->outer.comp != XI_PLAIN) {
		xi_refuse(plan, "QEMU unpacks nothing, and would take the %s for an ancient kernel",
			  xi_comp_name(img->outer.comp));
		return;
	}
	if (!img->has_setup) {
		if (img->multiboot) {
			xi_refuse(plan, "it has a multiboot header: QEMU boots it as such, and this plan has no multiboot");
			return;
		}
		if (xi_need_elf(plan, img))
			qemu_pvh(plan, img, opt);
		return;
	}
	if (!is_bzimage(plan, img, ""))
		return;
	if (s->version < 0x200 || !(s->loadflags & LOADED_HIGH)) {
		xi_refuse(plan, "a zImage, loaded at 64 KiB, and this plan has bzImages only");
		return;
	}
	bytes = kernel_bytes(img);
	if (load > ram || bytes > ram - load || !room(s, ram)) {
		xi_refuse(plan, "out of memory: %#" PRIx64 " bytes are there", ram);
		return;
	}
	physical(plan, "setup", 0x10000, 0x10000 + (s->sects ? s->sects + 1 : 5) * 512);
	physical(plan, "loaded", load, load + bytes);
	plan->entry = 0x10200;
	plan->entry_why = "the setup code in real mode, which goes on at code32_start";
	decompressed(plan, img, load, ram);
	if (s->version >= 0x20c && s->xloadflags & ABOVE_4G)
		max = UINT32_MAX;
	else if (s->version >= 0x203)
		max = s->initrd_addr_max;
	qemu_initrd(plan, opt, max, s->version >= 0x203 ? s->initrd_addr_max : GRUB_INITRD_MAX);
}

/**
 * xi_plan_kexec() - kexec -l of kexec-tools on a 32-bit kernel
 * @plan: filled in
 * @img: the image
 * @opt: memory is the machine's
 */
void xi_plan_kexec(struct xi_plan *plan, const struct xi_image *img,
		   const struct xi_options *opt)
{
	const struct xi_setup *s = &img->setup;
	uint64_t load = LOW, bytes, max = KEXEC_MAX, ram = ram_end(opt);
	enum xi_comp comp = img->outer.comp;

	plan->exact = false;
	if (comp != XI_PLAIN && comp != XI_GZIP && comp != XI_XZ && comp != XI_LZMA) {
		xi_refuse(plan, "kexec unpacks gzip, xz and lzma, not %s", xi_comp_name(comp));
		return;
	}
	if (!img->has_setup) {
		if (!xi_need_elf(plan, img))
			return;
		if (img->elf.machine != EM_386) {
			xi_refuse(plan, "an ELF file for another machine than i386");
			return;
		}
		if (!elf_in_ram(plan, &img->elf, 0, ram))
			return;
		segments(plan, &img->elf, 0);
		plan->entry = img->elf.entry;
		plan->entry_why = "e_entry";
		xi_remark(plan, "give --args-linux: else a Linux kernel gets no parameters, and kexec refuses an initrd");
		return;
	}
	if (!is_bzimage(plan, img, ""))
		return;
	if (!s->boot_flag || s->version < 0x200 || !(s->loadflags & LOADED_HIGH)) {
		xi_refuse(plan, "not a bzImage that kexec takes (boot flag, protocol 2.00, loaded high)");
		return;
	}
	bytes = kernel_bytes(img);
	if (s->initrd_addr_max && max > s->initrd_addr_max)
		max = s->initrd_addr_max;
	if (max > ram)
		max = ram;
	if (s->version >= 0x205 && s->relocatable && power_of_two(s->kernel_alignment))
		load = up(LOW, s->kernel_alignment);
	if (load > max || bytes > max - load || !room(s, ram)) {
		xi_refuse(plan, "Could not find a free area of memory of %#" PRIx64 " bytes", bytes);
		return;
	}
	physical(plan, "loaded", load, load + bytes);
	plan->entry = load;
	plan->entry_why = "the start of what is loaded";
	decompressed(plan, img, load, ram);
	if (opt->initrd) {
		max = s->initrd_addr_max && s->initrd_addr_max < ram ? s->initrd_addr_max + UINT64_C(1) : ram;
		if (opt->initrd > max || max - opt->initrd < load + bytes) {
			xi_refuse(plan, "Could not find a free area of memory for the initrd");
			return;
		}
		high_initrd(plan, (max - opt->initrd) & ~(XI_PAGE - 1));
	}
	xi_remark(plan, "the running kernel's memory map decides: all of this may be elsewhere");
}
