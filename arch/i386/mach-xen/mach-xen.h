/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the Xen subarchitecture share.
 */
#ifndef MACH_XEN_H
#define MACH_XEN_H

#include <linux/linkage.h>

#include "xen-ops.h"

struct pt_regs;

/* entry.S */
void xen_exit_to_user(void);
void xen_exit_to_kernel(void);
void xen_entry_SYSENTER_32(void);
void xen_entry_SYSCALL_32(void);
void __noreturn xen_return_by_hypercall(struct pt_regs *regs);
void xen_end_exception(void);

/* Labels in entry_32.S, see asm/mach_entry.h */
extern u8 mach_exit_to_user[], mach_exit_to_kernel[];

/* cpu.c */
void __init xen_init_cpu_ops(void);
void __init xen_init_capabilities(void);
u32 xen_vcpu_apic_id(void);

/* desc.c */
void __init xen_init_desc_ops(void);
void __init xen_setup_gdt(int cpu);

/* mmu.c; the first two are called by thunk only */
u64 xen_entry_val(u64 val);
u64 xen_make_entry(u64 val);
int __init xen_make_readonly_early(void *vaddr);

#endif /* MACH_XEN_H */
