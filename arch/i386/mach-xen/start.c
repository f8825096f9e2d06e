// SPDX-License-Identifier: GPL-2.0
/*
 * Start of day as a PV guest: what xen_start_kernel() of arch/x86/xen/enlighten_pv.c
 * leaves to the word size.
 *
 * Takes over the command line and goes on to start_kernel(). Runs on the page tables
 * that Xen's loader made; setup_arch() loads the kernel's own (see mmu_init.c).
 */
#include <linux/init.h>
#include <linux/string.h>

#include <linux/start_kernel.h>

#include <xen/interface/xen.h>
#include <xen/xen.h>

#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/text-patching.h>
#include <asm/x86_init.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

/**
 * clear_bss - clear what the image has no contents for
 *
 * The boot stack is not part of it.
 */
void __init clear_bss(void)
{
	memset(__bss_start, 0, __bss_stop - __bss_start);
}

/**
 * mach_pv_start_reservations - the rest of the way to start_kernel()
 *
 * What head_32.S and i386_start_kernel() do on bare metal.
 */
void __init __noreturn mach_pv_start_reservations(void)
{
	/* Tools cannot read a list of frames that begins where ours does. */
	xen_start_info->flags &= ~SIF_VIRT_P2M_4TOOLS;

	/* Alternatives do this too, but the first events come before those. */
	__text_gen_insn(mach_exit_to_kernel, JMP32_INSN_OPCODE, mach_exit_to_kernel,
			xen_exit_to_kernel, JMP32_INSN_SIZE);

	x86_init.resources.probe_roms = x86_init_noop;
	strscpy(boot_command_line, xen_start_info->cmd_line, COMMAND_LINE_SIZE);
	if (IS_ENABLED(CONFIG_RANDOMIZE_BASE))
		pr_info("KASLR disabled: a Xen loader puts the image where it is linked\n");

	x86_early_init_platform_quirks();
	x86_init.resources.reserve_resources = i386_reserve_resources;

	start_kernel();
}
