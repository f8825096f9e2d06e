// SPDX-License-Identifier: GPL-2.0
/*
 * The PV shim: a hypervisor of its own for one guest, started by the tool stack.
 */
#include "loaders/pv.h"

/**
 * xi_plan_shim() - the PV shim, started by the tool stack
 * @plan: filled in
 * @img: the image
 * @opt: memory is that of the guest's config, of which the shim keeps some
 */
void xi_plan_shim(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt)
{
	if (!xi_pv_protocol(plan, img) || !xi_need_elf(plan, img))
		return;
	if (img->outer.comp == XI_GZIP) {
		if (!xi_pv_said_enough(plan, &img->outer))
			return;
	} else if (img->outer.comp != XI_PLAIN && img->has_setup) {
		xi_refuse(plan, "a bzImage in %s: only gzip would be unpacked before the shim",
			  xi_comp_name(img->outer.comp));
		return;
	} else if (!xi_pv_said_right(plan, &img->outer)) {
		return;
	}
	if (!xi_pv_said_right(plan, &img->inside))
		return;
	/* The shim has PV32 whether or not the hypervisor below it does. */
	if (!xi_xen_can_build(plan, img, true, false))
		return;
	xi_xen_build(plan, img, opt, xi_pv_module_size(opt), true);
	plan->exact = false;
	xi_remark(plan, "the shim keeps a few MiB for itself: the guest has fewer pages, the p2m list is shorter and what follows it lower");
}
