// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables of a running PV guest, where 32-bit differs from 64-bit. The rest is in
 * arch/x86/xen/mmu_pv.c, the start of day in mmu_init.c.
 *
 * This file adds the kernel PMD page of an address space to the walks of mmu_pv.c, and
 * converts temporary mappings for a suspend.
 *
 * Each address space needs its own PMD page for the last top-level slot
 * (SHARED_KERNEL_PMD is 0). The kernel must not pin that page by itself: Xen adds its
 * own mappings to the page when it validates the top level.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include <asm/pgalloc.h>

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
