// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables of a running PV guest, where 32-bit differs from 64-bit. The rest is in
 * arch/x86/xen/mmu_pv.c, the start of day in mmu_init.c.
 *
 * This file has cheaper ways to change an entry than an atomic operation, which faults
 * and which Xen then emulates. It also converts temporary mappings for a suspend. Top
 * levels are in pgd.c.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include <asm/pgalloc.h>
#include <asm/tlbflush.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "mach-xen.h"

/**
 * xen_pin_table - pin or unpin a page table, without a batch
 * @cmd:	MMUEXT_PIN_L1_TABLE and so on, see public/xen.h
 * @pfn:	the page, which is read-only
 *
 * If Xen refuses, the kernel has done something wrong and stops.
 */
void xen_pin_table(unsigned int cmd, unsigned long pfn)
{
	struct mmuext_op op = {
		.cmd = cmd,
		.arg1.mfn = pfn_to_mfn(pfn),
	};

	if (HYPERVISOR_mmuext_op(&op, 1, NULL, DOMID_SELF))
		BUG();
}

/* Is the entry in a pinned table, which only Xen may write to? */
static bool xen_pte_pinned(pte_t *ptep)
{
	return PagePinned(virt_to_page(ptep));
}

/*
 * Can a CPU still set the dirty bit of an entry? It does so in an entry that is present
 * and writable, whoever runs there: the user's code, or the kernel in copy_to_user().
 * It never clears the bit. Without SMP there is no other CPU.
 */
static bool xen_can_get_dirty(pte_t pte)
{
	return IS_ENABLED(CONFIG_SMP) &&
	       (pte_flags(pte) & (_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY)) ==
	       (_PAGE_PRESENT | _PAGE_RW);
}

/**
 * xen_ptep_get_and_clear - clear an entry and return what it was
 * @ptep:	the entry
 *
 * A hypercall clears it, later if there is a batch, unless that could lose a dirty bit.
 * It can lose an accessed bit, which is a hint.
 *
 * The caller holds the lock of the page table page. In lazy MMU mode it must leave the
 * mode before it drops the lock, and must not read the entry before that.
 *
 * Return: the entry as it was, with its dirty bit
 */
pte_t xen_ptep_get_and_clear(pte_t *ptep)
{
	pte_t pte = ptep_get(ptep);

	if (!xen_pte_pinned(ptep) || xen_can_get_dirty(pte))
		return native_ptep_get_and_clear(ptep);

	set_pte(ptep, native_make_pte(0));
	return pte;
}

/**
 * xen_ptep_clear_flush - clear an entry and flush it from the TLBs
 * @mm:		the address space
 * @addr:	the address that the entry maps
 * @ptep:	the entry
 * @pte:	what the entry was
 *
 * One hypercall does both, if no other CPU uses the address space. The caller holds the
 * lock of the page table page.
 *
 * There is no call of mmu_notifier_arch_invalidate_secondary_tlbs() then: the IOMMUs
 * that want it work with 64-bit kernels only.
 *
 * Return: false if nothing was done: the address is of another process, or the atomic
 * operation is needed, see xen_ptep_get_and_clear().
 */
bool xen_ptep_clear_flush(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
			  pte_t *pte)
{
	unsigned int cpu;

	*pte = ptep_get(ptep);
	if (mm != current->mm || !xen_pte_pinned(ptep) || xen_can_get_dirty(*pte))
		return false;

	cpu = get_cpu();
	if (HYPERVISOR_update_va_mapping(addr, native_make_pte(0),
					 UVMF_INVLPG | UVMF_LOCAL)) {
		put_cpu();
		return false;
	}
	page_table_check_pte_clear(mm, *pte);

	/* A CPU that begins to use the address space from here on finds the entry clear. */
	if (cpumask_any_but(mm_cpumask(mm), cpu) < nr_cpu_ids)
		flush_tlb_mm_range(mm, addr, addr + PAGE_SIZE, PAGE_SHIFT, false);
	put_cpu();

	return true;
}

/**
 * xen_ptep_set_wrprotect - take the right to write from an entry
 * @ptep:	the entry
 *
 * The hypercall keeps accessed and dirty bits that a CPU sets meanwhile:
 * MMU_PT_UPDATE_PRESERVE_AD, see public/xen.h. So an entry can be dirty and not
 * writable, which pte_wrprotect() avoids. No PV guest has shadow stacks.
 *
 * The caller holds the lock of the page table page. What xen_ptep_get_and_clear() says
 * about lazy MMU mode holds here, too.
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
	update->val = pte_val_ma(pte_wrprotect(ptep_get(ptep)));

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
 * mach_pv_before_suspend - convert frames where the tool stack does not
 *
 * Called with all other CPUs stopped.
 */
void mach_pv_before_suspend(void)
{
	xen_convert_kmaps(false);
}

/**
 * mach_pv_after_suspend - correct frames after a restore, before page tables are read
 *
 * It undoes mach_pv_before_suspend(), too.
 */
void mach_pv_after_suspend(void)
{
	xen_convert_kmaps(true);
	xen_update_pgds();
}
