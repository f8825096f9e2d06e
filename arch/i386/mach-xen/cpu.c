// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU of a PV guest, where 32-bit differs from 64-bit: features that a guest cannot
 * have, and a vcpu that does not come up. The rest is in arch/x86/xen/enlighten_pv.c.
 */
#include <linux/init.h>

#include <asm/cpu.h>
#include <asm/cpufeature.h>
#include <asm/paravirt.h>
#include <asm/processor.h>

#include "mach-xen.h"
#include "cpu.h"

/**
 * mach_pv_init_cpu - set up the boot CPU, where 32-bit differs from 64-bit
 *
 * Called once the kernel's GDT is loaded, before the first decision by a feature bit.
 */
void __init mach_pv_init_cpu(void)
{
	xen_leave_boot_segments();

	xen_keep_cpuid_answers();

	/* What the CPU can do, for what is decided before identify_cpu(). */
	cpu_detect(&boot_cpu_data);
	get_cpu_cap(&boot_cpu_data);

	/* For what is mapped before probe_page_size_mask() does this. */
	__default_kernel_pte_mask |= __supported_pte_mask & _PAGE_NX;

	/* Large and global pages are the hypervisor's. */
	setup_clear_cpu_cap(X86_FEATURE_PSE);
	setup_clear_cpu_cap(X86_FEATURE_PSE36);
	setup_clear_cpu_cap(X86_FEATURE_PGE);
	/* There is no vm86 mode in a guest of a 64-bit hypervisor. */
	setup_clear_cpu_cap(X86_FEATURE_VME);
	/* Instructions of ring 0. */
	setup_clear_cpu_cap(X86_FEATURE_SMAP);
	setup_clear_cpu_cap(X86_FEATURE_SMEP);
	setup_clear_cpu_cap(X86_FEATURE_UMIP);
	/* The way out that would need it is not taken, see entry.S. */
	setup_clear_cpu_cap(X86_BUG_ESPFIX);

	/* setup_arch() starts from these. */
	get_cpu_address_sizes(&boot_cpu_data);
	new_cpu_data = boot_cpu_data;
}

/**
 * mach_pv_undo_cpu_up - give back what a vcpu has that does not come up
 * @cpu:	its number
 *
 * The hotplug core undoes the steps before one that fails, and not that one.
 */
void mach_pv_undo_cpu_up(unsigned int cpu)
{
	xen_teardown_timer(cpu);
	xen_smp_intr_free_pv(cpu);
	xen_smp_intr_free(cpu);
}
