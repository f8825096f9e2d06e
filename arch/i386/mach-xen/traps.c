// SPDX-License-Identifier: GPL-2.0
/*
 * C side of the entries that differ from bare metal: the event upcall, NMIs and machine
 * checks. Xen holds back the next NMI or machine check until HYPERVISOR_iret.
 */
#define pr_fmt(fmt) "vm86: " fmt

#include <linux/entry-common.h>
#include <linux/hardirq.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include <xen/interface/xen.h>
#include <xen/events.h>
#include <xen/xen.h>

#include <asm/debugreg.h>
#include <asm/idtentry.h>
#include <asm/irq_regs.h>
#include <asm/mce.h>

#include "mach-xen.h"

/*
 * A task in the kernel may have used most of its stack, so use the hardirq stack, as
 * irq_32.c does. The unwinder finds the previous %esp at the bottom of that stack.
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

/**
 * __xen_pv_evtchn_do_upcall - handle pending events
 * @regs:	the interrupted context
 *
 * Context: events are masked.
 */
void __xen_pv_evtchn_do_upcall(struct pt_regs *regs)
{
	struct pt_regs *old_regs = set_irq_regs(regs);

	inc_irq_stat(irq_hv_callback_count);
	handle_events(regs);
	set_irq_regs(old_regs);
}

DEFINE_IDTENTRY_RAW(exc_xen_hypervisor_callback)
{
	xen_pv_evtchn_do_upcall(regs);
}

DEFINE_IDTENTRY_RAW(xenpv_exc_nmi)
{
	exc_nmi(regs);
	xen_return_by_hypercall(regs);
}

#ifdef CONFIG_X86_MCE
/*
 * On the way back to user mode the task may move to another vcpu. HYPERVISOR_iret
 * there would not unblock machine checks of this vcpu, so unblock them before.
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

/* Headers declare these handlers for all PV guests. Only 64-bit guests use them. */
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

/**
 * mach_refuse_vm86 - refuse the vm86() system call in a PV guest
 *
 * Return: -ENOSYS.
 */
int mach_refuse_vm86(void)
{
	pr_info_once("vm86() refused for %s: the hypervisor cannot run vm86 mode\n",
		     current->comm);
	return -ENOSYS;
}
