/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where 32-bit PV guests differ in the files that they share with 64-bit ones,
 * arch/x86/xen/enlighten_pv.c, mmu_pv.c, smp_pv.c and suspend.c. Included by their
 * xen-ops.h.
 */
#ifndef _ASM_MACH_PV_H
#define _ASM_MACH_PV_H

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/tick.h>
#include <linux/types.h>

#include <xen/xen.h>

#include <asm/desc_defs.h>
#include <asm/mmu.h>
#include <asm/pgalloc.h>
#include <asm/pgtable_types.h>
#include <asm/segment.h>
#include <asm/xen/page.h>

struct pt_regs;
struct vcpu_guest_context;
struct mmu_update;

/* pv_info.extra_user_64bit_cs: __USER_CS if there is no 64-bit code segment */
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

/* Nothing to skip: the hypervisor's hole is at the end, behind every walk. */
#define GUARD_HOLE_BASE_ADDR	0
#define GUARD_HOLE_END_ADDR	0

/* User mode runs on the same page table as the kernel. */
static inline pgd_t *xen_get_user_pgd(pgd_t *pgd)
{
	return NULL;
}

#define xen_set_p4d		paravirt_nop
#define xen_set_p4d_hyper	paravirt_nop

/* xen_set_pmd_init() and xen_set_pud_init() make early page tables read-only. */
#define xen_alloc_pte_init	paravirt_nop
#define xen_alloc_pmd_init	paravirt_nop
#define xen_release_pte_init	paravirt_nop
#define xen_release_pmd_init	paravirt_nop

/*
 * Write an entry of a table that is not pinned. An assignment would be two stores, and
 * a lockless reader could see only the first.
 */
#define mach_pv_store_pmd(ptr, val)	native_set_pmd(ptr, val)
#define mach_pv_store_pud(ptr, val)	native_set_pud(ptr, val)

/* Hooks of mmu_pv.c */
void __init mach_pv_init_mmu_ops(void);
void __init mach_pv_build_pagetable(void);
void __init mach_pv_post_allocator_init(void);
void __init mach_pv_after_bootmem(void);
void mach_pv_before_suspend(void);
void mach_pv_after_suspend(void);
unsigned long mach_pv_loaded_cr3(unsigned long cr3);

/* Hooks of mmu_pv.c: the loaded top level stays pinned, see pgd.c. */
#define mach_pv_pin_pgd(pgd)	xen_write_loaded_pgd(pgd, true, xen_extend_mmu_update)
#define mach_pv_unpin_pgd(pgd)	xen_write_loaded_pgd(pgd, false, xen_extend_mmu_update)

void xen_write_loaded_pgd(pgd_t *pgd, bool fill,
			  void (*queue)(const struct mmu_update *update));

/* What multicalls.c has in addition, see asm/mach_multicall.h */
bool xen_mc_queue_pte(pte_t *ptep, unsigned int cmd, pte_t pte);

/* Machine address of an entry: the page of a page table has a frame of the guest's own. */
static inline u64 xen_pte_machine(pte_t *ptep)
{
	return (u64)xen_p2m_addr[PFN_DOWN(__pa(ptep))] << PAGE_SHIFT | offset_in_page(ptep);
}

/* 32-bit versions of functions in mmu_pv.c, see pgd.c */
int xen_pgd_alloc(struct mm_struct *mm);
void xen_pgd_free(struct mm_struct *mm, pgd_t *pgd);

/* 32-bit versions of functions in mmu_pv.c, see mmu_init.c */
void __init xen_set_pte_init(pte_t *ptep, pte_t pte);
void __init xen_pagetable_p2m_setup(void);

/* 32-bit versions of functions in enlighten_pv.c, see desc.c */
void xen_write_idt_entry(gate_desc *dt, int entry, const gate_desc *g);
void xen_load_idt(const struct desc_ptr *desc);

/* 32-bit version of a function in enlighten_pv.c, see traps.c */
void __xen_pv_evtchn_do_upcall(struct pt_regs *regs);

/**
 * mach_pv_needs_ioapic - does the guest need IO-APICs?
 *
 * An initial domain does. Other guests may boot with "nosmp" or "noapic".
 *
 * Return: true for an initial domain.
 */
static inline bool mach_pv_needs_ioapic(void)
{
	return xen_initial_domain();
}

/**
 * mach_pv_max_cpus - number of CPUs that stay possible
 * @max_cpus:	value of "maxcpus="
 *
 * As on bare metal, CPUs beyond "maxcpus=" stay offline and can be brought up later. A
 * 64-bit guest removes them.
 *
 * Return: nr_cpu_ids.
 */
static inline unsigned int mach_pv_max_cpus(unsigned int max_cpus)
{
	return nr_cpu_ids;
}

/**
 * mach_pv_leave_mm - load the kernel's page table on a vcpu that goes off
 *
 * The page table of the process that ran last must not stay in use. leave_mm() also notes
 * the new CR3. With DEBUG_VM, switch_mm() compares CR3 with what is noted.
 *
 * Called in a kernel thread, with interrupts off.
 */
static inline void mach_pv_leave_mm(void)
{
	leave_mm();
}

/* Hooks of smp_pv.c */
void mach_pv_vcpu_context(struct vcpu_guest_context *ctxt, unsigned int cpu);
int mach_pv_vcpu_up(unsigned int cpu);

/**
 * mach_pv_suspend_tick - suspend this CPU's tick, while other CPUs still run
 *
 * A PV guest leaves it running. stop_machine() comes after this, and wakes up CPUs that
 * sleep. A CPU that wakes up may stop its timer, which warns if the tick is suspended.
 *
 * timekeeping_suspend() suspends the boot CPU's tick when the CPUs are stopped. The other
 * ticks stay as they are: in a new domain xen_timer_resume() ends the periodic timers that
 * Xen starts, and tick_resume_local() sets the next event.
 *
 * A PVH guest suspends the tick, as the base does.
 *
 * Called with interrupts off.
 */
static inline void mach_pv_suspend_tick(void)
{
	if (!xen_pv_domain())
		tick_suspend_local();
}

#endif /* _ASM_MACH_PV_H */
