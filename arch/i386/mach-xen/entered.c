// SPDX-License-Identifier: GPL-2.0
/*
 * One line in the log that says how this kernel was entered, in both worlds.
 */
#include <linux/init.h>
#include <linux/printk.h>

#include <xen/interface/xen.h>
#include <xen/xen.h>

#include <asm/mach_layout.h>
#include <asm/setup.h>

/* What the PVH entry code puts where it finds no Xen. */
#define LOADER_PVH	0xb0

static int __init mach_xen_entered(void)
{
	unsigned int loader = boot_params.hdr.type_of_loader;

	if (xen_initial_domain() && xen_pv_domain())
		pr_info("mach-xen: entered as Xen PV initial domain, hypervisor from %#lx\n",
			mach_hypervisor_start);
	else if (xen_pv_domain())
		pr_info("mach-xen: entered as Xen PV guest, hypervisor from %#lx\n",
			mach_hypervisor_start);
	else if (xen_pvh || loader == LOADER_PVH)
		pr_info("mach-xen: entered by the PVH entry point\n");
	else
		pr_info("mach-xen: entered by the boot protocol, loader type %#x\n",
			loader);

	return 0;
}
early_initcall(mach_xen_entered);
