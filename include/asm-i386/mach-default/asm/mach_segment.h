/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A plain kernel runs in ring 0. The CPU enters it on the entry stack of the TSS.
 */
#ifndef _ASM_MACH_DEFAULT_SEGMENT_H
#define _ASM_MACH_DEFAULT_SEGMENT_H

#ifndef MACH_KERNEL_RPL
#define MACH_KERNEL_RPL		0
#endif

/* Nothing to do: the entry code finds the task's stack in the TSS. */
#ifndef mach_update_task_stack
#define mach_update_task_stack(task)	do { } while (0)
#endif

/* The GDT's mapping in the cpu_entry_area, see setup_cpu_entry_area(). */
#ifndef MACH_GDT_PROT
#define MACH_GDT_PROT		PAGE_KERNEL
#endif

/* Get the address of the GDT that the kernel uses. */
#ifndef mach_store_gdt
#define mach_store_gdt(dtr)	native_store_gdt(dtr)
#endif

/* The CPU can run vm86 mode. */
#ifndef MACH_HAS_VM86
#define MACH_HAS_VM86		1
#endif

#ifndef mach_refuse_vm86
#define mach_refuse_vm86()	(-ENOSYS)
#endif

#endif /* _ASM_MACH_DEFAULT_SEGMENT_H */
