// SPDX-License-Identifier: GPL-2.0
/*
 * The tool stack, as loader of guests; pygrub hands it the kernel.
 */
#include <elf.h>
#include <inttypes.h>

#include "loaders/pv.h"

/* The tool stack's memory: given out from the bottom, page by page. */
struct builder {
	struct xi_plan *plan;
	uint64_t virt;
	uint64_t pfn;
	uint64_t total;
};

static bool pages_for(struct builder *b, const char *name, uint64_t pages)
{
	if (pages > b->total || b->pfn > b->total || pages > b->total - b->pfn) {
		xi_refuse(b->plan, "segment %s too large (%#" PRIx64 " > %#" PRIx64 " - %#" PRIx64 " pages)",
			  name, pages, b->total, b->pfn);
		return false;
	}
	b->pfn += pages;
	b->virt += pages * XI_PAGE;
	return true;
}

static bool segment(struct builder *b, const char *name, uint64_t size, bool virtual)
{
	uint64_t start = b->virt, pfn = b->pfn;
	struct xi_range *r;

	if (!pages_for(b, name, xi_page_up(size) / XI_PAGE))
		return false;
	r = xi_area(b->plan, name);
	if (virtual) {
		r->has_v = true;
		r->vstart = start;
		r->vend = start + size;
	}
	r->has_p = true;
	r->pstart = pfn * XI_PAGE;
	r->pend = r->pstart + size;
	return true;
}

static bool unpacks_domu(struct xi_plan *plan, const struct xi_image *img)
{
	if (img->outer.comp != XI_PLAIN && img->outer.comp != XI_GZIP) {
		xi_refuse(plan, "no loader found: of a file compressed as a whole the tool stack unpacks gzip only, this is %s",
			  xi_comp_name(img->outer.comp));
		return false;
	}
	if (!xi_pv_said_enough(plan, &img->outer))
		return false;
	if (!img->has_setup)
		return true;
	if (img->inside.comp == XI_LZO) {
		xi_refuse(plan, "LZO1x decompress support unavailable: so Debian builds the tool stack");
		return false;
	}
	/* The bzImage loader fails, but leaves the payload to the ELF loader. */
	if (img->inside.comp == XI_PLAIN)
		xi_remark(plan, "a payload without compression is an unknown one to the tool stack, and is taken by accident");
	return xi_pv_said_enough(plan, &img->inside);
}

/**
 * xi_plan_domu() - the tool stack's builder of PV guests
 * @plan: filled in
 * @img: the image
 * @opt: memory is that of the guest's config
 */
void xi_plan_domu(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt)
{
	struct builder b = { .plan = plan };
	struct xi_range *p2m_area = NULL;
	const struct xi_elf *elf = &img->elf;
	uint64_t initrd = xi_pv_module_size(opt), p2m, pages, last, n, extra;
	struct xi_tables t = { 0 }, try;
	const struct xi_dom *dom = &img->guest.dom;
	uint64_t p2m_base;
	bool is64;

	if (!xi_pv_protocol(plan, img) || !xi_need_elf(plan, img) ||
	    !unpacks_domu(plan, img))
		return;
	if (!img->guest.is_xen) {
		xi_refuse(plan, "%s", img->guest.why.text);
		return;
	}
	xi_pv_from_dom(plan, dom);
	xi_pv_segments(plan, elf, dom->offset);
	if (dom->required & (1u << XI_FEAT_DOM0)) {
		xi_refuse(plan, "Kernel does not support unprivileged (DomU) operation");
		return;
	}
	/* Here it is the machine that counts, not the class. */
	is64 = elf->machine == EM_X86_64;
	if (!is64 && (dom->pae == XI_PAE_NO || opt->no_pv32)) {
		xi_refuse(plan, "guest type xen-3.0-x86_32%s not supported by xen kernel, sorry",
			  dom->pae == XI_PAE_NO ? "" : "p");
		return;
	}
	xi_pv_hole(plan, is64);
	b.total = opt->memory / XI_PAGE;
	plan->nr_pages = b.total;
	if (!xi_pv_fits(plan, dom, opt, is64, "segment kernel too large: not enough memory"))
		return;
	if (dom->virt_base & (XI_PAGE - 1)) {
		xi_refuse(plan, "VIRT_BASE %#" PRIx64 " is not at a page: the tool stack would build it wrong",
			  dom->virt_base);
		return;
	}
	if (dom->kstart & (XI_PAGE - 1)) {
		xi_refuse(plan, "segment boundary isn't page aligned (%#" PRIx64 ")", dom->kstart);
		return;
	}

	t.levels = is64 ? 4 : 3;
	b.virt = dom->kstart;
	b.pfn = (dom->kstart - dom->virt_base) / XI_PAGE;
	if (!pages_for(&b, "kernel", xi_page_up(dom->kend - dom->kstart) / XI_PAGE))
		return;
	if (initrd && !dom->unmapped_initrd && !segment(&b, "initrd", initrd, true))
		return;
	p2m = xi_page_up(b.total * (is64 ? 8 : 4));
	p2m_base = dom->p2m_base;
	if (!is64 || p2m_base >= dom->virt_base || p2m_base & (XI_PAGE - 1))
		p2m_base = XI_UNSET;
	if (p2m_base == XI_UNSET && !segment(&b, "p2m", p2m, true))
		return;
	if (!segment(&b, "start_info", XI_PAGE, true) ||
	    !segment(&b, "xenstore", XI_PAGE, true) ||
	    !segment(&b, "console", XI_PAGE, true))
		return;

	/* One page of stack, and the padding. */
	extra = 1 + XI_PADDING / XI_PAGE;
	pages = extra;
	for (;;) {
		last = (b.virt + pages * XI_PAGE) | (XI_SUPERPAGE - 1);
		if (last < dom->virt_base ||
		    (last - dom->virt_base) / XI_PAGE >= b.total) {
			xi_refuse(plan, "not enough memory for initial mapping (%#" PRIx64 " > %#" PRIx64 ")",
				  (last - dom->virt_base) / XI_PAGE, b.total);
			return;
		}
		try = t;
		n = xi_pv_add_mapping(&try, dom->virt_base, last);
		pages = n + extra;
		if (b.virt + pages * XI_PAGE <= last + 1)
			break;
	}
	t = try;
	plan->nr_pt_frames = n;
	if (!segment(&b, "page_tables", n * XI_PAGE, true) ||
	    !segment(&b, "stack", XI_PAGE, true) ||
	    !pages_for(&b, "padding", (last + 1 - b.virt) / XI_PAGE))
		return;
	xi_pv_range(&plan->map, dom->virt_base, dom->virt_base, last + 1);
	plan->map.name = "map";
	if (initrd && dom->unmapped_initrd && !segment(&b, "initrd", initrd, false))
		return;
	if (p2m_base != XI_UNSET) {
		n = xi_pv_add_mapping(&t, p2m_base, p2m_base + p2m - 1);
		if (b.pfn + (p2m - 1) / XI_PAGE >= b.total) {
			xi_refuse(plan, "not enough memory for initial mapping (%#" PRIx64 " > %#" PRIx64 ")",
				  b.pfn + (p2m - 1) / XI_PAGE, b.total);
			return;
		}
		if (!segment(&b, "p2m", p2m + n * XI_PAGE, false))
			return;
		p2m_area = &plan->area[plan->narea - 1];
		p2m_area->has_v = true;
		p2m_area->vstart = p2m_base;
		p2m_area->vend = p2m_base + p2m;
		p2m_area->pend = p2m_area->pstart + p2m;
	}
	if (is64 ? plan->map.vstart < XI_HOLE_64_END && plan->map.vend > XI_HOLE_64 :
	    plan->map.vend > XI_HOLE_32)
		xi_refuse(plan, "the initial mapping (to %#" PRIx64 ") reaches into the hypervisor",
			  plan->map.vend);
	if (dom->hypercall != XI_UNSET &&
	    (dom->hypercall - dom->virt_base) / XI_PAGE >= b.total)
		xi_refuse(plan, "HYPERCALL_INIT failed: the hypercall page is in no memory");
}
