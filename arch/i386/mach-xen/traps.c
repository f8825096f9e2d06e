// SPDX-License-Identifier: GPL-2.0
/*
 * C side of the entries that differ from bare metal: the event upcall, and
 * what Xen delivers like an interrupt that must be acknowledged.
 */
#include <linux/entry-common.h>
#include <linux/hardirq.h>
#include <linux/percpu.h>

#include <xen/interface/xen.h>
#include <xen/events.h>
#include <xen/xen-ops.h>

#include <asm/idtentry.h>
#include <asm/irq_regs.h>
#include <asm/irq_stack.h>
#include <asm/mce.h>
#include <asm/xen/hypercall.h>

#include "mach-xen.h"

#ifndef CONFIG_PREEMPTION
/*
 * Set while a task is in a long hypercall of the tool stack: such a task may
 * be preempted on the way out of an upcall.
 */
DEFINE_PER_CPU(bool, xen_in_preemptible_hcall);
EXPORT_PER_CPU_SYMBOL_GPL(xen_in_preemptible_hcall);

/* The task may go on elsewhere, so the flag does not stay over schedule(). */
static __always_inline bool get_and_clear_inhcall(void)
{
	bool inhcall = __this_cpu_read(xen_in_preemptible_hcall);

	__this_cpu_write(xen_in_preemptible_hcall, false);
	return inhcall;
}

static __always_inline void restore_inhcall(bool inhcall)
{
	__this_cpu_write(xen_in_preemptible_hcall, inhcall);
}
#else
static __always_inline bool get_and_clear_inhcall(void) { return false; }
static __always_inline void restore_inhcall(bool inhcall) { }
#endif

static void __xen_pv_evtchn_do_upcall(struct pt_regs *regs)
{
	struct pt_regs *old_regs = set_irq_regs(regs);

	inc_irq_stat(irq_hv_callback_count);
	xen_evtchn_do_upcall();
	set_irq_regs(old_regs);
}

DEFINE_IDTENTRY_RAW(exc_xen_hypervisor_callback)
{
	irqentry_state_t state = irqentry_enter(regs);
	bool inhcall;

	instrumentation_begin();
	run_sysvec_on_irqstack_cond(__xen_pv_evtchn_do_upcall, regs);

	inhcall = get_and_clear_inhcall();
	if (inhcall && !WARN_ON_ONCE(state.exit_rcu)) {
		irqentry_exit_cond_resched();
		instrumentation_end();
		restore_inhcall(inhcall);
	} else {
		instrumentation_end();
		irqentry_exit(regs, state);
	}
}

DEFINE_IDTENTRY_RAW(xenpv_exc_nmi)
{
	exc_nmi(regs);
	xen_return_by_hypercall(regs);
}

#ifdef CONFIG_X86_MCE
DEFINE_IDTENTRY_RAW(xenpv_exc_machine_check)
{
	exc_machine_check(regs);
	xen_return_by_hypercall(regs);
}
#endif

/* Declared for all PV guests, used by 64-bit ones. */
DEFINE_IDTENTRY_RAW(xenpv_exc_debug)
{
	exc_debug(regs);
}

DEFINE_IDTENTRY_RAW_ERRORCODE(xenpv_exc_double_fault)
{
	instrumentation_begin();
	panic("double fault from the hypervisor");
	instrumentation_end();
}

DEFINE_IDTENTRY_RAW(exc_xen_unknown_trap)
{
	instrumentation_begin();
	panic("unknown trap from the hypervisor");
	instrumentation_end();
}
