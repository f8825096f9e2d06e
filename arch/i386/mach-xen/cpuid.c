// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID of a starting vcpu: answered from a table that the boot CPU has filled. The
 * kernel's CPUID also hides the host's threads.
 *
 * Xen emulates CPUID. A starting vcpu executes CPUID some hundred times, and most
 * answers are the same for all vcpus of a domain (guest_cpuid() in
 * xen/arch/x86/cpuid.c). Without the table, CPUID would take more than half of the time
 * that a vcpu needs to start.
 */
#include <kunit/visibility.h>

#include <linux/bits.h>
#include <linux/init.h>
#include <linux/preempt.h>

#include <asm/cpu.h>
#include <asm/cpufeatures.h>
#include <asm/paravirt.h>
#include <asm/processor.h>

#include "mach-xen.h"

#define XEN_CPUID_ANSWERS	128	/* a power of 2, twice the answers kept */

static struct xen_cpuid_answer xen_cpuid_answers[XEN_CPUID_ANSWERS] __ro_after_init;

/* Find the entry of an answer, or a free entry for it. NULL: the table is full. */
VISIBLE_IF_KUNIT struct xen_cpuid_answer *xen_cpuid_find(u32 leaf, u32 subleaf)
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
 * Answers that differ between vcpus are not kept: the leaves of the topology, and leaf
 * 0xd, which depends on XCR0. Leaf 1 is kept: xen_cached_cpuid() replaces its APIC ID,
 * and for a kernel its OSXSAVE shows Xen's CR4, not the vcpu's (guest_cpuid()). Leaf 7
 * is kept: its OSPKE follows CR4.PKE, which a PV guest may not set.
 *
 * The leaves of hypervisors are not kept. Code that looks for a hypervisor reads
 * hundreds of them once, and they would fill the table.
 */
VISIBLE_IF_KUNIT bool xen_cpuid_cacheable(u32 leaf)
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

/* The original pv_ops.cpu.cpuid, which asks Xen. */
static void (*xen_emulated_cpuid)(unsigned int *ax, unsigned int *bx,
				  unsigned int *cx, unsigned int *dx) __ro_after_init;

static void xen_cached_cpuid(unsigned int *ax, unsigned int *bx,
			     unsigned int *cx, unsigned int *dx)
{
	const u32 leaf = *ax, subleaf = *cx;
	const bool alone = system_state == SYSTEM_BOOTING;
	struct xen_cpuid_answer *a = NULL;

	/* CPUID of an online vcpu goes to Xen, also that of /dev/cpu. */
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
		if (a && alone && xen_cpuid_cacheable(leaf))
			*a = (struct xen_cpuid_answer){
				true, leaf, subleaf, *ax, *bx, *cx, *dx };
	}

	/* The host's threads are not the guest's: no vcpu is a sibling of another. */
	if (leaf == 1) {
		*bx = (*bx & 0x00ffffff) | xen_vcpu_apic_id() << 24;
		*dx &= ~BIT(X86_FEATURE_HT % 32);
	}
}

/**
 * xen_keep_cpuid_answers - keep the answers of CPUID from now on
 *
 * The boot CPU calls this before it reads its own features.
 */
void __init xen_keep_cpuid_answers(void)
{
	xen_emulated_cpuid = pv_ops.cpu.cpuid;
	pv_ops.cpu.cpuid = xen_cached_cpuid;
}
