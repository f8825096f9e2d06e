// SPDX-License-Identifier: GPL-2.0
/*
 * Start of day as a PV guest: the 32-bit part of xen_start_kernel() in
 * arch/x86/xen/enlighten_pv.c.
 *
 * This file copies the command line and calls start_kernel(). It runs on the page
 * tables of Xen's loader; setup_arch() loads the kernel's own (see mmu_init.c).
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/pfn.h>
#include <linux/string.h>

#include <linux/start_kernel.h>

#include <xen/hvc-console.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>

#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/text-patching.h>
#include <asm/x86_init.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

/**
 * clear_bss - clear the .bss section
 *
 * The stack in use is not in .bss.
 */
void __init clear_bss(void)
{
	memset(__bss_start, 0, __bss_stop - __bss_start);
}

static char * __init mach_memory_setup(void)
{
	char *source = xen_memory_setup();

	/* setup_early_printk() does nothing while there is an early console. */
	if (IS_ENABLED(CONFIG_EARLY_PRINTK))
		early_console = NULL;
	return source;
}

/* setup_arch() would reserve, and later read, any place that start_info names. */
static void __init check_initrd(void)
{
	const struct start_info *si = xen_start_info;
	u64 end = PFN_PHYS(si->nr_pages);
	u64 start;

	if (si->flags & SIF_MOD_START_PFN)
		start = PFN_PHYS(si->mod_start);
	else
		start = (u64)si->mod_start - PAGE_OFFSET;
	if (si->mod_start && start < end && si->mod_len <= end - start)
		return;
	if (si->mod_len)
		pr_err("start_info: the initrd is not in the guest's memory, and is ignored\n");
	boot_params.hdr.ramdisk_image = 0;
	boot_params.hdr.ramdisk_size = 0;
}

/**
 * mach_pv_start_reservations - finish the PV start and call start_kernel()
 *
 * On bare metal head_32.S and i386_start_kernel() do this.
 */
void __init __noreturn mach_pv_start_reservations(void)
{
	/* Xen's tools misread a p2m list at this address: have them use the p2m tree. */
	xen_start_info->flags &= ~SIF_VIRT_P2M_4TOOLS;

	/* Alternatives patch this too, but the first events come before that. */
	__text_gen_insn(mach_exit_to_kernel, JMP32_INSN_OPCODE, mach_exit_to_kernel,
			xen_exit_to_kernel, JMP32_INSN_SIZE);

	/* In an initial domain, Xen prints faults up to mach_memory_setup(). */
	if (IS_ENABLED(CONFIG_EARLY_PRINTK) && IS_ENABLED(CONFIG_HVC_XEN))
		early_console = &xenboot_console;
	x86_init.resources.memory_setup = mach_memory_setup;

	x86_init.resources.probe_roms = x86_init_noop;
	strscpy(boot_command_line, xen_start_info->cmd_line, COMMAND_LINE_SIZE);
	if (IS_ENABLED(CONFIG_RANDOMIZE_BASE))
		pr_info("KASLR disabled: a Xen loader puts the image where it is linked\n");

	check_initrd();
	x86_early_init_platform_quirks();
	x86_init.resources.reserve_resources = i386_reserve_resources;

	start_kernel();
}
