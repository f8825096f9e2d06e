/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Privilege level of the kernel on bare metal and under Xen, and the stack on
 * which it enters from user mode. A 32-bit PV kernel runs in ring 1: selectors
 * that were loaded or pushed for it carry RPL 1, and Xen changes DPL 0 to 1 in
 * its descriptors.
 */
#ifndef _ASM_MACH_SEGMENT_H
#define _ASM_MACH_SEGMENT_H

/**
 * MACH_KERNEL_RPL - privilege level of the kernel: 1 under Xen, else 0
 */
#define MACH_KERNEL_RPL		(cpu_feature_enabled(X86_FEATURE_XENPV) ? 1 : 0)

/**
 * mach_update_task_stack - tell Xen on which stack it enters from user mode
 * @task:	the task that is switched to
 *
 * Xen enters the kernel on the task's own stack (HYPERVISOR_stack_switch), the
 * hardware on the entry stack. Kernel threads never come from user mode, so Xen needs
 * not know their stacks. The sp0 of the TSS is what Xen was told last.
 *
 * The batch of the context switch has ended, mostly with one hypercall, which goes to Xen
 * without a multicall. To put this one into the batch would make it a multicall of two,
 * which are more instructions than two hypercalls.
 */
#define mach_update_task_stack(task)						\
do {										\
	struct task_struct *t = (task);						\
										\
	if (cpu_feature_enabled(X86_FEATURE_XENPV) &&				\
	    !(t->flags & PF_KTHREAD) &&						\
	    this_cpu_read(cpu_tss_rw.x86_tss.sp0) != t->thread.sp0)		\
		load_sp0(t->thread.sp0);					\
} while (0)

/**
 * MACH_GDT_PROT - protection of the GDT's mapping in the cpu_entry_area
 *
 * Xen takes descriptors only from pages that are mapped read-only everywhere. The base
 * needs a writable GDT for a task gate. There are no task gates under Xen.
 */
#define MACH_GDT_PROT		(cpu_feature_enabled(X86_FEATURE_XENPV) ? \
				 PAGE_KERNEL_RO : PAGE_KERNEL)

/**
 * MACH_HAS_VM86 - is there a vm86 mode?
 *
 * A 64-bit hypervisor runs its guests in long mode, which has none.
 */
#define MACH_HAS_VM86		(!cpu_feature_enabled(X86_FEATURE_XENPV))

#ifndef __ASSEMBLY__
struct desc_ptr;

/* desc.c */
#define mach_store_gdt		mach_store_gdt
void mach_store_gdt(struct desc_ptr *dtr);

/* traps.c */
#define mach_refuse_vm86	mach_refuse_vm86
int mach_refuse_vm86(void);
#endif

#include <mach-default/asm/mach_segment.h>

#endif /* _ASM_MACH_SEGMENT_H */
