// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU of a PV guest, where 32-bit differs from 64-bit: APIC IDs, answers of CPUID
 * that are kept, MSRs that are not written, and features that a guest cannot have. The
 * rest is in arch/x86/xen/enlighten_pv.c.
 */
#include <linux/init.h>
#include <linux/preempt.h>

#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/paravirt.h>
#include <asm/processor.h>

#include "mach-xen.h"
#include "cpu.h"

/**
 * xen_vcpu_apic_id - APIC ID of the vcpu that asks
 *
 * Any real CPU may run a vcpu, so the IDs of those mean nothing. A vcpu has the
 * one it was registered with, from the host's tables or made up (smpboot.c).
 *
 * Return: the APIC ID; the number of the vcpu before it has one.
 */
u32 xen_vcpu_apic_id(void)
{
	unsigned int cpu = raw_smp_processor_id();

	return cpuid_to_apicid[cpu] == BAD_APICID ? cpu : cpuid_to_apicid[cpu];
}

/*
 * What the boot CPU was told while it was alone. Xen emulates CPUID, and a vcpu
 * that starts asks a hundred times for what is the same for all vcpus of a domain
 * (guest_cpuid() in xen/arch/x86/cpuid.c); more than half of its start would be
 * that.
 */
struct xen_cpuid_answer {
	bool known;
	u32 leaf, subleaf;
	u32 ax, bx, cx, dx;
};

#define XEN_CPUID_ANSWERS	128	/* a power of 2, twice what is kept */

static struct xen_cpuid_answer xen_cpuid_answers[XEN_CPUID_ANSWERS] __ro_after_init;

/* Where the answer is or may be put; NULL if there is no room. */
static struct xen_cpuid_answer *xen_cpuid_find(u32 leaf, u32 subleaf)
{
	u32 i, at = leaf + (leaf >> 26) + subleaf * 5;

	for (i = 0; i < XEN_CPUID_ANSWERS; i++, at++) {
		struct xen_cpuid_answer *a;

		a = &xen_cpuid_answers[at % XEN_CPUID_ANSWERS];
		if (!a->known || (a->leaf == leaf && a->subleaf == subleaf))
			return a;
	}

	return NULL;
}

/*
 * Answers that differ between vcpus are not kept: topology, and what depends on XCR0.
 * In leaf 1 xen_kept_cpuid() puts the APIC ID right, and OSXSAVE shows Xen's CR4 to a
 * kernel, not the vcpu's (guest_cpuid()). OSPKE in leaf 7 follows CR4.PKE, which a PV
 * guest may not set.
 *
 * The leaves of hypervisors are not kept either. Code that looks for one asks for
 * hundreds of them, once, and would leave no room.
 */
static bool xen_cpuid_kept(u32 leaf)
{
	if (leaf >> 16 == 0x4000)
		return false;

	switch (leaf) {
	case 0xb:
	case 0xd:
	case 0x1f:
	case 0x8000001e:
		return false;
	}

	return true;
}

/* The operation that 64-bit guests have. It asks Xen. */
static void (*xen_emulated_cpuid)(unsigned int *ax, unsigned int *bx,
				  unsigned int *cx, unsigned int *dx) __ro_after_init;

static void xen_kept_cpuid(unsigned int *ax, unsigned int *bx,
			   unsigned int *cx, unsigned int *dx)
{
	const u32 leaf = *ax, subleaf = *cx;
	const bool alone = system_state == SYSTEM_BOOTING;
	struct xen_cpuid_answer *a = NULL;

	/* User space's questions by /dev/cpu go to Xen. */
	if (alone || !cpu_online(raw_smp_processor_id()))
		a = xen_cpuid_find(leaf, subleaf);
	if (a && a->known && !alone) {
		*ax = a->ax;
		*bx = a->bx;
		*cx = a->cx;
		*dx = a->dx;
	} else {
		preempt_disable();
		xen_emulated_cpuid(ax, bx, cx, dx);
		preempt_enable();
		if (a && alone && xen_cpuid_kept(leaf))
			*a = (struct xen_cpuid_answer){
				true, leaf, subleaf, *ax, *bx, *cx, *dx };
	}

	if (leaf == 1)
		*bx = (*bx & 0x00ffffff) | xen_vcpu_apic_id() << 24;
}

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

	xen_emulated_cpuid = pv_ops.cpu.cpuid;
	pv_ops.cpu.cpuid = xen_kept_cpuid;

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
