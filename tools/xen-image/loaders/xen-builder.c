// SPDX-License-Identifier: GPL-2.0
/*
 * The builder in the hypervisor.  It makes the initial domain; in the PV shim it is
 * the same with a guest's pages.
 */
#include <elf.h>
#include <inttypes.h>

#include "loaders/pv.h"

/* struct start_info and struct dom0_vga_console_info, as a 64-bit Xen has them */
#define START_INFO_64	0x490
#define VGA_INFO	0x28

static uint64_t slots(uint64_t start, uint64_t end, unsigned int shift)
{
	return (xi_up(end, 1ull << shift) - (start & ~((1ull << shift) - 1))) >> shift;
}

/* Pages in the smallest power of two of them that holds @bytes. */
static uint64_t order_pages(uint64_t bytes)
{
	uint64_t pages = 1;

	while (pages * XI_PAGE < bytes)
		pages *= 2;
	return pages;
}

/**
 * xi_xen_build() - the hypervisor's builder lays out a guest
 * @plan: filled in
 * @img: the image
 * @opt: memory
 * @initrd: its bytes
 * @shim: the builder is the shim's
 */
void xi_xen_build(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt, uint64_t initrd, bool shim)
{
	const struct xi_dom *dom = &img->guest.dom;
	const struct xi_elf *elf = &img->elf;
	const char *small = "Domain 0 allocation is too small for kernel image";
	uint64_t p2m, p2m_end, si, si_end, pt, pt_end, stack, end, need, count;
	uint64_t rd = 0, rd_end = 0, xs = 0, pages = opt->memory / XI_PAGE;
	uint64_t nr = 2, boot, low;
	bool compat = !elf->is64;
	uint64_t p2m_base = compat ? XI_UNSET : dom->p2m_base;

	xi_pv_hole(plan, elf->is64);
	plan->nr_pages = pages;
	if (compat && !shim && dom->hv_start_low != XI_UNSET) {
		low = xi_up(dom->hv_start_low, 2 * XI_MIB);
		if (low > XI_HOLE_32) {
			xi_refuse(plan, "Dom0 expects too high a hypervisor start address");
			return;
		}
		xi_remark(plan, "HV_START_LOW allows the hypervisor to begin higher than f5800000 on a host of less than 160 GiB");
	}
	if (compat && dom->p2m_base != XI_UNSET)
		xi_remark(plan, "P2M table base ignored, the kernel is 32-bit");
	if (!xi_pv_fits(plan, dom, opt, elf->is64, small))
		return;

	p2m = xi_page_up(dom->kend);
	if (!dom->unmapped_initrd && initrd) {
		rd = p2m;
		rd_end = rd + initrd;
		p2m = xi_page_up(rd_end);
	}
	p2m_end = p2m + pages * (compat ? 4 : 8);
	if (p2m_base != XI_UNSET)
		p2m_end = p2m;
	si = xi_page_up(p2m_end);
	si_end = si + START_INFO_64;
	if (shim) {
		xs = xi_page_up(si_end);
		pt = xs + 2 * XI_PAGE;
	} else {
		pt = xi_page_up(si_end);
		si_end += VGA_INFO;
	}
	/* The more tables, the more there is to map: the least that suffices. */
	for (;;) {
		pt_end = pt + nr * XI_PAGE;
		stack = pt_end;
		end = xi_up(stack + XI_PAGE, XI_SUPERPAGE);
		if (end - (stack + XI_PAGE) < XI_PADDING)
			end += XI_SUPERPAGE;
		if (end <= dom->virt_base) {
			xi_refuse(plan, "the initial mapping wraps around the end of the address space");
			return;
		}
		need = slots(dom->virt_base, end, 39) + slots(dom->virt_base, end, 21);
		need += compat ? 4 : 1 + slots(dom->virt_base, end, 30);
		if (need <= nr)
			break;
		nr = need;
	}

	/* A mapped initrd is not copied: its pages are not part of this. */
	count = end - dom->virt_base;
	if (rd)
		count -= xi_page_up(initrd);
	boot = order_pages(count);
	if (boot + xi_page_up(initrd) / XI_PAGE > pages) {
		xi_refuse(plan, "%s", small);
		return;
	}
	if (compat ? end > XI_HOLE_32 : dom->virt_base < XI_HOLE_64_END && end > XI_HOLE_64) {
		xi_refuse(plan, "DOM0 image overlaps with Xen private area.");
		return;
	}
	if (dom->hypercall != XI_UNSET &&
	    (dom->hypercall < dom->virt_base || dom->hypercall >= end)) {
		xi_refuse(plan, "Invalid HYPERCALL_PAGE field in ELF notes.");
		return;
	}
	if (dom->required & (1u << XI_FEAT_SUPERVISOR)) {
		xi_refuse(plan, "Dom0 requires supervisor-mode execution");
		return;
	}
	if (p2m_base != XI_UNSET && dom->virt_base <= p2m_base + pages * 8 &&
	    p2m_base <= end) {
		xi_refuse(plan, "DOM0 P->M table overlaps initial mapping");
		return;
	}

	if (rd) {
		xi_pv_area(plan, "initrd", rd, rd_end);
	} else if (initrd) {
		struct xi_range *r = xi_area(plan, "initrd");

		r->has_p = true;
		r->pstart = boot * XI_PAGE;
		r->pend = r->pstart + initrd;
	}
	if (p2m_base == XI_UNSET) {
		xi_pv_area(plan, "p2m", p2m, p2m_end);
	} else {
		struct xi_range *r = xi_area(plan, "p2m");

		r->has_v = true;
		r->vstart = p2m_base;
		r->vend = p2m_base + pages * 8;
	}
	xi_pv_area(plan, "start_info", si, si_end);
	if (shim) {
		xi_pv_area(plan, "xenstore", xs, xs + XI_PAGE);
		xi_pv_area(plan, "console", xs + XI_PAGE, xs + 2 * XI_PAGE);
	}
	xi_pv_area(plan, "page_tables", pt, pt_end);
	xi_pv_area(plan, "stack", stack, stack + XI_PAGE);
	plan->nr_pt_frames = nr;
	xi_pv_range(&plan->map, dom->virt_base, dom->virt_base, end);
	plan->map.name = "map";
}

/**
 * xi_xen_can_build() - what the hypervisor's builder checks before it builds
 * @plan: refused if something is wrong
 * @img: the image
 * @pv32: it is built with CONFIG_PV32
 * @dom0: for the initial domain
 *
 * Return: true if nothing is wrong
 */
bool xi_xen_can_build(struct xi_plan *plan, const struct xi_image *img,
		      bool pv32, bool dom0)
{
	const struct xi_dom *dom = &img->guest.dom;
	const struct xi_elf *elf = &img->elf;

	if (!img->guest.is_xen) {
		xi_refuse(plan, "%s", img->guest.why.text);
		return false;
	}
	xi_pv_from_dom(plan, dom);
	xi_pv_segments(plan, elf, dom->offset);
	if (!elf->is64 && !pv32) {
		xi_refuse(plan, "Found 32-bit PV kernel, but CONFIG_PV32 missing");
		return false;
	}
	if (elf->is64 ? elf->machine != EM_X86_64 :
	    elf->machine != EM_386 || dom->pae == XI_PAE_NO) {
		xi_refuse(plan, "Mismatch between Xen and DOM0 kernel%s",
			  !elf->is64 && dom->pae == XI_PAE_NO ? ": no PAE" : "");
		return false;
	}
	if (dom0 && dom->has_supported && !(dom->supported & (1u << XI_FEAT_DOM0))) {
		xi_refuse(plan, "Kernel does not support Dom0 operation");
		return false;
	}
	return true;
}
