/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations that the files of the Xen subarchitecture share.
 */
#ifndef MACH_XEN_H
#define MACH_XEN_H

#include <linux/linkage.h>
#include <linux/types.h>

#include <asm/desc_defs.h>

#include "xen-ops.h"

struct pt_regs;
struct trap_info;

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

/* cpuid.c: an answer that the boot CPU got while it was alone */
struct xen_cpuid_answer {
	bool known;
	u32 leaf, subleaf;
	u32 ax, bx, cx, dx;
};

void __init xen_keep_cpuid_answers(void);

/* pgd.c */
void __init xen_init_loaded_pgds(void);
void xen_update_pgds(void);
u64 xen_top_level_val(u64 entry);

/* mmu.c */
void xen_pin_table(unsigned int cmd, unsigned long pfn);
void __init xen_init_pte_ops(void);
u64 xen_entry_val(u64 entry);
u64 xen_make_entry(u64 entry);

/* arch/x86/xen/mmu_pv.c */
pteval_t xen_pte_val(pte_t pte);
pte_t xen_make_pte(pteval_t pte);

/* desc.c */
void __init xen_leave_boot_segments(void);

#if IS_ENABLED(CONFIG_KUNIT)
/* Functions that are static without KUnit */
struct xen_cpuid_answer *xen_cpuid_find(u32 leaf, u32 subleaf);
bool xen_cpuid_cacheable(u32 leaf);
bool xen_gate_to_trap(int vector, const gate_desc *gate, struct trap_info *info);
unsigned int xen_convert_idt(const struct desc_ptr *desc, struct trap_info *traps);
#endif

#endif /* MACH_XEN_H */
