/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What loaders without a hypervisor share.
 */
#ifndef XI_LOADERS_METAL_H
#define XI_LOADERS_METAL_H

#include "xen-image.h"

/* Where a bzImage goes if it does not say */
#define XI_LOW		UINT64_C(0x100000)
/* loadflags of the boot protocol */
#define XI_LOADED_HIGH	1
/* initrd_addr_max of a header that has none */
#define XI_INITRD_MAX	UINT64_C(0x37ffffff)

static inline bool xi_power_of_two(uint64_t x)
{
	return x && !(x & (x - 1));
}

uint64_t xi_ram_end(const struct xi_options *opt);
void xi_physical(struct xi_plan *plan, const char *name, uint64_t start, uint64_t end);
void xi_metal_segments(struct xi_plan *plan, const struct xi_elf *elf, uint64_t shift);
bool xi_elf_in_ram(struct xi_plan *plan, const struct xi_elf *elf,
		   uint64_t shift, uint64_t ram);
void xi_decompressed(struct xi_plan *plan, const struct xi_image *img,
		     uint64_t load, uint64_t ram);
bool xi_is_bzimage(struct xi_plan *plan, const struct xi_image *img, const char *otherwise);
bool xi_has_room(const struct xi_setup *s, uint64_t ram);
uint64_t xi_kernel_bytes(const struct xi_image *img);
void xi_high_initrd(struct xi_plan *plan, uint64_t at);
void xi_grub_linux(struct xi_plan *plan, const struct xi_image *img,
		   const struct xi_options *opt);

#endif /* XI_LOADERS_METAL_H */
