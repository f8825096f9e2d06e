// SPDX-License-Identifier: GPL-2.0
/*
 * The loader patch of May 2006 that this project began with.
 */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "loaders/pv.h"

/**
 * xi_plan_2006() - the seed's loader: an address below VIRT_BASE is physical
 * @plan: filled in
 * @img: the image
 * @opt: not asked for, it only says where the segments and the entry are
 */
void xi_plan_2006(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt)
{
	const struct xi_elf *elf = &img->elf;
	uint64_t start = XI_UNSET, end = 0, s0, s1, p0;
	const struct xi_dom *now = &img->guest.dom;
	struct xi_dom dom = img->guest.legacy;
	const struct xi_seg *s;
	bool guess = false;
	unsigned int i;

	(void)opt;
	if (!xi_need_elf(plan, img))
		return;
	if (img->has_setup)
		xi_refuse(plan, "2006 knew no bzImage under Xen");
	if (!elf->legacy) {
		xi_refuse(plan, "Not a Xen-ELF image: '__xen_guest' section not found (2006 knew no notes; below with their VIRT_BASE)");
		dom.virt_base = now->virt_base;
	} else if (strncmp(dom.xen_ver, "xen-3.0", 7)) {
		xi_refuse(plan, "Will only load images built for Xen v3.0");
	} else if (strncmp(dom.loader, "generic", 7) && strncmp(dom.guest_os, "linux", 5)) {
		xi_refuse(plan, "Will only load images built for the generic loader or Linux images");
	}
	if (dom.virt_base == XI_UNSET)
		dom.virt_base = 0;
	plan->pv = true;
	plan->virt_base = dom.virt_base;
	plan->offset_why = "a guess: addresses below VIRT_BASE are physical";
	plan->entry = elf->entry;
	plan->entry_why = "e_entry";
	if (dom.virt_base && plan->entry < dom.virt_base) {
		plan->entry += dom.virt_base;
		plan->entry_why = "e_entry plus VIRT_BASE";
	}
	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_LOAD || !(s->flags & (PF_R | PF_W | PF_X)))
			continue;
		s0 = s->paddr;
		p0 = s->paddr;
		if (s0 < dom.virt_base) {
			s0 += dom.virt_base;
			guess = true;
		}
		s1 = s0 + s->memsz;
		if (p0 > dom.virt_base)
			p0 -= dom.virt_base;
		if (s->paddr == dom.virt_base && dom.virt_base)
			xi_refuse(plan, "a segment begins at VIRT_BASE itself, which is taken for physical when it is written");
		if (start > s0)
			start = s0;
		if (end < s1)
			end = s1;
		plan->seg[plan->nseg].name = "segment";
		xi_pv_range(&plan->seg[plan->nseg++], s0 - p0, s0, s1);
	}
	plan->paddr_offset = guess ? 0 : dom.virt_base;
	if (start > end || plan->entry < start || plan->entry > end)
		xi_refuse(plan, "Malformed ELF image: the entry %#" PRIx64 " is not in it", plan->entry);
	if (img->guest.is_xen && now->virt_entry != plan->entry)
		xi_remark(plan, "today's loaders enter at %#" PRIx64 " (%s)",
			  now->virt_entry, now->entry_why);
	xi_remark(plan, "where a builder of 2006 puts p2m, page tables and stack is not known");
}
