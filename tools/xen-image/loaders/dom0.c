// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor, as loader of its initial domain.
 */
#include "loaders/pv.h"

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

	/* What comes before the hypervisor. */
	if (img->outer.comp != XI_PLAIN)
		xi_remark(plan, "GRUB unpacks modules itself, if its module for %s is loaded: Xen then gets what is in there",
			  xi_comp_name(img->outer.comp));
	if (opt->initrd_unpacked) {
		initrd = opt->initrd_unpacked;
		xi_remark(plan, "GRUB's module2 unpacks the initrd, unless it is given --nounzip");
	}
	if (!xi_pv_protocol(plan, img) || !xi_need_elf(plan, img))
		return;
	if (img->outer.comp != XI_PLAIN && img->has_setup) {
		xi_refuse(plan, "a bzImage in %s: Xen unpacks an ELF file or a bzImage's payload",
			  xi_comp_name(img->outer.comp));
		return;
	}
	if (!xi_pv_said_right(plan, &img->outer) || !xi_pv_said_right(plan, &img->inside))
		return;
	if (xi_xen_can_build(plan, img, !opt->no_pv32, true))
		xi_xen_build(plan, img, opt, initrd, false);
}
