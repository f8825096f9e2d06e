// SPDX-License-Identifier: GPL-2.0
/*
 * GRUB on UEFI.
 */
#include "loaders/metal.h"

/**
 * xi_plan_grub_efi() - GRUB's linux command on UEFI, without Secure Boot
 * @plan: filled in
 * @img: the image
 * @opt: memory is the machine's
 */
void xi_plan_grub_efi(struct xi_plan *plan, const struct xi_image *img,
		      const struct xi_options *opt)
{
	xi_grub_linux(plan, img, opt);
	if (!plan->takes)
		return;
	if (img->setup.version >= 0x20b && !img->setup.handover_offset)
		xi_remark(plan, "built without CONFIG_EFI_STUB: Secure Boot cannot start it; without CONFIG_EFI it finds no ACPI tables");
	xi_remark(plan, "firmware may have the place it asks for, as OVMF has 16 MiB: then GRUB loads it at another multiple of its alignment");
}
