// SPDX-License-Identifier: GPL-2.0
/*
 * Loaders of Xen PV guests: the hypervisor for its initial domain, the shim (the
 * same code for a guest), the tool stack, PvGrub2.  As of Xen 4.17 and GRUB 2.06.
 *
 * Each enters the kernel with paging on.  The image lies at VIRT_BASE plus its
 * physical address, and behind it, in an order that is the loader's own: initrd,
 * p2m list, start_info, page tables, stack.  "Physical" is pseudo-physical.
 */
#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "xen-image.h"

/* Where 64-bit Xen lives, for a 32-bit guest and for a 64-bit one. */
#define HOLE_32		UINT64_C(0xf5800000)
#define HOLE_32_END	UINT64_C(0x100000000)
#define HOLE_64		UINT64_C(0xffff800000000000)
#define HOLE_64_END	UINT64_C(0xffff880000000000)

#define SUPERPAGE	(4 * XI_MIB)
#define PADDING		UINT64_C(0x80000)

/* Above this the tool stack does not unpack. */
#define GUNZIP_MAX	(1024 * XI_MIB)

/* struct start_info and struct dom0_vga_console_info, as a 64-bit Xen has them */
#define START_INFO_64	0x490
#define VGA_INFO	0x28

static uint64_t up(uint64_t x, uint64_t to)
{
	return (x + to - 1) & ~(to - 1);
}

static void range(struct xi_range *r, uint64_t base, uint64_t start, uint64_t end)
{
	r->has_v = true;
	r->vstart = start;
	r->vend = end;
	r->has_p = true;
	r->pstart = start - base;
	r->pend = end - base;
}

static void area(struct xi_plan *plan, const char *name, uint64_t start, uint64_t end)
{
	range(xi_area(plan, name), plan->virt_base, start, end);
}

static void segments(struct xi_plan *plan, const struct xi_elf *elf, uint64_t offset)
{
	const struct xi_seg *s;
	unsigned int i;

	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_LOAD || !(s->flags & (PF_R | PF_W | PF_X)))
			continue;
		plan->seg[plan->nseg].name = "segment";
		range(&plan->seg[plan->nseg++], plan->virt_base,
		      s->paddr + offset, s->paddr + s->memsz + offset);
	}
}

static void hole(struct xi_plan *plan, bool is64)
{
	plan->hole = is64 ? HOLE_64 : HOLE_32;
	plan->hole_end = is64 ? HOLE_64_END : HOLE_32_END;
}

static void from_dom(struct xi_plan *plan, const struct xi_dom *dom)
{
	plan->pv = true;
	plan->virt_base = dom->virt_base;
	plan->paddr_offset = dom->paddr_offset;
	plan->offset_why = dom->offset_why;
	plan->entry = dom->virt_entry;
	plan->entry_why = dom->entry_why;
}

/* The last four bytes of what is compressed have to be the length. */
static bool said_right(struct xi_plan *plan, const struct xi_layer *l)
{
	if (l->comp == XI_PLAIN || l->said == l->unpacked)
		return true;
	xi_refuse(plan, "the last four bytes of the %s say %u bytes, it unpacks to %" PRIu64,
		  xi_comp_name(l->comp), l->said, l->unpacked);
	return false;
}

/* The tool stack is content with less for gzip. */
static bool said_enough(struct xi_plan *plan, const struct xi_layer *l)
{
	if (l->comp != XI_GZIP)
		return said_right(plan, l);
	if (l->said <= GUNZIP_MAX && l->said + 16ull >= l->unpacked)
		return true;
	xi_refuse(plan, "the last four bytes of the gzip say %u bytes, it unpacks to %" PRIu64,
		  l->said, l->unpacked);
	return false;
}

static bool protocol(struct xi_plan *plan, const struct xi_image *img)
{
	if (!img->has_setup || img->setup.version >= 0x208)
		return true;
	xi_refuse(plan, "Cannot load bzImage v%u.%02u at least v2.08 is required",
		  img->setup.version >> 8, img->setup.version & 0xff);
	return false;
}

/*
 * Page tables, by their indexes at each level.  Mappings are added one after the
 * other; a table that an earlier one has is not needed again.
 */
struct tables {
	unsigned int levels;
	unsigned int n;
	struct {
		bool used;
		uint64_t first;
		uint64_t last;
	} at[3][4];
};

/*
 * How many more tables it takes to map the addresses from @from to @last.  With
 * 32-bit the first mapping gets all of the last third-level slots, as Xen wants
 * the hypervisor's to be there.
 */
static uint64_t add_mapping(struct tables *t, uint64_t from, uint64_t last)
{
	uint64_t mask = t->levels == 3 ? UINT32_MAX : (1ull << 48) - 1;
	uint64_t a, b, count = 0;
	unsigned int l, m, shift;
	bool none;

	from &= mask;
	last &= mask;
	if (!t->n)
		count++;
	for (l = t->levels - 1; l-- > 0; ) {
		shift = 12 + 9 * (l + 1);
		a = from >> shift;
		b = last >> shift;
		if (t->levels == 3 && l == 1 && !t->n && b < 3)
			b = 3;
		none = b < a;
		for (m = 0; m < t->n && !none; m++) {
			if (!t->at[m][l].used)
				continue;
			none = a >= t->at[m][l].first && b <= t->at[m][l].last;
			if (a >= t->at[m][l].first && a <= t->at[m][l].last)
				a = t->at[m][l].last + 1;
			if (b >= t->at[m][l].first && b <= t->at[m][l].last)
				b = t->at[m][l].first - 1;
		}
		none |= b < a;
		t->at[t->n][l].used = !none;
		t->at[t->n][l].first = a;
		t->at[t->n][l].last = b;
		if (!none)
			count += b - a + 1;
	}
	t->n++;
	return count;
}

/*
 * Nothing is added up before this holds: then no sum below wraps, and no loop is
 * longer than the guest has pages.
 */
static bool fits(struct xi_plan *plan, const struct xi_dom *dom,
		 const struct xi_options *opt, bool is64, const char *refusal)
{
	uint64_t top = is64 ? UINT64_MAX : UINT32_MAX;

	if (dom->kend - dom->virt_base > opt->memory || opt->initrd > opt->memory ||
	    opt->initrd_unpacked > opt->memory) {
		xi_refuse(plan, "%s", refusal);
		return false;
	}
	if (dom->kend > top || top - dom->kend < SUPERPAGE) {
		xi_refuse(plan, "the kernel ends at %#" PRIx64 ": no room behind it in the address space",
			  dom->kend);
		return false;
	}
	return true;
}

static uint64_t slots(uint64_t start, uint64_t end, unsigned int shift)
{
	return (up(end, 1ull << shift) - (start & ~((1ull << shift) - 1))) >> shift;
}

/* Pages in the smallest power of two of them that holds @bytes. */
static uint64_t order_pages(uint64_t bytes)
{
	uint64_t pages = 1;

	while (pages * XI_PAGE < bytes)
		pages *= 2;
	return pages;
}

/* The builder in the hypervisor; the shim is the same with a guest's pages. */
static void build(struct xi_plan *plan, const struct xi_elf *elf,
		  const struct xi_dom *dom, const struct xi_options *opt,
		  uint64_t initrd, bool shim)
{
	const char *small = "Domain 0 allocation is too small for kernel image";
	uint64_t p2m, p2m_end, si, si_end, pt, pt_end, stack, end, need, count;
	uint64_t rd = 0, rd_end = 0, xs = 0, pages = opt->memory / XI_PAGE;
	uint64_t nr = 2, boot, low;
	bool compat = !elf->is64;
	uint64_t p2m_base = compat ? XI_UNSET : dom->p2m_base;

	hole(plan, elf->is64);
	plan->nr_pages = pages;
	if (compat && !shim && dom->hv_start_low != XI_UNSET) {
		low = up(dom->hv_start_low, 2 * XI_MIB);
		if (low > HOLE_32) {
			xi_refuse(plan, "Dom0 expects too high a hypervisor start address");
			return;
		}
		xi_remark(plan, "HV_START_LOW allows the hypervisor to begin higher than f5800000 on a host of less than 160 GiB");
	}
	if (compat && dom->p2m_base != XI_UNSET)
		xi_remark(plan, "P2M table base ignored, the kernel is 32-bit");
	if (!fits(plan, dom, opt, elf->is64, small))
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
		end = up(stack + XI_PAGE, SUPERPAGE);
		if (end - (stack + XI_PAGE) < PADDING)
			end += SUPERPAGE;
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
	if (compat ? end > HOLE_32 : dom->virt_base < HOLE_64_END && end > HOLE_64) {
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
		area(plan, "initrd", rd, rd_end);
	} else if (initrd) {
		struct xi_range *r = xi_area(plan, "initrd");

		r->has_p = true;
		r->pstart = boot * XI_PAGE;
		r->pend = r->pstart + initrd;
	}
	if (p2m_base == XI_UNSET) {
		area(plan, "p2m", p2m, p2m_end);
	} else {
		struct xi_range *r = xi_area(plan, "p2m");

		r->has_v = true;
		r->vstart = p2m_base;
		r->vend = p2m_base + pages * 8;
	}
	area(plan, "start_info", si, si_end);
	if (shim) {
		area(plan, "xenstore", xs, xs + XI_PAGE);
		area(plan, "console", xs + XI_PAGE, xs + 2 * XI_PAGE);
	}
	area(plan, "page_tables", pt, pt_end);
	area(plan, "stack", stack, stack + XI_PAGE);
	plan->nr_pt_frames = nr;
	range(&plan->map, dom->virt_base, dom->virt_base, end);
	plan->map.name = "map";
}

/* What the builder in the hypervisor checks before it builds. */
static bool can_build(struct xi_plan *plan, const struct xi_elf *elf,
		      struct xi_dom *dom, bool pv32, bool dom0)
{
	struct xi_error e;

	if (xi_dom_read(dom, elf, &e)) {
		xi_refuse(plan, "%s", e.text);
		return false;
	}
	from_dom(plan, dom);
	segments(plan, elf, dom->offset);
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

/**
 * xi_plan_dom0() - the hypervisor's builder of the initial domain
 * @plan: filled in
 * @img: the image
 * @opt: memory is that of the dom0_mem option
 */
void xi_plan_dom0(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt)
{
	uint64_t initrd = opt->initrd;
	struct xi_dom dom;

	/* What comes before the hypervisor. */
	if (img->outer.comp != XI_PLAIN)
		xi_remark(plan, "GRUB unpacks modules itself, if its module for %s is loaded: Xen then gets what is in there",
			  xi_comp_name(img->outer.comp));
	if (opt->initrd_unpacked) {
		initrd = opt->initrd_unpacked;
		xi_remark(plan, "GRUB's module2 unpacks the initrd, unless it is given --nounzip");
	}
	if (!protocol(plan, img) || !xi_need_elf(plan, img))
		return;
	if (img->outer.comp != XI_PLAIN && img->has_setup) {
		xi_refuse(plan, "a bzImage in %s: Xen unpacks an ELF file or a bzImage's payload",
			  xi_comp_name(img->outer.comp));
		return;
	}
	if (!said_right(plan, &img->outer) || !said_right(plan, &img->inside))
		return;
	if (can_build(plan, &img->elf, &dom, !opt->no_pv32, true))
		build(plan, &img->elf, &dom, opt, initrd, false);
}

/* What the tool stack makes of a ramdisk or any module: it unpacks gzip. */
static uint64_t module_size(const struct xi_options *opt)
{
	uint64_t size = 0;

	if (opt->initrd_unpacked && opt->initrd_unpacked <= GUNZIP_MAX - 16)
		size = opt->initrd_unpacked + 16;
	return size > opt->initrd ? size : opt->initrd;
}

/**
 * xi_plan_shim() - the PV shim, started by the tool stack
 * @plan: filled in
 * @img: the image
 * @opt: memory is that of the guest's config, of which the shim keeps some
 */
void xi_plan_shim(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt)
{
	struct xi_dom dom;

	if (!protocol(plan, img) || !xi_need_elf(plan, img))
		return;
	if (img->outer.comp == XI_GZIP) {
		if (!said_enough(plan, &img->outer))
			return;
	} else if (img->outer.comp != XI_PLAIN && img->has_setup) {
		xi_refuse(plan, "a bzImage in %s: only gzip would be unpacked before the shim",
			  xi_comp_name(img->outer.comp));
		return;
	} else if (!said_right(plan, &img->outer)) {
		return;
	}
	if (!said_right(plan, &img->inside))
		return;
	/* The shim has PV32 whether or not the hypervisor below it does. */
	if (!can_build(plan, &img->elf, &dom, true, false))
		return;
	build(plan, &img->elf, &dom, opt, module_size(opt), true);
	plan->exact = false;
	xi_remark(plan, "the shim keeps a few MiB for itself: the guest has fewer pages, the p2m list is shorter and what follows it lower");
}

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
	if (!said_enough(plan, &img->outer))
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
	return said_enough(plan, &img->inside);
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
	uint64_t initrd = module_size(opt), p2m, pages, last, n, extra;
	struct tables t = { 0 }, try;
	struct xi_dom dom;
	struct xi_error e;
	bool is64;

	if (!protocol(plan, img) || !xi_need_elf(plan, img) ||
	    !unpacks_domu(plan, img))
		return;
	if (xi_dom_read(&dom, elf, &e)) {
		xi_refuse(plan, "%s", e.text);
		return;
	}
	from_dom(plan, &dom);
	segments(plan, elf, dom.offset);
	if (dom.required & (1u << XI_FEAT_DOM0)) {
		xi_refuse(plan, "Kernel does not support unprivileged (DomU) operation");
		return;
	}
	/* Here it is the machine that counts, not the class. */
	is64 = elf->machine == EM_X86_64;
	if (!is64 && (dom.pae == XI_PAE_NO || opt->no_pv32)) {
		xi_refuse(plan, "guest type xen-3.0-x86_32%s not supported by xen kernel, sorry",
			  dom.pae == XI_PAE_NO ? "" : "p");
		return;
	}
	hole(plan, is64);
	b.total = opt->memory / XI_PAGE;
	plan->nr_pages = b.total;
	if (!fits(plan, &dom, opt, is64, "segment kernel too large: not enough memory"))
		return;
	if (dom.virt_base & (XI_PAGE - 1)) {
		xi_refuse(plan, "VIRT_BASE %#" PRIx64 " is not at a page: the tool stack would build it wrong",
			  dom.virt_base);
		return;
	}
	if (dom.kstart & (XI_PAGE - 1)) {
		xi_refuse(plan, "segment boundary isn't page aligned (%#" PRIx64 ")", dom.kstart);
		return;
	}

	t.levels = is64 ? 4 : 3;
	b.virt = dom.kstart;
	b.pfn = (dom.kstart - dom.virt_base) / XI_PAGE;
	if (!pages_for(&b, "kernel", xi_page_up(dom.kend - dom.kstart) / XI_PAGE))
		return;
	if (initrd && !dom.unmapped_initrd && !segment(&b, "initrd", initrd, true))
		return;
	p2m = xi_page_up(b.total * (is64 ? 8 : 4));
	if (!is64 || dom.p2m_base >= dom.virt_base || dom.p2m_base & (XI_PAGE - 1))
		dom.p2m_base = XI_UNSET;
	if (dom.p2m_base == XI_UNSET && !segment(&b, "p2m", p2m, true))
		return;
	if (!segment(&b, "start_info", XI_PAGE, true) ||
	    !segment(&b, "xenstore", XI_PAGE, true) ||
	    !segment(&b, "console", XI_PAGE, true))
		return;

	/* One page of stack, and the padding. */
	extra = 1 + PADDING / XI_PAGE;
	pages = extra;
	for (;;) {
		last = (b.virt + pages * XI_PAGE) | (SUPERPAGE - 1);
		if (last < dom.virt_base ||
		    (last - dom.virt_base) / XI_PAGE >= b.total) {
			xi_refuse(plan, "not enough memory for initial mapping (%#" PRIx64 " > %#" PRIx64 ")",
				  (last - dom.virt_base) / XI_PAGE, b.total);
			return;
		}
		try = t;
		n = add_mapping(&try, dom.virt_base, last);
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
	range(&plan->map, dom.virt_base, dom.virt_base, last + 1);
	plan->map.name = "map";
	if (initrd && dom.unmapped_initrd && !segment(&b, "initrd", initrd, false))
		return;
	if (dom.p2m_base != XI_UNSET) {
		n = add_mapping(&t, dom.p2m_base, dom.p2m_base + p2m - 1);
		if (b.pfn + (p2m - 1) / XI_PAGE >= b.total) {
			xi_refuse(plan, "not enough memory for initial mapping (%#" PRIx64 " > %#" PRIx64 ")",
				  b.pfn + (p2m - 1) / XI_PAGE, b.total);
			return;
		}
		if (!segment(&b, "p2m", p2m + n * XI_PAGE, false))
			return;
		p2m_area = &plan->area[plan->narea - 1];
		p2m_area->has_v = true;
		p2m_area->vstart = dom.p2m_base;
		p2m_area->vend = dom.p2m_base + p2m;
		p2m_area->pend = p2m_area->pstart + p2m;
	}
	if (is64 ? plan->map.vstart < HOLE_64_END && plan->map.vend > HOLE_64 :
	    plan->map.vend > HOLE_32)
		xi_refuse(plan, "the initial mapping (to %#" PRIx64 ") reaches into the hypervisor",
			  plan->map.vend);
	if (dom.hypercall != XI_UNSET &&
	    (dom.hypercall - dom.virt_base) / XI_PAGE >= b.total)
		xi_refuse(plan, "HYPERCALL_INIT failed: the hypercall page is in no memory");
}

/* What PvGrub2 wants to know, read its way. */
struct grub {
	bool any;
	bool pae;
	bool bad_loader;
	bool short_note;
	bool unmapped;
	uint64_t virt_base;
	uint64_t paddr_offset;
	uint64_t entry;
	uint64_t hypercall;
	uint64_t p2m_base;
	const char *offset_why;
	const char *entry_why;
};

/* "yes" as such, or with its NUL */
static bool text_is(const uint8_t *p, uint32_t n, const char *text)
{
	size_t len = strlen(text);

	return n >= len && !memcmp(p, text, len) && (n == len || !p[len]);
}

static void grub_note(struct grub *g, const struct xi_elf *elf,
		      const struct xi_note *note)
{
	unsigned int word = elf->is64 ? 8 : 4;
	const uint8_t *p = elf->data + note->desc;
	uint64_t val = 0;
	uint32_t len;

	if (note->namesz < 3 || note->name > elf->size ||
	    elf->size - note->name < 4 ||
	    memcmp(elf->data + note->name, "Xen", note->namesz == 3 ? 3 : 4))
		return;
	g->any = true;
	/* It reads a word, whatever the length says, and no more than that. */
	if (note->desc > elf->size)
		return;
	len = elf->size - note->desc < note->descsz ?
		elf->size - note->desc : note->descsz;
	if (elf->size - note->desc >= word)
		memcpy(&val, p, word);
	switch (note->type) {
	case 1:
		g->entry = val;
		g->entry_why = "ENTRY note";
		break;
	case 2:
		g->hypercall = val;
		break;
	case 3:
		g->virt_base = val;
		break;
	case 4:
		g->paddr_offset = val;
		g->offset_why = "PADDR_OFFSET note";
		break;
	case 8:
		if (!text_is(p, len, "generic"))
			g->bad_loader = true;
		break;
	case 9:
		if (text_is(p, len, "yes") ||
		    text_is(p, len, "bimodal") ||
		    text_is(p, len, "yes,bimodal"))
			g->pae = true;
		if (text_is(p, len, "no"))
			g->pae = false;
		break;
	case 15:
		g->p2m_base = val;
		break;
	case 16:
		g->unmapped = (uint32_t)val;
		break;
	}
}

/* Elements are told apart by the comma, and PAE's needs one behind it. */
static void grub_legacy(struct grub *g, const struct xi_elf *elf)
{
	static const char *const pae[] = {
		"PAE=yes,", "PAE=yes[extended-cr3],", "PAE=bimodal,",
		"PAE=bimodal[extended-cr3],", "PAE=yes,bimodal,",
		"PAE=yes[extended-cr3],bimodal,",
	};
	char text[XI_MAX_LEGACY + 1], *p;
	bool offset = false;
	unsigned int i;

	memcpy(text, elf->data + elf->legacy_off, elf->legacy_size);
	text[elf->legacy_size] = 0;
	g->any = true;
	for (p = text; p; p = strchr(p, ','), p = p ? p + 1 : NULL) {
		if (!strncmp(p, "PAE=no,", 7))
			g->pae = false;
		for (i = 0; i < sizeof(pae) / sizeof(pae[0]); i++)
			if (!strncmp(p, pae[i], strlen(pae[i])))
				g->pae = true;
		if (!strncmp(p, "VIRT_BASE=", 10))
			g->virt_base = strtoull(p + 10, NULL, 16);
		if (!strncmp(p, "VIRT_ENTRY=", 11)) {
			g->entry = strtoull(p + 11, NULL, 16);
			g->entry_why = "VIRT_ENTRY in __xen_guest";
		}
		if (!strncmp(p, "HYPERCALL_PAGE=", 15))
			g->hypercall = strtoull(p + 15, NULL, 16);
		if (!strncmp(p, "ELF_PADDR_OFFSET=", 17)) {
			g->paddr_offset = strtoull(p + 17, NULL, 16);
			g->offset_why = "ELF_PADDR_OFFSET in __xen_guest";
			offset = true;
		}
	}
	if (g->hypercall != XI_UNSET)
		g->hypercall = (g->hypercall << 12) + g->virt_base;
	if (!offset) {
		g->paddr_offset = g->virt_base;
		g->offset_why = "VIRT_BASE, the default with __xen_guest alone";
	}
}

static void grub_read(struct grub *g, const struct xi_elf *elf)
{
	unsigned int i;
	bool section;

	memset(g, 0, sizeof(*g));
	g->entry = elf->entry;
	g->entry_why = "e_entry";
	g->offset_why = "0, the default with notes";
	g->hypercall = XI_UNSET;
	g->p2m_base = XI_UNSET;
	for (section = false; ; section = true) {
		for (i = 0; i < elf->nnote; i++)
			if (elf->note[i].section == section)
				grub_note(g, elf, &elf->note[i]);
		if (g->any || section)
			break;
	}
	if (!g->any && elf->legacy)
		grub_legacy(g, elf);
}

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
	const struct xi_elf *elf = &img->elf;
	uint64_t start = XI_UNSET, end = 0, top, base, at, info, need, map_end;
	uint64_t page_tables, p2m, n, n2, frames, pages = opt->memory / XI_PAGE;
	struct tables t = { 0 }, try;
	const struct xi_seg *s;
	unsigned int i, word;
	struct xi_range *r;
	struct grub g;
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
	grub_read(&g, elf);
	if (!g.any) {
		xi_refuse(plan, "no XEN note found");
		return;
	}
	plan->pv = true;
	base = g.virt_base;
	plan->virt_base = base;
	plan->paddr_offset = g.paddr_offset;
	plan->offset_why = g.offset_why;
	plan->entry = g.entry;
	plan->entry_why = g.entry_why;
	plan->nr_pages = pages;
	hole(plan, elf->is64);
	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_LOAD)
			continue;
		if (start > s->paddr)
			start = s->paddr;
		if (end < s->paddr + s->memsz)
			end = s->paddr + s->memsz;
		plan->seg[plan->nseg].name = "segment";
		range(&plan->seg[plan->nseg++], base, s->paddr - g.paddr_offset + base,
		      s->paddr + s->memsz - g.paddr_offset + base);
	}
	if (g.bad_loader) {
		xi_refuse(plan, "invalid loader");
		return;
	}
	if (!elf->is64 && !g.pae) {
		xi_refuse(plan, "incompatible architecture: no PAE");
		return;
	}
	if (base & (XI_PAGE - 1)) {
		xi_refuse(plan, "unaligned virt_base");
		return;
	}
	start = (start - g.paddr_offset) & top;
	end = (end - g.paddr_offset) & top;
	if (g.hypercall != XI_UNSET) {
		at = (g.hypercall - base) & top;
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
	if (base > top - SUPERPAGE || end > top - SUPERPAGE - base) {
		xi_refuse(plan, "the kernel ends at %#" PRIx64 ": no room behind it in the address space",
			  base + end);
		return;
	}
	if (g.entry < base + start || g.entry >= base + end)
		xi_refuse(plan, "the entry %#" PRIx64 " is not in the kernel, and PvGrub2 jumps there unasked",
			  g.entry);

	at = xi_page_up(end);
	if (opt->initrd && !g.unmapped) {
		area(plan, "initrd", base + at, base + at + opt->initrd);
		at = xi_page_up(at + opt->initrd);
	}
	p2m = xi_page_up(pages * word);
	if (g.p2m_base == XI_UNSET) {
		area(plan, "p2m", base + at, base + at + pages * word);
		at += p2m;
	}
	/* A 32-bit guest's start_info is shorter; both take a page. */
	area(plan, "start_info", base + at, base + at + XI_PAGE);
	area(plan, "console", base + at + XI_PAGE, base + at + 2 * XI_PAGE);
	area(plan, "xenstore", base + at + 2 * XI_PAGE, base + at + 3 * XI_PAGE);
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
		map_end = up(base + need * XI_PAGE + PADDING + XI_MIB, SUPERPAGE);
		if (map_end <= base || (map_end - base) > opt->memory) {
			xi_refuse(plan, "out of memory: the initial mapping ends at %#" PRIx64, map_end);
			return;
		}
		try = t;
		n = add_mapping(&try, base, map_end - 1);
		if (base)
			n2 = add_mapping(&try, 0, XI_PAGE - 1);
		else
			n2 = add_mapping(&try, map_end, map_end + XI_PAGE - 1);
		need = info + n + n2;
		if (base + need * XI_PAGE <= map_end)
			break;
	}
	t = try;
	frames = n + n2;
	area(plan, "page_tables", base + page_tables, base + page_tables + frames * XI_PAGE);
	at = page_tables + frames * XI_PAGE;
	area(plan, "stack", base + at, base + at + XI_MIB);
	plan->nr_pt_frames = frames;
	range(&plan->map, base, base, map_end);
	plan->map.name = "map";
	at = map_end - base;
	if (opt->initrd && g.unmapped) {
		r = xi_area(plan, "initrd");
		r->has_p = true;
		r->pstart = at;
		r->pend = at + opt->initrd;
		at = xi_page_up(at + opt->initrd);
	}
	if (g.p2m_base != XI_UNSET) {
		n = add_mapping(&t, g.p2m_base, g.p2m_base + p2m - 1);
		r = xi_area(plan, "p2m");
		range(r, g.p2m_base - at, g.p2m_base, g.p2m_base + pages * word);
		at += p2m + n * XI_PAGE;
	}
	if (at > opt->memory)
		xi_refuse(plan, "out of memory: %#" PRIx64 " bytes are needed", at);
	if (elf->is64 ? plan->map.vstart < HOLE_64_END && map_end > HOLE_64 :
	    map_end > HOLE_32)
		xi_refuse(plan, "the initial mapping (to %#" PRIx64 ") reaches into the hypervisor",
			  map_end);
}

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
	struct xi_dom dom, now;
	const struct xi_seg *s;
	struct xi_error e;
	unsigned int i;
	bool guess = false, same = true;

	(void)opt;
	if (!xi_need_elf(plan, img))
		return;
	xi_dom_read_legacy(&dom, elf);
	same = !xi_dom_read(&now, elf, &e);
	if (img->has_setup)
		xi_refuse(plan, "2006 knew no bzImage under Xen");
	if (!elf->legacy) {
		xi_refuse(plan, "Not a Xen-ELF image: '__xen_guest' section not found (2006 knew no notes; below with their VIRT_BASE)");
		dom.virt_base = now.virt_base;
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
		range(&plan->seg[plan->nseg++], s0 - p0, s0, s1);
	}
	plan->paddr_offset = guess ? 0 : dom.virt_base;
	if (start > end || plan->entry < start || plan->entry > end)
		xi_refuse(plan, "Malformed ELF image: the entry %#" PRIx64 " is not in it", plan->entry);
	if (same && now.virt_entry != plan->entry)
		xi_remark(plan, "today's loaders enter at %#" PRIx64 " (%s)",
			  now.virt_entry, now.entry_why);
	xi_remark(plan, "where a builder of 2006 puts p2m, page tables and stack is not known");
}
