// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables of a running PV guest, where 32-bit differs from 64-bit. The rest is in
 * arch/x86/xen/mmu_pv.c, the start of day in mmu_init.c.
 *
 * This file adds the kernel PMD page of an address space to the walks of mmu_pv.c, and
 * converts temporary mappings for a suspend. It also has cheaper ways to change an entry
 * than an atomic operation, which faults and which Xen then emulates.
 *
 * Each address space needs its own PMD page for the last top-level slot
 * (SHARED_KERNEL_PMD is 0). The kernel must not pin that page by itself: Xen adds its
 * own mappings to the page when it validates the top level.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include <asm/pgalloc.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "mach-xen.h"

/**
 * mach_pv_walk_kernel_pmd - call a function for the PMD page of the last slot
 * @mm:		the address space
 * @pgd:	its top level
 * @func:	called for the page
 * @limit:	last byte of the walk; if it is above PAGE_OFFSET, the caller has walked
 *		the last slot already
 *
 * All address spaces share the tables below that page.
 */
void mach_pv_walk_kernel_pmd(struct mm_struct *mm, pgd_t *pgd,
			     void (*func)(struct mm_struct *mm, struct page *page,
					  enum pt_level level),
			     unsigned long limit)
{
	pgd += KERNEL_PGD_BOUNDARY;

	if (limit < PAGE_OFFSET && (native_pgd_val(*pgd) & _PAGE_PRESENT))
		func(mm, virt_to_page((void *)pgd_page_vaddr(*pgd)), PT_PMD);
}

/* Is the entry in a pinned table, which only Xen may write to? */
static bool xen_pte_pinned(pte_t *ptep)
{
	return PagePinned(virt_to_page(ptep));
}

/*
 * Can nobody but the caller set the dirty bit of an entry between a read and a later
 * hypercall? Only a CPU that runs the user's code sets it. An address space with one
 * user, the current task, has no other such CPU, and only the task itself can make more.
 * get_task_mm() makes users, too, but these access pages, not addresses. A CPU that has
 * the table loaded lazily sets the accessed bit at most, which is a hint.
 */
static bool xen_only_user(struct mm_struct *mm)
{
	return mm == current->mm && atomic_read(&mm->mm_users) == 1;
}

/**
 * xen_ptep_get_and_clear - clear an entry and return what it was
 * @mm:		the address space
 * @ptep:	the entry
 *
 * The caller holds the lock of the page table page. In lazy MMU mode it must leave the
 * mode before it drops the lock, and must not read the entry before that.
 *
 * Return: the entry as it was, with the accessed and dirty bits of that time
 */
pte_t xen_ptep_get_and_clear(struct mm_struct *mm, pte_t *ptep)
{
	pte_t pte;

	if (!xen_pte_pinned(ptep) || !xen_only_user(mm))
		return native_ptep_get_and_clear(ptep);

	pte = READ_ONCE(*ptep);
	set_pte(ptep, native_make_pte(0));
	return pte;
}

/**
 * xen_ptep_clear_flush - clear an entry and flush it from the TLB, by one hypercall
 * @mm:		the address space
 * @addr:	the address that the entry maps
 * @ptep:	the entry
 * @pte:	what the entry was
 *
 * The caller holds the lock of the page table page and is not in lazy MMU mode.
 *
 * Return: false if another CPU may have the entry in its TLB, or use it. Nothing is done
 * then.
 */
bool xen_ptep_clear_flush(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
			  pte_t *pte)
{
	bool done = false;

	if (!xen_pte_pinned(ptep) || !xen_only_user(mm))
		return false;

	if (cpumask_equal(mm_cpumask(mm), cpumask_of(get_cpu()))) {
		*pte = READ_ONCE(*ptep);
		done = !HYPERVISOR_update_va_mapping(addr, native_make_pte(0),
						     UVMF_INVLPG | UVMF_LOCAL);
	}
	put_cpu();

	if (done)
		page_table_check_pte_clear(mm, *pte);
	return done;
}

/**
 * xen_ptep_set_wrprotect - take the right to write from an entry
 * @ptep:	the entry
 *
 * The hypercall keeps accessed and dirty bits that a CPU sets meanwhile:
 * MMU_PT_UPDATE_PRESERVE_AD, see public/xen.h. The caller holds the lock of the page
 * table page. What xen_ptep_get_and_clear() says about lazy MMU mode holds here, too.
 *
 * Return: true if done, false if the table is not pinned and the caller can store.
 */
bool xen_ptep_set_wrprotect(pte_t *ptep)
{
	struct multicall_space mcs;
	struct mmu_update *update;

	if (!xen_pte_pinned(ptep))
		return false;

	xen_mc_batch();

	mcs = xen_mc_extend_args(__HYPERVISOR_mmu_update, sizeof(*update));
	if (!mcs.mc) {
		mcs = __xen_mc_entry(sizeof(*update));
		MULTI_mmu_update(mcs.mc, mcs.args, 0, NULL, DOMID_SELF);
	}
	mcs.mc->args[1]++;

	update = mcs.args;
	update->ptr = virt_to_machine(ptep).maddr | MMU_PT_UPDATE_PRESERVE_AD;
	update->val = pte_val_ma(pte_wrprotect(*ptep));

	xen_mc_issue(XEN_LAZY_MMU);
	return true;
}

/*
 * kmap_local saves the page table entries of a task that is switched out
 * (mm/highmem.c). The tool stack cannot find these entries to convert them. So they
 * hold pfns, not mfns, during a suspend.
 */
static void xen_convert_kmaps(bool to_mfns)
{
#ifdef CONFIG_KMAP_LOCAL
	struct task_struct *p, *t;
	int i;

	for_each_process_thread(p, t) {
		for (i = 0; i < t->kmap_ctrl.idx; i++) {
			pte_t *pte = &t->kmap_ctrl.pteval[i];

			*pte = to_mfns ? __pte(native_pte_val(*pte)) :
					 native_make_pte(pte_val(*pte));
		}
	}
#endif
}

/**
 * mach_pv_kmaps_to_pfns - convert saved kmap_local entries before a suspend
 *
 * Called with all other CPUs stopped.
 */
void mach_pv_kmaps_to_pfns(void)
{
	xen_convert_kmaps(false);
}

/**
 * mach_pv_kmaps_to_mfns - undo mach_pv_kmaps_to_pfns()
 */
void mach_pv_kmaps_to_mfns(void)
{
	xen_convert_kmaps(true);
}
