// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU of a PV guest, where 32-bit differs from 64-bit. The rest is in
 * arch/x86/xen/enlighten_pv.c.
 *
 * This file clears features that a guest cannot have, and cleans up after a vcpu that
 * failed to start.
 */
#include <linux/init.h>

#include <asm/cpu.h>
#include <asm/cpufeature.h>
#include <asm/paravirt.h>
#include <asm/processor.h>
#include <asm/xen/hypercall.h>

#include "mach-xen.h"
#include "cpu.h"

/*
 * load_sp0() without the machinery of batches: the batch of a context switch has ended
 * before, see mach_update_task_stack().
 */
static void xen_load_sp0_directly(unsigned long sp0)
{
	WARN_ON_ONCE(HYPERVISOR_stack_switch(__KERNEL_DS, sp0));
	this_cpu_write(cpu_tss_rw.x86_tss.sp0, sp0);
}

/**
 * mach_pv_init_cpu - set up the boot CPU, where 32-bit differs from 64-bit
 *
 * Called once the kernel's GDT is loaded, before any code relies on a feature bit.
 */
void __init mach_pv_init_cpu(void)
{
	xen_leave_boot_segments();

	pv_ops.cpu.load_sp0 = xen_load_sp0_directly;

	xen_keep_cpuid_answers();

	/* Code that runs before identify_cpu() needs the feature bits. */
	cpu_detect(&boot_cpu_data);
	get_cpu_cap(&boot_cpu_data);

	/* probe_page_size_mask() sets this later. Earlier mappings need NX, too. */
	__default_kernel_pte_mask |= __supported_pte_mask & _PAGE_NX;

	/* A PV guest cannot use large or global pages. */
	setup_clear_cpu_cap(X86_FEATURE_PSE);
	setup_clear_cpu_cap(X86_FEATURE_PSE36);
	setup_clear_cpu_cap(X86_FEATURE_PGE);
	/* There is no vm86 mode in a guest of a 64-bit hypervisor. */
	setup_clear_cpu_cap(X86_FEATURE_VME);
	/* A kernel in ring 1 cannot use these. */
	setup_clear_cpu_cap(X86_FEATURE_SMAP);
	setup_clear_cpu_cap(X86_FEATURE_SMEP);
	setup_clear_cpu_cap(X86_FEATURE_UMIP);
	/* xen_ptep_set_wrprotect() makes entries that would be shadow stacks. */
	setup_clear_cpu_cap(X86_FEATURE_SHSTK);
	/* Exits under Xen do not run the espfix code of entry_32.S, see entry.S. */
	setup_clear_cpu_cap(X86_BUG_ESPFIX);

	/* setup_arch() copies new_cpu_data over boot_cpu_data. */
	get_cpu_address_sizes(&boot_cpu_data);
	new_cpu_data = boot_cpu_data;
}

/**
 * mach_pv_undo_cpu_up - free the timer and the IRQs of a vcpu that failed to start
 * @cpu:	number of the vcpu
 *
 * The hotplug core does not undo the step that failed, only the steps before it.
 */
void mach_pv_undo_cpu_up(unsigned int cpu)
{
	xen_teardown_timer(cpu);
	xen_smp_intr_free_pv(cpu);
	xen_smp_intr_free(cpu);
}
