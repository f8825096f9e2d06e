// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU of a PV guest, where 32-bit differs from 64-bit: features that a guest cannot
 * have, MSRs that are not written, and what a vcpu needs while it runs. The rest is in
 * arch/x86/xen/enlighten_pv.c.
 */
#include <linux/init.h>

#include <asm/cpu.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/paravirt.h>
#include <asm/processor.h>

#include "mach-xen.h"
#include "cpu.h"

/**
 * xen_do_write_msr - write an MSR as far as Xen lets a guest
 * @msr:	which
 * @low:	its lower half
 * @high:	its upper half
 * @err:	where an error number goes, 0 before; NULL if the write must not fault
 */
void xen_do_write_msr(unsigned int msr, unsigned int low, unsigned int high, int *err)
{
	switch (msr) {
	case MSR_IA32_SYSENTER_CS:
	case MSR_IA32_SYSENTER_ESP:
	case MSR_IA32_SYSENTER_EIP:
		/* Set by callback, see xen_enable_sysenter(). */
		return;
	}

	if (pmu_msr_write(msr, low, high, err))
		return;

	if (err)
		*err = native_write_msr_safe(msr, low, high);
	else
		native_write_msr(msr, low, high);
}

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
