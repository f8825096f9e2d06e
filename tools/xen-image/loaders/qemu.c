// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU 7.2's -kernel: a bzImage by its setup code, an ELF file by PVH.
 */
#include <inttypes.h>

#include "loaders/metal.h"

/* xloadflags of the boot protocol */
#define ABOVE_4G	2
/* What ACPI takes of QEMU's pc machine */
#define PC_ACPI		UINT64_C(0x28000)
/* What SeaBIOS does put there: the ACPI tables, which QEMU makes that large. */
#define SEABIOS_TOP	UINT64_C(0x20000)

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
	uint64_t ram = xi_ram_end(opt);
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
	xi_physical(plan, "initrd", at, at + opt->initrd);
}

static void qemu_pvh(struct xi_plan *plan, const struct xi_image *img,
		     const struct xi_options *opt)
{
	const struct xi_elf *elf = &img->elf;

	if (elf->flags & 0x00010004) {
		xi_refuse(plan, "elfboot unsupported flags = %x", elf->flags);
		return;
	}
	if (!img->guest.pvh) {
		xi_refuse(plan, "Error loading uncompressed kernel without PVH ELF Note");
		return;
	}
	if (!xi_elf_in_ram(plan, elf, 0, xi_ram_end(opt)))
		return;
	plan->entry = img->guest.pvh;
	plan->entry_why = "PHYS32_ENTRY note: this is a PVH boot";
	xi_metal_segments(plan, elf, 0);
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
	uint64_t load = XI_LOW, bytes, max = XI_INITRD_MAX, ram = xi_ram_end(opt);

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
	if (!xi_is_bzimage(plan, img, ""))
		return;
	if (s->version < 0x200 || !(s->loadflags & XI_LOADED_HIGH)) {
		xi_refuse(plan, "a zImage, loaded at 64 KiB, and this plan has bzImages only");
		return;
	}
	bytes = xi_kernel_bytes(img);
	if (load > ram || bytes > ram - load || !xi_has_room(s, ram)) {
		xi_refuse(plan, "out of memory: %#" PRIx64 " bytes are there", ram);
		return;
	}
	xi_physical(plan, "setup", 0x10000, 0x10000 + (s->sects ? s->sects + 1 : 5) * 512);
	xi_physical(plan, "loaded", load, load + bytes);
	plan->entry = 0x10200;
	plan->entry_why = "the setup code in real mode, which goes on at code32_start";
	xi_decompressed(plan, img, load, ram);
	if (s->version >= 0x20c && s->xloadflags & ABOVE_4G)
		max = UINT32_MAX;
	else if (s->version >= 0x203)
		max = s->initrd_addr_max;
	qemu_initrd(plan, opt, max, s->version >= 0x203 ? s->initrd_addr_max : XI_INITRD_MAX);
}
