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

#include <asm/debugreg.h>
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

/*
 * A task in the kernel may have used up most of its stack: leave that, as irq_32.c
 * does. The unwinder finds the way back by the first word of the interrupt stack.
 */
static void handle_events(struct pt_regs *regs)
{
	unsigned long *irq_stack = this_cpu_read(pcpu_hot.hardirq_stack_ptr);
	void *sp = (void *)irq_stack + THREAD_SIZE;

	if (user_mode(regs) || !((current_stack_pointer ^ (unsigned long)irq_stack) &
				 ~(THREAD_SIZE - 1))) {
		xen_evtchn_do_upcall();
		return;
	}

	*irq_stack = current_stack_pointer;
	asm volatile("xchg %[sp], %%esp\n\t"
		     "call xen_evtchn_do_upcall\n\t"
		     "mov %[sp], %%esp"
		     : [sp] "+b" (sp)
		     : : "eax", "ecx", "edx", "memory", "cc");
}

static void __xen_pv_evtchn_do_upcall(struct pt_regs *regs)
{
	struct pt_regs *old_regs = set_irq_regs(regs);

	inc_irq_stat(irq_hv_callback_count);
	handle_events(regs);
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
/*
 * On the way back to user mode the task may move to another vcpu, whose return would
 * leave this one without machine checks: end this one before.
 */
static __always_inline void machine_check_from_user(struct pt_regs *regs)
{
	unsigned long dr7 = local_db_save();

	irqentry_enter_from_user_mode(regs);
	do_machine_check(regs);
	local_db_restore(dr7);
	xen_end_exception();
	irqentry_exit_to_user_mode(regs);
}

DEFINE_IDTENTRY_RAW(xenpv_exc_machine_check)
{
	if (user_mode(regs)) {
		machine_check_from_user(regs);
		return;
	}

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
