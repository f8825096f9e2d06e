// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables of a running PV guest, where 32-bit differs from 64-bit. The rest is in
 * arch/x86/xen/mmu_pv.c, the start of day in mmu_init.c.
 *
 * This file converts, stores and changes entries: a guest does that more often than
 * anything else that differs from bare metal. An atomic operation on an entry faults, and
 * Xen emulates it. A hypercall is cheaper. This file also converts temporary mappings for a
 * suspend. Top levels are in pgd.c.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include <asm/paravirt.h>
#include <asm/pgalloc.h>
#include <asm/tlbflush.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include <trace/events/xen.h>

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

/*
 * An entry by its halves: gcc makes longer code for a value of 64 bits, and these functions
 * run more often than any others.
 */
static __always_inline bool xen_entry_present(u64 entry)
{
	return (u32)entry & BIT(_PAGE_BIT_PRESENT);
}

static __always_inline unsigned long xen_entry_frame(u64 entry)
{
	return (u32)entry >> PAGE_SHIFT | (u32)(entry >> 32) << (32 - PAGE_SHIFT);
}

static __always_inline u64 xen_entry_with_frame(u64 entry, unsigned long frame)
{
	u32 low = ((u32)entry & ~PAGE_MASK) | frame << PAGE_SHIFT;
	u32 high = ((u32)(entry >> 32) & (u32)(PTE_FLAGS_MASK >> 32)) |
		   frame >> (32 - PAGE_SHIFT);

	return (u64)high << 32 | low;
}

/**
 * xen_entry_val - convert an entry of a page table to the guest's frames
 * @entry:	the entry as it is in the table, of any level
 *
 * A frame is the guest's own if the tables of both directions agree. For all others the
 * base's xen_pte_val() decides.
 *
 * Return: the entry with the frame's pfn
 */
__visible u64 xen_entry_val(u64 entry)
{
	unsigned long mfn = xen_entry_frame(entry), pfn;

	if (!xen_entry_present(entry))
		return entry;

	/* A part of the table has no memory where the machine has none. */
	if (unlikely(mfn >= machine_to_phys_nr ||
		     xen_safe_read_ulong(&machine_to_phys_mapping[mfn], &pfn)))
		return xen_pte_val(native_make_pte(entry));

	if (unlikely(pfn >= xen_p2m_size || xen_p2m_addr[pfn] != mfn))
		return xen_pte_val(native_make_pte(entry));

	return xen_entry_with_frame(entry, pfn);
}
PV_CALLEE_SAVE_REGS_THUNK(xen_entry_val);

/**
 * xen_make_entry - convert an entry of a page table to the machine's frames
 * @entry:	the entry with a pfn, not of a top level
 *
 * For pfns that have no frame of the guest's own, the base's xen_make_pte() decides.
 *
 * Return: the entry as the table has it
 */
__visible u64 xen_make_entry(u64 entry)
{
	unsigned long pfn = xen_entry_frame(entry), mfn;

	if (!xen_entry_present(entry))
		return entry;

	if (unlikely(pfn >= xen_p2m_size))
		return native_pte_val(xen_make_pte(entry));

	/* INVALID_P2M_ENTRY has both bits. */
	mfn = xen_p2m_addr[pfn];
	if (unlikely(mfn & (FOREIGN_FRAME_BIT | IDENTITY_FRAME_BIT)))
		return native_pte_val(xen_make_pte(entry));

	return xen_entry_with_frame(entry, mfn);
}
PV_CALLEE_SAVE_REGS_THUNK(xen_make_entry);

/* Is the entry in a pinned table, which only Xen may write to? */
static bool xen_pte_pinned(pte_t *ptep)
{
	return PagePinned(virt_to_page(ptep));
}

static noinline void xen_update_pte_now(pte_t *ptep, unsigned int cmd, pte_t pte)
{
	struct mmu_update update = {
		.ptr = xen_pte_machine(ptep) | cmd,
		.val = native_pte_val(pte),
	};
	int err = HYPERVISOR_mmu_update(&update, 1, NULL, DOMID_SELF);

	/* As in the base, nobody hears of a new entry that Xen refuses. */
	WARN_ON(err && cmd != MMU_NORMAL_PT_UPDATE);
}

/* MMU_PT_UPDATE_PRESERVE_AD keeps accessed and dirty bits that a CPU sets meanwhile. */
static void xen_update_pte(pte_t *ptep, unsigned int cmd, pte_t pte)
{
	if (!xen_mc_queue_pte(ptep, cmd, pte))
		xen_update_pte_now(ptep, cmd, pte);
}

/*
 * set_pte(), for the kernel's tables and for those of processes.
 *
 * An entry of a table that is not pinned is stored. Pinning a page takes the lock of the
 * page, which the storing code holds: see xen_pin_page(). Xen emulates a store that meets
 * a page that is still pinned. It must be one store of 64 bits: Xen takes half an entry
 * for an attack (L1TF).
 */
static void xen_set_any_pte(pte_t *ptep, pte_t pte)
{
	trace_xen_mmu_set_pte(ptep, pte);

	if (xen_pte_pinned(ptep))
		xen_update_pte(ptep, MMU_NORMAL_PT_UPDATE, pte);
	else
		native_set_pte_atomic(ptep, pte);
}

/**
 * xen_modify_prot_commit - end a change of an entry's protection
 * @vma:	the mapping
 * @addr:	the address that the entry maps
 * @ptep:	the entry, see ptep_modify_prot_start()
 * @pte:	its new value
 *
 * The caller holds the lock of the page table page. What xen_ptep_get_and_clear() says
 * about lazy MMU mode holds here, too.
 */
void xen_modify_prot_commit(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
			    pte_t pte)
{
	trace_xen_mmu_ptep_modify_prot_commit(vma->vm_mm, addr, ptep, pte);

	xen_update_pte(ptep, MMU_PT_UPDATE_PRESERVE_AD, pte);
}

/**
 * xen_init_pte_ops - take over set_pte() and others, once there are struct pages
 *
 * Calls of them are patched later.
 */
void __init xen_init_pte_ops(void)
{
	pv_ops.mmu.set_pte = xen_set_any_pte;
	pv_ops.mmu.set_pte_atomic = xen_set_any_pte;

	pv_ops.mmu.pte_val = PV_CALLEE_SAVE(xen_entry_val);
	pv_ops.mmu.pmd_val = PV_CALLEE_SAVE(xen_entry_val);
	pv_ops.mmu.make_pte = PV_CALLEE_SAVE(xen_make_entry);
	pv_ops.mmu.make_pmd = PV_CALLEE_SAVE(xen_make_entry);
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

	xen_update_pte(ptep, MMU_NORMAL_PT_UPDATE, native_make_pte(0));
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
 * The hypercall keeps accessed and dirty bits that a CPU sets meanwhile. So an entry can
 * be dirty and not writable, which pte_wrprotect() avoids. No PV guest has shadow stacks.
 *
 * The caller holds the lock of the page table page. What xen_ptep_get_and_clear() says
 * about lazy MMU mode holds here, too.
 *
 * Return: true if done, false if the table is not pinned and the caller can store.
 */
bool xen_ptep_set_wrprotect(pte_t *ptep)
{
	if (!xen_pte_pinned(ptep))
		return false;

	xen_update_pte(ptep, MMU_PT_UPDATE_PRESERVE_AD, pte_wrprotect(ptep_get(ptep)));
	return true;
}

static void xen_flush_pages(struct mmuext_op *ops, unsigned int n)
{
	int err = HYPERVISOR_mmuext_op(ops, n, NULL, DOMID_SELF);

	WARN_ON(err);
}

/**
 * xen_flush_tlb_range - flush pages from this vcpu's TLB
 * @start:	address of the first page
 * @end:	address behind the last one
 * @shift:	size of a page
 *
 * One hypercall flushes sixteen pages. flush_tlb_func() would make one for each.
 *
 * The caller has disabled preemption. It is not an interrupt handler of a CPU in lazy MMU
 * mode, whose updates would have to come first: under Xen no CPU asks another one to flush,
 * see xen_flush_tlb_multi().
 *
 * Return: false if nothing was done, since updates that wait in a batch must come first
 */
bool xen_flush_tlb_range(unsigned long start, unsigned long end, unsigned int shift)
{
	struct mmuext_op ops[16] __uninitialized;
	unsigned int n = 0;

	if (xen_get_lazy_mode() != XEN_LAZY_NONE)
		return false;

	for (; start < end; start += 1UL << shift) {
		if (n == ARRAY_SIZE(ops)) {
			xen_flush_pages(ops, n);
			n = 0;
		}
		ops[n].cmd = MMUEXT_INVLPG_LOCAL;
		ops[n].arg1.linear_addr = start & PAGE_MASK;
		n++;
	}
	if (n)
		xen_flush_pages(ops, n);

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
