// SPDX-License-Identifier: GPL-2.0
/*
 * GRUB on BIOS.
 */
#include "loaders/metal.h"

/**
 * xi_plan_grub_bios() - GRUB's linux command on BIOS
 * @plan: filled in
 * @img: the image
 * @opt: memory is the machine's
 */
void xi_plan_grub_bios(struct xi_plan *plan, const struct xi_image *img,
		       const struct xi_options *opt)
{
	xi_grub_linux(plan, img, opt);
}
