// SPDX-License-Identifier: GPL-2.0
/*
 * The last step of a build for both worlds: each loader that should take an image in
 * its form takes it, __xen_guest says what the notes say, and the initrd need not be
 * mapped.
 */
#include <stdlib.h>
#include <string.h>

#include "xen-image.h"

/* A guest of that size is one that people have. */
#define CHECK_MEMORY	(256 * XI_MIB)

static unsigned int form_of(const struct xi_image *img, bool pvh)
{
	if (img->has_setup)
		return XI_FORM_BZIMAGE;
	if (img->outer.comp != XI_PLAIN)
		return XI_FORM_VMLINUZ;
	return pvh ? XI_FORM_VMLINUX | XI_FORM_PVH : XI_FORM_VMLINUX;
}

static void no(struct xi_check *check, enum xi_verdict verdict, const char *more)
{
	check->verdict = verdict;
	check->more = more;
}

/**
 * xi_check_broken() - there is nothing to ask a loader about
 * @check: filled in
 */
void xi_check_broken(struct xi_check *check)
{
	memset(check, 0, sizeof(*check));
	no(check, XI_CHECK_NO_LOADER, NULL);
}

/**
 * xi_check() - is the image what a build for both worlds should make?
 * @check: filled in
 * @img: the image
 * @pvh: of a vmlinux: it should have PVH's entry
 *
 * Return: 0, or -1 without memory
 */
int xi_check(struct xi_check *check, const struct xi_image *img, bool pvh)
{
	const struct xi_options opt = { .memory = CHECK_MEMORY };
	unsigned int i, form = form_of(img, pvh);
	struct xi_plan *plan;
	struct xi_lost *l;

	memset(check, 0, sizeof(*check));
	if (img->found == XI_DAMAGED) {
		check->why = img->why;
		no(check, XI_CHECK_NO_LOADER, NULL);
		return 0;
	}
	plan = malloc(sizeof(*plan));
	if (!plan)
		return -1;
	for (i = 0; i < xi_nloaders; i++) {
		if (!(xi_loaders[i].forms & form))
			continue;
		xi_plan_make(plan, &xi_loaders[i], img, &opt);
		if (plan->takes) {
			check->taken++;
			continue;
		}
		l = &check->lost[check->nlost++];
		l->loader = &xi_loaders[i];
		l->unknown = plan->unknown;
		l->why = plan->why;
	}
	free(plan);
	if (check->nlost) {
		no(check, XI_CHECK_LOADER_LOST, NULL);
		return 0;
	}
	if (!img->guest.both)
		no(check, XI_CHECK_NO_LEGACY, NULL);
	else if (img->guest.differs)
		no(check, XI_CHECK_LEGACY_DIFFERS, img->guest.differs);
	else if (!img->guest.dom.unmapped_initrd)
		no(check, XI_CHECK_MAPPED_INITRD, NULL);
	return 0;
}
