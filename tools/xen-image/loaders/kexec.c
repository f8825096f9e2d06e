// SPDX-License-Identifier: GPL-2.0
/*
 * kexec-tools 2.0.25.
 */
#include <elf.h>
#include <inttypes.h>

#include "loaders/metal.h"

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
	uint64_t load = XI_LOW, bytes, max = XI_INITRD_MAX, ram = xi_ram_end(opt);
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
		if (!xi_elf_in_ram(plan, &img->elf, 0, ram))
			return;
		xi_metal_segments(plan, &img->elf, 0);
		plan->entry = img->elf.entry;
		plan->entry_why = "e_entry";
		xi_remark(plan, "give --args-linux: else a Linux kernel gets no parameters, and kexec refuses an initrd");
		return;
	}
	if (!xi_is_bzimage(plan, img, ""))
		return;
	if (!s->boot_flag || s->version < 0x200 || !(s->loadflags & XI_LOADED_HIGH)) {
		xi_refuse(plan, "not a bzImage that kexec takes (boot flag, protocol 2.00, loaded high)");
		return;
	}
	bytes = xi_kernel_bytes(img);
	if (s->initrd_addr_max && max > s->initrd_addr_max)
		max = s->initrd_addr_max;
	if (max > ram)
		max = ram;
	if (s->version >= 0x205 && s->relocatable && xi_power_of_two(s->kernel_alignment))
		load = xi_up(XI_LOW, s->kernel_alignment);
	if (load > max || bytes > max - load || !xi_has_room(s, ram)) {
		xi_refuse(plan, "Could not find a free area of memory of %#" PRIx64 " bytes", bytes);
		return;
	}
	xi_physical(plan, "loaded", load, load + bytes);
	plan->entry = load;
	plan->entry_why = "the start of what is loaded";
	xi_decompressed(plan, img, load, ram);
	if (opt->initrd) {
		max = s->initrd_addr_max && s->initrd_addr_max < ram ? s->initrd_addr_max + UINT64_C(1) : ram;
		if (opt->initrd > max || max - opt->initrd < load + bytes) {
			xi_refuse(plan, "Could not find a free area of memory for the initrd");
			return;
		}
		xi_high_initrd(plan, (max - opt->initrd) & ~(XI_PAGE - 1));
	}
	xi_remark(plan, "the running kernel's memory map decides: all of this may be elsewhere");
}
