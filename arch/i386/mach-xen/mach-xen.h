/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations that the files of the Xen subarchitecture share.
 */
#ifndef MACH_XEN_H
#define MACH_XEN_H

#include <linux/linkage.h>

#include "xen-ops.h"

struct pt_regs;

/* entry.S */
void xen_exit_to_kernel(void);
void xen_entry_SYSENTER_32(void);
void xen_entry_SYSCALL_32(void);
void __noreturn xen_return_by_hypercall(struct pt_regs *regs);
void xen_end_exception(void);

/* A label in entry_32.S, see asm/mach_entry.h */
extern u8 mach_exit_to_kernel[];

/* apic.c */
u32 xen_vcpu_apic_id(void);

/* cpuid.c */
void __init xen_keep_cpuid_answers(void);

/* pgd.c */
void __init xen_init_loaded_pgds(void);
void xen_update_pgds(void);

/* mmu.c */
void xen_pin_table(unsigned int cmd, unsigned long pfn);

/* desc.c */
void __init xen_leave_boot_segments(void);

#endif /* MACH_XEN_H */
