// SPDX-License-Identifier: GPL-2.0
/*
 * What loaders of Xen PV guests share.  As of Xen 4.17 and GRUB 2.06.
 *
 * Each enters the kernel with paging on.  The image lies at VIRT_BASE plus its
 * physical address, and behind it, in an order that is the loader's own: initrd,
 * p2m list, start_info, page tables, stack.  "Physical" is pseudo-physical.
 */
#include <elf.h>
#include <inttypes.h>

#include "loaders/pv.h"

/* Above this the tool stack does not unpack. */
#define GUNZIP_MAX	(1024 * XI_MIB)

/**
 * xi_pv_range() - something that is mapped
 * @r: filled in
 * @base: virtual address of physical address 0
 * @start: first virtual address
 * @end: the one behind the last
 */
void xi_pv_range(struct xi_range *r, uint64_t base, uint64_t start, uint64_t end)
{
	r->has_v = true;
	r->vstart = start;
	r->vend = end;
	r->has_p = true;
	r->pstart = start - base;
	r->pend = end - base;
}

/**
 * xi_pv_area() - one more area that is mapped
 * @plan: where, with its virt_base
 * @name: of the area
 * @start: first virtual address
 * @end: the one behind the last
 */
void xi_pv_area(struct xi_plan *plan, const char *name, uint64_t start, uint64_t end)
{
	xi_pv_range(xi_area(plan, name), plan->virt_base, start, end);
}

/**
 * xi_pv_segments() - where Xen's library puts the segments
 * @plan: where, with its virt_base
 * @elf: the file
 * @offset: added to p_paddr for the virtual address
 */
void xi_pv_segments(struct xi_plan *plan, const struct xi_elf *elf, uint64_t offset)
{
	const struct xi_seg *s;
	unsigned int i;

	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_LOAD || !(s->flags & (PF_R | PF_W | PF_X)))
			continue;
		plan->seg[plan->nseg].name = "segment";
		xi_pv_range(&plan->seg[plan->nseg++], plan->virt_base,
			    s->paddr + offset, s->paddr + s->memsz + offset);
	}
}

/**
 * xi_pv_hole() - where the hypervisor is
 * @plan: where to note it
 * @is64: for a 64-bit guest
 */
void xi_pv_hole(struct xi_plan *plan, bool is64)
{
	plan->hole = is64 ? XI_HOLE_64 : XI_HOLE_32;
	plan->hole_end = is64 ? XI_HOLE_64_END : XI_HOLE_32_END;
}

/**
 * xi_pv_from_dom() - what a plan has from the notes
 * @plan: filled in as far
 * @dom: what Xen's library read
 */
void xi_pv_from_dom(struct xi_plan *plan, const struct xi_dom *dom)
{
	plan->pv = true;
	plan->virt_base = dom->virt_base;
	plan->paddr_offset = dom->paddr_offset;
	plan->offset_why = dom->offset_why;
	plan->entry = dom->virt_entry;
	plan->entry_why = dom->entry_why;
}

/**
 * xi_pv_said_right() - are the last four bytes of what is compressed the length?
 * @plan: refused if not
 * @l: what is compressed
 *
 * Return: true if so, or if nothing is compressed
 */
bool xi_pv_said_right(struct xi_plan *plan, const struct xi_layer *l)
{
	if (l->comp == XI_PLAIN || l->said == l->unpacked)
		return true;
	xi_refuse(plan, "the last four bytes of the %s say %u bytes, it unpacks to %" PRIu64,
		  xi_comp_name(l->comp), l->said, l->unpacked);
	return false;
}

/**
 * xi_pv_said_enough() - the same for the tool stack, content with less for gzip
 * @plan: refused if not
 * @l: what is compressed
 *
 * Return: true if so, or if nothing is compressed
 */
bool xi_pv_said_enough(struct xi_plan *plan, const struct xi_layer *l)
{
	if (l->comp != XI_GZIP)
		return xi_pv_said_right(plan, l);
	if (l->said <= GUNZIP_MAX && l->said + 16ull >= l->unpacked)
		return true;
	xi_refuse(plan, "the last four bytes of the gzip say %u bytes, it unpacks to %" PRIu64,
		  l->said, l->unpacked);
	return false;
}

/**
 * xi_pv_protocol() - has a bzImage a payload?
 * @plan: refused if not
 * @img: the image
 *
 * Return: true if so, or if it is no bzImage
 */
bool xi_pv_protocol(struct xi_plan *plan, const struct xi_image *img)
{
	if (!img->has_setup || img->setup.version >= 0x208)
		return true;
	xi_refuse(plan, "Cannot load bzImage v%u.%02u at least v2.08 is required",
		  img->setup.version >> 8, img->setup.version & 0xff);
	return false;
}

/**
 * xi_pv_add_mapping() - how many more tables it takes to map some addresses
 * @t: the tables so far
 * @from: first address
 * @last: the last one
 *
 * With 32-bit the first mapping gets all of the last third-level slots, as Xen wants
 * the hypervisor's to be there.
 *
 * Return: the number
 */
uint64_t xi_pv_add_mapping(struct xi_tables *t, uint64_t from, uint64_t last)
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

/**
 * xi_pv_fits() - is there memory, and address space, for the kernel?
 * @plan: refused if not
 * @dom: what Xen's library read
 * @opt: memory and initrd
 * @is64: for a 64-bit guest
 * @refusal: the loader's words for too little memory
 *
 * Nothing is added up before this holds: then no sum wraps, and no loop is longer than
 * the guest has pages.
 *
 * Return: true if so
 */
bool xi_pv_fits(struct xi_plan *plan, const struct xi_dom *dom,
		const struct xi_options *opt, bool is64, const char *refusal)
{
	uint64_t top = is64 ? UINT64_MAX : UINT32_MAX;

	if (dom->kend - dom->virt_base > opt->memory || opt->initrd > opt->memory ||
	    opt->initrd_unpacked > opt->memory) {
		xi_refuse(plan, "%s", refusal);
		return false;
	}
	if (dom->kend > top || top - dom->kend < XI_SUPERPAGE) {
		xi_refuse(plan, "the kernel ends at %#" PRIx64 ": no room behind it in the address space",
			  dom->kend);
		return false;
	}
	return true;
}

/**
 * xi_pv_module_size() - what the tool stack makes of an initrd: it unpacks gzip
 * @opt: has its size
 *
 * Return: bytes
 */
uint64_t xi_pv_module_size(const struct xi_options *opt)
{
	uint64_t size = 0;

	if (opt->initrd_unpacked && opt->initrd_unpacked <= GUNZIP_MAX - 16)
		size = opt->initrd_unpacked + 16;
	return size > opt->initrd ? size : opt->initrd;
}
