/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where 32-bit PV guests differ in the files that they share with 64-bit ones,
 * arch/x86/xen/enlighten_pv.c, mmu_pv.c and smp_pv.c. Included by their xen-ops.h.
 */
#ifndef _ASM_MACH_PV_H
#define _ASM_MACH_PV_H

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/types.h>

#include <xen/xen.h>

#include <asm/desc_defs.h>
#include <asm/pgalloc.h>
#include <asm/pgtable_types.h>
#include <asm/segment.h>

struct pt_regs;
struct vcpu_guest_context;

/* struct pv_info wants __USER_CS where programs have no 64-bit code segment. */
#define FLAT_USER_CS64	__USER_CS

/* Only 64-bit guests write segment bases: see xen_do_write_msr(). */
#define SEGBASE_FS		0
#define SEGBASE_GS_USER		1
#define SEGBASE_GS_KERNEL	2

static inline int HYPERVISOR_set_segment_base(int reg, unsigned long value)
{
	return -ENOSYS;
}

/**
 * mach_pv_clear_tls_segment - load %gs with the null selector
 *
 * The new TLS descriptors take effect at the end of the batch, the new %gs after that.
 * In between Xen must not reload the old %gs.
 */
#define mach_pv_clear_tls_segment()	loadsegment(gs, 0)

/* Hooks of enlighten_pv.c, in their order */
void __init mach_pv_init_platform(void);
void *mach_pv_direct_alias(unsigned long pfn, void *v);
void __init mach_pv_init_cpu(void);
void __init __noreturn mach_pv_start_reservations(void);
void mach_pv_undo_cpu_up(unsigned int cpu);

/**
 * MACH_PV_PIN_PGD - what pins a top-level page table
 */
#define MACH_PV_PIN_PGD		MMUEXT_PIN_L3_TABLE

/* The hypervisor's hole is at the end, where no table of ours is. */
#define GUARD_HOLE_BASE_ADDR	0
#define GUARD_HOLE_END_ADDR	0

/* User mode has the kernel's page table. */
static inline pgd_t *xen_get_user_pgd(pgd_t *pgd)
{
	return NULL;
}

#define xen_set_p4d		paravirt_nop
#define xen_set_p4d_hyper	paravirt_nop
#define xen_pgd_alloc		__paravirt_pgd_alloc
#define xen_pgd_free		paravirt_nop

/* While the kernel's table is built, a page is announced when it is attached. */
#define xen_alloc_pte_init	paravirt_nop
#define xen_alloc_pmd_init	paravirt_nop
#define xen_release_pte_init	paravirt_nop
#define xen_release_pmd_init	paravirt_nop

/*
 * Write an entry that Xen does not know yet. A plain store would be two, and a reader
 * without a lock could see one of them.
 */
#define mach_pv_store_pmd(ptr, val)	native_set_pmd(ptr, val)
#define mach_pv_store_pud(ptr, val)	native_set_pud(ptr, val)

/* Hooks of mmu_pv.c */
void __init mach_pv_init_mmu_ops(void);
void __init mach_pv_build_pagetable(void);
void __init mach_pv_post_allocator_init(void);
void __init mach_pv_after_bootmem(void);
void mach_pv_walk_kernel_pmd(struct mm_struct *mm, pgd_t *pgd,
			     void (*func)(struct mm_struct *mm, struct page *page,
					  enum pt_level level),
			     unsigned long limit);
void mach_pv_kmaps_to_pfns(void);
void mach_pv_kmaps_to_mfns(void);

/* mmu.c has what 64-bit guests have in mmu_pv.c */
void __init xen_set_pte_init(pte_t *ptep, pte_t pte);
void __init xen_pagetable_p2m_setup(void);

/* desc.c has what 64-bit guests have in enlighten_pv.c */
void xen_write_idt_entry(gate_desc *dt, int entry, const gate_desc *g);
void xen_load_idt(const struct desc_ptr *desc);

/* traps.c, the same */
void __xen_pv_evtchn_do_upcall(struct pt_regs *regs);

/**
 * mach_pv_needs_ioapic - do interrupts of devices come by IO-APICs?
 *
 * A guest of xl may have "nosmp" or "noapic" on its command line.
 *
 * Return: true for an initial domain.
 */
static inline bool mach_pv_needs_ioapic(void)
{
	return xen_initial_domain();
}

/**
 * mach_pv_max_cpus - how many CPUs the guest keeps
 * @max_cpus:	how many "maxcpus=" lets start
 *
 * The others stay off and can be put in, as on bare metal. A 64-bit guest loses them.
 *
 * Return: all of them.
 */
static inline unsigned int mach_pv_max_cpus(unsigned int max_cpus)
{
	return nr_cpu_ids;
}

/* Hooks of smp_pv.c */
void mach_pv_vcpu_context(struct vcpu_guest_context *ctxt, unsigned int cpu);
int mach_pv_vcpu_up(unsigned int cpu);

#endif /* _ASM_MACH_PV_H */
