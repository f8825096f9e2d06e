/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What loaders of Xen PV guests share.
 */
#ifndef XI_LOADERS_PV_H
#define XI_LOADERS_PV_H

#include "xen-image.h"

/* Where 64-bit Xen lives, for a 32-bit guest and for a 64-bit one. */
#define XI_HOLE_32	UINT64_C(0xf5800000)
#define XI_HOLE_32_END	UINT64_C(0x100000000)
#define XI_HOLE_64	UINT64_C(0xffff800000000000)
#define XI_HOLE_64_END	UINT64_C(0xffff880000000000)

/* What is mapped ends at a multiple of the one, with the other behind the stack. */
#define XI_SUPERPAGE	(4 * XI_MIB)
#define XI_PADDING	UINT64_C(0x80000)

/**
 * struct xi_tables - page tables, by their indexes at each level
 * @levels: how many there are
 * @n: mappings so far
 * @at: their first and last index at each level, if a table there is theirs
 *
 * Mappings are added one after the other; a table that an earlier one has is not
 * needed again.
 */
struct xi_tables {
	unsigned int levels;
	unsigned int n;
	struct {
		bool used;
		uint64_t first;
		uint64_t last;
	} at[3][4];
};

void xi_pv_range(struct xi_range *r, uint64_t base, uint64_t start, uint64_t end);
void xi_pv_area(struct xi_plan *plan, const char *name, uint64_t start, uint64_t end);
void xi_pv_segments(struct xi_plan *plan, const struct xi_elf *elf, uint64_t offset);
void xi_pv_hole(struct xi_plan *plan, bool is64);
void xi_pv_from_dom(struct xi_plan *plan, const struct xi_dom *dom);
bool xi_pv_said_right(struct xi_plan *plan, const struct xi_layer *l);
bool xi_pv_said_enough(struct xi_plan *plan, const struct xi_layer *l);
bool xi_pv_protocol(struct xi_plan *plan, const struct xi_image *img);
uint64_t xi_pv_add_mapping(struct xi_tables *t, uint64_t from, uint64_t last);
bool xi_pv_fits(struct xi_plan *plan, const struct xi_dom *dom,
		const struct xi_options *opt, bool is64, const char *refusal);
uint64_t xi_pv_module_size(const struct xi_options *opt);
void xi_xen_build(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt, uint64_t initrd, bool shim);
bool xi_xen_can_build(struct xi_plan *plan, const struct xi_image *img,
		      bool pv32, bool dom0);

#endif /* XI_LOADERS_PV_H */
