/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Privilege level of a plain kernel, and where it enters from user mode.
 */
#ifndef _ASM_MACH_SEGMENT_H
#define _ASM_MACH_SEGMENT_H

#define MACH_KERNEL_RPL		0

/* The entry code finds the task's stack by the TSS. */
#define mach_update_task_stack(task)	do { } while (0)

/* The GDT's mapping in the cpu_entry_area, see setup_cpu_entry_area(). */
#define MACH_GDT_PROT		PAGE_KERNEL

/* Where the descriptors in use are. */
#define mach_store_gdt(dtr)	native_store_gdt(dtr)

/* The CPU can run vm86 mode. */
#define MACH_HAS_VM86		1

#define mach_refuse_vm86()	(-ENOSYS)

#endif /* _ASM_MACH_SEGMENT_H */
