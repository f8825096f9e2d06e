// SPDX-License-Identifier: GPL-2.0
/*
 * The picture of a plan: what is in it, and in which order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xen-image.h"

static int by_address(const void *a, const void *b)
{
	const struct xi_box *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? 1 : -1;
	/* the outer one of two that begin together is drawn above */
	return x->end < y->end ? 1 : x->end > y->end ? -1 : 0;
}

static void add_box(struct xi_plan *p, const struct xi_range *r, const char *name)
{
	struct xi_box *b = &p->box[p->nbox];

	if (p->pv ? !r->has_v : !r->has_p)
		return;
	b->start = p->pv ? r->vstart : r->pstart;
	b->end = p->pv ? r->vend : r->pend;
	if (b->end == b->start)
		return;
	b->has_p = p->pv && r->has_p;
	b->pstart = r->pstart;
	b->pend = r->pend;
	snprintf(b->name, sizeof(b->name), "%s", name);
	p->nbox++;
}

/* Is it the packed kernel, which is gone where the kernel then is? */
static bool unpacked_over(const struct xi_plan *p, const struct xi_range *r)
{
	unsigned int i;

	if (strcmp(r->name, "loaded"))
		return false;
	for (i = 0; i < p->nseg; i++)
		if (p->seg[i].has_p && p->seg[i].pstart < r->pend &&
		    r->pstart < p->seg[i].pend)
			return true;
	return false;
}

/**
 * xi_picture_make() - what a picture of a plan shows
 * @p: the plan, which gets its boxes
 */
void xi_picture_make(struct xi_plan *p)
{
	struct xi_range hyper = { .has_v = true };
	struct xi_box *b, *above;
	char name[24];
	unsigned int i;

	for (i = 0; i < p->nseg; i++) {
		snprintf(name, sizeof(name), "segment %u", i);
		add_box(p, &p->seg[i], name);
	}
	for (i = 0; i < p->narea; i++)
		/* What is around others, or was there before, only confuses. */
		if (strcmp(p->area[i].name, "workspace") && !unpacked_over(p, &p->area[i]))
			add_box(p, &p->area[i], p->area[i].name);
	if (p->hole != XI_UNSET) {
		hyper.vstart = p->hole;
		hyper.vend = p->hole_end;
		add_box(p, &hyper, "the hypervisor");
	}
	qsort(p->box, p->nbox, sizeof(p->box[0]), by_address);

	for (i = 0; i < p->nbox; i++) {
		b = &p->box[i];
		above = i ? b - 1 : NULL;
		b->joins = above && b->end == above->start;
		b->overlaps = above && b->end > above->start;
		if (above)
			above->gap = b->end < above->start;
		p->box_wide |= b->end > UINT64_C(0x100000000);
	}
}
