// SPDX-License-Identifier: GPL-2.0
/*
 * The loaders that can be asked, and what their plans have in common.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "xen-image.h"

const struct xi_loader xi_loaders[] = {
	{ .name = "dom0", .title = "the hypervisor, as initial domain",
	  .plan = xi_plan_dom0, .forms = XI_FORM_ANY },
	{ .name = "domu", .title = "the tool stack (xl create, also after pygrub)",
	  .alias = "pygrub", .plan = xi_plan_domu, .forms = XI_FORM_ANY },
	{ .name = "pvgrub2", .title = "PvGrub2, in a PV guest",
	  .alias = "pvgrub", .plan = xi_plan_pvgrub2, .forms = XI_FORM_ANY },
	{ .name = "shim", .title = "the PV shim (xl create with pvshim)",
	  .plan = xi_plan_shim, .forms = XI_FORM_ANY },
	{ .name = "grub-bios", .title = "GRUB's linux command on BIOS",
	  .plan = xi_plan_grub_bios, .forms = XI_FORM_BZIMAGE },
	{ .name = "grub-efi", .title = "GRUB's linux command on UEFI",
	  .plan = xi_plan_grub_efi, .forms = XI_FORM_BZIMAGE },
	{ .name = "qemu", .title = "qemu-system-x86_64 -kernel",
	  .plan = xi_plan_qemu, .forms = XI_FORM_BZIMAGE | XI_FORM_PVH },
	{ .name = "kexec", .title = "kexec -l on i386",
	  .plan = xi_plan_kexec, .forms = XI_FORM_ANY },
	{ .name = "2006", .title = "the loader patch of May 2006, which guesses",
	  .plan = xi_plan_2006, .by_name = true },
};

const unsigned int xi_nloaders = sizeof(xi_loaders) / sizeof(xi_loaders[0]);

_Static_assert(sizeof(xi_loaders) / sizeof(xi_loaders[0]) <= XI_MAX_LOADERS,
	       "a loader has no room in struct xi_check");

/**
 * xi_refuse() - the loader does not take the image
 * @plan: of that loader
 * @fmt: why, as for printf(); the first one counts
 */
void xi_refuse(struct xi_plan *plan, const char *fmt, ...)
{
	char text[sizeof(plan->why.text)];
	va_list ap;

	if (!plan->takes)
		return;
	plan->takes = false;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	xi_fail(&plan->why, "%s", text);
}

/**
 * xi_remark() - something else to know
 * @plan: where
 * @fmt: as for printf()
 */
void xi_remark(struct xi_plan *plan, const char *fmt, ...)
{
	char text[sizeof(plan->why.text)];
	va_list ap;

	if (plan->nremark == XI_MAX_REMARKS)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	xi_fail(&plan->remark[plan->nremark++], "%s", text);
}

/**
 * xi_area() - room for one more area
 * @plan: where
 * @name: of the area
 *
 * Return: the area
 */
struct xi_range *xi_area(struct xi_plan *plan, const char *name)
{
	struct xi_range *r;

	r = &plan->area[plan->narea < XI_MAX_AREAS ? plan->narea++ : XI_MAX_AREAS - 1];
	memset(r, 0, sizeof(*r));
	r->name = name;
	return r;
}

/**
 * xi_need_elf() - this loader wants the ELF file
 * @plan: of that loader
 * @img: the image
 *
 * Return: true if it is there; else the plan says why not
 */
bool xi_need_elf(struct xi_plan *plan, const struct xi_image *img)
{
	if (img->found == XI_FOUND)
		return true;
	plan->unknown = img->found == XI_UNPACKED_NOT && img->setup.version >= 0x208;
	xi_refuse(plan, "%s", img->why.text);
	return false;
}

/**
 * xi_plan_make() - ask a loader
 * @plan: filled in
 * @loader: whom
 * @img: what
 * @opt: with that
 */
void xi_plan_make(struct xi_plan *plan, const struct xi_loader *loader,
		  const struct xi_image *img, const struct xi_options *opt)
{
	memset(plan, 0, sizeof(*plan));
	plan->loader = loader;
	plan->takes = true;
	plan->exact = true;
	plan->hole = XI_UNSET;
	loader->plan(plan, img, opt);
	plan->placed = plan->takes || plan->nseg;
	plan->wide = plan->entry > UINT32_MAX ||
		     (plan->map.has_v && plan->map.vend > UINT64_C(0x100000000));
	if (plan->takes)
		xi_picture_make(plan);
}
