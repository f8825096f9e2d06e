// SPDX-License-Identifier: GPL-2.0
/*
 * PvGrub2, which is a PV guest itself and becomes the one it loads.
 */
#include <elf.h>
#include <inttypes.h>

#include "loaders/pv.h"

static bool grub_unpacks(enum xi_comp comp)
{
	return comp == XI_PLAIN || comp == XI_GZIP || comp == XI_XZ || comp == XI_LZO;
}

/**
 * xi_plan_pvgrub2() - PvGrub2, which is a PV guest itself
 * @plan: filled in
 * @img: the image
 * @opt: memory is that of the guest's config
 *
 * grub-i386-xen for a 32-bit kernel, grub-x86_64-xen for a 64-bit one: each takes
 * its own kind only.
 */
void xi_plan_pvgrub2(struct xi_plan *plan, const struct xi_image *img,
		     const struct xi_options *opt)
{
	const struct xi_grub *g = &img->guest.grub;
	const struct xi_elf *elf = &img->elf;
	uint64_t start = XI_UNSET, end = 0, top, base, at, info, need, map_end;
	uint64_t page_tables, p2m, n, n2, frames, pages = opt->memory / XI_PAGE;
	struct xi_tables t = { 0 }, try;
	const struct xi_seg *s;
	unsigned int i, word;
	struct xi_range *r;
	bool wide;

	if (img->has_setup && (!img->setup.boot_flag || img->setup.version < 0x208)) {
		xi_refuse(plan, "version too old for xen boot");
		return;
	}
	if (!grub_unpacks(img->outer.comp) || !grub_unpacks(img->inside.comp)) {
		xi_refuse(plan, "not xen image: GRUB unpacks gzip, xz and lzo, not %s",
			  xi_comp_name(grub_unpacks(img->outer.comp) ?
				       img->inside.comp : img->outer.comp));
		return;
	}
	if (!xi_need_elf(plan, img))
		return;
	wide = elf->machine == EM_X86_64;
	if (elf->is64 != wide) {
		xi_refuse(plan, "unknown ELF type");
		return;
	}
	if (!elf->is64 && opt->no_pv32) {
		xi_refuse(plan, "grub-i386-xen is a 32-bit PV guest: it does not start without CONFIG_PV32");
		return;
	}
	word = elf->is64 ? 8 : 4;
	top = elf->is64 ? UINT64_MAX : UINT32_MAX;
	if (!g->any) {
		xi_refuse(plan, "no XEN note found");
		return;
	}
	plan->pv = true;
	base = g->virt_base;
	plan->virt_base = base;
	plan->paddr_offset = g->paddr_offset;
	plan->offset_why = g->offset_why;
	plan->entry = g->entry;
	plan->entry_why = g->entry_why;
	plan->nr_pages = pages;
	xi_pv_hole(plan, elf->is64);
	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_LOAD)
			continue;
		if (start > s->paddr)
			start = s->paddr;
		if (end < s->paddr + s->memsz)
			end = s->paddr + s->memsz;
		plan->seg[plan->nseg].name = "segment";
		xi_pv_range(&plan->seg[plan->nseg++], base, s->paddr - g->paddr_offset + base,
			    s->paddr + s->memsz - g->paddr_offset + base);
	}
	if (g->bad_loader) {
		xi_refuse(plan, "invalid loader");
		return;
	}
	if (!elf->is64 && !g->pae) {
		xi_refuse(plan, "incompatible architecture: no PAE");
		return;
	}
	if (base & (XI_PAGE - 1)) {
		xi_refuse(plan, "unaligned virt_base");
		return;
	}
	start = (start - g->paddr_offset) & top;
	end = (end - g->paddr_offset) & top;
	if (g->hypercall != XI_UNSET) {
		at = (g->hypercall - base) & top;
		if (start > at)
			start = at;
		if (end < at + XI_PAGE)
			end = at + XI_PAGE;
	}
	if (end < start || end > opt->memory || opt->initrd > opt->memory) {
		xi_refuse(plan, "out of memory: the kernel would be at %#" PRIx64 " to %#" PRIx64,
			  start, end);
		return;
	}
	if (base > top - XI_SUPERPAGE || end > top - XI_SUPERPAGE - base) {
		xi_refuse(plan, "the kernel ends at %#" PRIx64 ": no room behind it in the address space",
			  base + end);
		return;
	}
	if (g->entry < base + start || g->entry >= base + end)
		xi_refuse(plan, "the entry %#" PRIx64 " is not in the kernel, and PvGrub2 jumps there unasked",
			  g->entry);

	at = xi_page_up(end);
	if (opt->initrd && !g->unmapped) {
		xi_pv_area(plan, "initrd", base + at, base + at + opt->initrd);
		at = xi_page_up(at + opt->initrd);
	}
	p2m = xi_page_up(pages * word);
	if (g->p2m_base == XI_UNSET) {
		xi_pv_area(plan, "p2m", base + at, base + at + pages * word);
		at += p2m;
	}
	/* A 32-bit guest's start_info is shorter; both take a page. */
	xi_pv_area(plan, "start_info", base + at, base + at + XI_PAGE);
	xi_pv_area(plan, "console", base + at + XI_PAGE, base + at + 2 * XI_PAGE);
	xi_pv_area(plan, "xenstore", base + at + 2 * XI_PAGE, base + at + 3 * XI_PAGE);
	at += 3 * XI_PAGE;
	page_tables = at;

	/*
	 * Room for 1 MiB of stack and the padding; and one page is mapped
	 * elsewhere, for the code that does the switch.
	 */
	t.levels = elf->is64 ? 4 : 3;
	info = at / XI_PAGE;
	need = info;
	for (;;) {
		map_end = xi_up(base + need * XI_PAGE + XI_PADDING + XI_MIB, XI_SUPERPAGE);
		if (map_end <= base || (map_end - base) > opt->memory) {
			xi_refuse(plan, "out of memory: the initial mapping ends at %#" PRIx64, map_end);
			return;
		}
		try = t;
		n = xi_pv_add_mapping(&try, base, map_end - 1);
		if (base)
			n2 = xi_pv_add_mapping(&try, 0, XI_PAGE - 1);
		else
			n2 = xi_pv_add_mapping(&try, map_end, map_end + XI_PAGE - 1);
		need = info + n + n2;
		if (base + need * XI_PAGE <= map_end)
			break;
	}
	t = try;
	frames = n + n2;
	xi_pv_area(plan, "page_tables", base + page_tables, base + page_tables + frames * XI_PAGE);
	at = page_tables + frames * XI_PAGE;
	xi_pv_area(plan, "stack", base + at, base + at + XI_MIB);
	plan->nr_pt_frames = frames;
	xi_pv_range(&plan->map, base, base, map_end);
	plan->map.name = "map";
	at = map_end - base;
	if (opt->initrd && g->unmapped) {
		r = xi_area(plan, "initrd");
		r->has_p = true;
		r->pstart = at;
		r->pend = at + opt->initrd;
		at = xi_page_up(at + opt->initrd);
	}
	if (g->p2m_base != XI_UNSET) {
		n = xi_pv_add_mapping(&t, g->p2m_base, g->p2m_base + p2m - 1);
		r = xi_area(plan, "p2m");
		xi_pv_range(r, g->p2m_base - at, g->p2m_base, g->p2m_base + pages * word);
		at += p2m + n * XI_PAGE;
	}
	if (at > opt->memory)
		xi_refuse(plan, "out of memory: %#" PRIx64 " bytes are needed", at);
	if (elf->is64 ? plan->map.vstart < XI_HOLE_64_END && map_end > XI_HOLE_64 :
	    map_end > XI_HOLE_32)
		xi_refuse(plan, "the initial mapping (to %#" PRIx64 ") reaches into the hypervisor",
			  map_end);
}
