// SPDX-License-Identifier: GPL-2.0
/*
 * Start of day as a PV guest: what xen_start_kernel() of arch/x86/xen/enlighten_pv.c
 * leaves to the word size.
 *
 * Takes over the command line and goes on to start_kernel(), chooses the driver of
 * the local APIC, and prepares what each vcpu needs. Runs on Xen's page tables; the
 * kernel's own are loaded by setup_arch() (see mmu.c).
 */
#include <linux/init.h>
#include <linux/string.h>

#include <linux/start_kernel.h>

#include <xen/interface/xen.h>
#include <xen/xen.h>

#include <asm/apic.h>
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

static u32 xen_read_apic(u32 reg)
{
	switch (reg) {
	case APIC_LVR:
		return 0x14;
	case APIC_ID:
		return xen_vcpu_apic_id() << 24;
	}

	return 0;
}

/**
 * mach_pv_init_platform - choose the driver of the local APIC, and who counts CPUs
 *
 * This must come before the host's tables are read. With the default driver the kernel
 * would take what is mapped in the place of the local APIC for the boot CPU's ID. The
 * driver for PV guests is upstream's (arch/x86/xen/apic.c), but its read() returns the
 * IDs of real CPUs, so another one takes its place.
 */
void __init mach_pv_init_platform(void)
{
	x86_32_probe_apic();
	apic_update_callback(read, xen_read_apic);

	if (IS_ENABLED(CONFIG_SMP) && xen_initial_domain())
		x86_init.mpparse.parse_smp_cfg = xen_pv_dom0_smp_config;
}

/**
 * xen_cpu_dead_pv - give back what a vcpu needs while it runs
 * @cpu:	its number
 *
 * Return: 0.
 */
int xen_cpu_dead_pv(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	xen_smp_intr_free_pv(cpu);
	xen_teardown_timer(cpu);
	return 0;
}

/**
 * xen_cpu_up_prepare_pv - get timer and event channels of a vcpu
 * @cpu:	its number
 *
 * Return: 0 or a negative error number, and nothing is left.
 */
int xen_cpu_up_prepare_pv(unsigned int cpu)
{
	int rc;

	if (!per_cpu(xen_vcpu, cpu))
		return -ENODEV;

	xen_setup_timer(cpu);

	rc = xen_smp_intr_init(cpu);
	if (!rc)
		rc = xen_smp_intr_init_pv(cpu);
	/* The hotplug core undoes the steps before one that fails, not that one. */
	if (WARN(rc, "no event channels for CPU %d: %d\n", cpu, rc))
		xen_cpu_dead_pv(cpu);

	return rc;
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
