// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables of a PV guest that runs, where 32-bit differs from 64-bit. The rest is in
 * arch/x86/xen/mmu_pv.c, the start of day in mmu_init.c.
 *
 * Decides which pages are a part of an address space, and what a suspend does with
 * temporary mappings.
 *
 * The last top-level slot needs a page of its own in each address space
 * (SHARED_KERNEL_PMD is 0), which must not be pinned by itself: Xen puts its mappings
 * into it when the top level is checked.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include <asm/pgalloc.h>

#include "mach-xen.h"

/**
 * mach_pv_walk_kernel_pmd - of an address space's own pages, the one of the last slot
 * @mm:		the address space
 * @pgd:	its top level
 * @func:	called for the page
 * @limit:	last byte that is walked; a walk of the kernel's own table goes beyond
 *		PAGE_OFFSET, and has met the page already
 *
 * The tables under that page are the kernel's.
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
 * kmap_local keeps the entries of a task that is switched out (mm/highmem.c). The
 * tool stack does not find them there: over a suspend they hold pfns.
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
 * mach_pv_kmaps_to_pfns - before a suspend
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
