// SPDX-License-Identifier: GPL-2.0
/*
 * GRUB 2.06's linux command, the same on BIOS and on UEFI.
 */
#include <inttypes.h>

#include "loaders/metal.h"

/**
 * xi_grub_linux() - GRUB's linux command
 * @plan: filled in
 * @img: the image
 * @opt: memory is the machine's
 */
void xi_grub_linux(struct xi_plan *plan, const struct xi_image *img,
		   const struct xi_options *opt)
{
	const struct xi_setup *s = &img->setup;
	uint64_t load = XI_LOW, size, init, align = 1, min = 1, max;
	enum xi_comp comp = img->outer.comp;
	uint64_t bytes, ram = xi_ram_end(opt);
	bool relocatable = false;

	plan->exact = false;
	if (comp != XI_PLAIN && comp != XI_GZIP && comp != XI_XZ && comp != XI_LZO) {
		xi_refuse(plan, "GRUB unpacks gzip, xz and lzo, not %s", xi_comp_name(comp));
		return;
	}
	if (!xi_is_bzimage(plan, img, "invalid magic number: it takes a bzImage, not an ELF file"))
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
	if (!(s->loadflags & XI_LOADED_HIGH)) {
		xi_refuse(plan, "zImage doesn't support 32-bit boot");
		return;
	}
	if (s->end > 0x290) {
		xi_refuse(plan, "Linux setup header too big");
		return;
	}
	bytes = xi_kernel_bytes(img);
	if (s->version >= 0x205 && xi_power_of_two(s->kernel_alignment)) {
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
			load = xi_up(16 * XI_MIB, align);
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
	xi_physical(plan, "loaded", load, load + bytes);
	xi_physical(plan, "workspace", load, load + size);
	plan->entry = load + s->code32_start - XI_LOW;
	plan->entry_why = "code32_start, moved with the kernel";
	xi_decompressed(plan, img, load, ram);
	if (!opt->initrd)
		return;
	max = s->initrd_addr_max;
	if (max > XI_INITRD_MAX)
		max = XI_INITRD_MAX;
	max -= max > 0x10000 ? 0x10000 : max;
	if (max > ram)
		max = ram;
	if (xi_page_up(opt->initrd) > max ||
	    ((max - xi_page_up(opt->initrd)) & ~(XI_PAGE - 1)) < load + init) {
		xi_refuse(plan, "the initrd is too big");
		return;
	}
	max = (max - xi_page_up(opt->initrd)) & ~(XI_PAGE - 1);
	xi_high_initrd(plan, max);
}
