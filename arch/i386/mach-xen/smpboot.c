// SPDX-License-Identifier: GPL-2.0
/*
 * Start of vcpus, where 32-bit differs from 64-bit. The rest is in
 * arch/x86/xen/smp_pv.c.
 *
 * A vcpu gets its whole first context by hypercall (VCPUOP_initialise in
 * Xen's public/vcpu.h).
 */
#include <linux/smp.h>

#include <xen/interface/xen.h>
#include <xen/interface/vcpu.h>
#include <xen/xen.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

/**
 * mach_pv_vcpu_context - set the 32-bit fields in the first context of a vcpu
 * @ctxt:	the context, filled in as for a 64-bit vcpu
 * @cpu:	number of the vcpu
 *
 * These are the segments of a ring-1 kernel, and the code segment of each callback.
 */
void mach_pv_vcpu_context(struct vcpu_guest_context *ctxt, unsigned int cpu)
{
	ctxt->flags |= VGCF_failsafe_disables_events;
	ctxt->user_regs.cs = __KERNEL_CS | MACH_KERNEL_RPL;
	ctxt->user_regs.ss = __KERNEL_DS | MACH_KERNEL_RPL;
	ctxt->user_regs.fs = __KERNEL_PERCPU;
	ctxt->kernel_ss = __KERNEL_DS | MACH_KERNEL_RPL;
	ctxt->event_callback_cs = __KERNEL_CS | MACH_KERNEL_RPL;
	ctxt->failsafe_callback_cs = __KERNEL_CS | MACH_KERNEL_RPL;
}

/**
 * mach_pv_vcpu_up - start a vcpu after VCPUOP_initialise
 * @cpu:	number of the vcpu
 *
 * If Xen refuses, the caller rolls back. A 64-bit guest calls BUG() instead.
 *
 * Return: 0 or a negative Xen error number.
 */
int mach_pv_vcpu_up(unsigned int cpu)
{
	int rc = HYPERVISOR_vcpu_op(VCPUOP_up, xen_vcpu_nr(cpu), NULL);

	if (rc)
		xen_pmu_finish(cpu);

	return rc;
}
