// SPDX-License-Identifier: GPL-2.0
/*
 * PAE page tables that Xen checks.
 *
 * Decides how an entry is written (plain store, hypercall, batch of them),
 * which pages are read-only because they are page tables, and when a table
 * is announced to Xen ("pinned"). Relies on arch/x86/xen/multicalls.c for the
 * batches and on p2m.c for the conversion between pfns and mfns.
 *
 * Life of a table: until it is pinned, its upper levels are written by plain
 * stores; the lowest always by hypercall, as nothing asks there. Before its
 * first use (enter_mmap) all its pages become read-only and the top level is
 * pinned; when it dies (exit_mmap) it is unpinned. The kernel's own table is
 * pinned from the start. The last top-level slot needs a page of its own in
 * each address space (SHARED_KERNEL_PMD is 0), which must not be pinned by
 * itself: Xen puts its mappings into it when the top level is checked.
 */
#include <linux/crash_dump.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/vmcore_info.h>

#include <xen/interface/xen.h>
#include <xen/hvc-console.h>
#include <xen/interface/memory.h>
#include <xen/page.h>
#include <xen/xen.h>

#include <asm/fixmap.h>
#include <asm/init.h>
#include <asm/mach_layout.h>
#include <asm/mmu_context.h>
#include <asm/paravirt.h>
#include <asm/pgalloc.h>
#include <asm/setup.h>
#include <asm/tlb.h>
#include <asm/tlbflush.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

/*
 * The page table base as the kernel set it, and as Xen has it: the latter
 * lags while the change is in a batch. Both are physical addresses.
 */
DEFINE_PER_CPU(unsigned long, xen_cr3);
static DEFINE_PER_CPU(unsigned long, xen_current_cr3);

/* False while all tables are pinned ones and there are no struct pages. */
static DEFINE_STATIC_KEY_FALSE(xen_struct_pages_ready);

/* Where the loader put its page tables. */
static phys_addr_t xen_pt_base __initdata, xen_pt_size __initdata;

/* The kernel's page for the last top-level slot. */
static pmd_t xen_kernel_pmd[PTRS_PER_PMD] __page_aligned_bss;

/* What local APIC and I/O APIC registers read as. */
static unsigned char dummy_mapping[PAGE_SIZE] __page_aligned_bss;

/*
 * Conversion of entries. All levels have the same format.
 */

__visible u64 xen_entry_val(u64 val)
{
	unsigned long pfn;

	if (!(val & _PAGE_PRESENT))
		return val;

	pfn = mfn_to_pfn((val & XEN_PTE_MFN_MASK) >> PAGE_SHIFT);
	if (unlikely(pfn == ~0))
		return val & PTE_FLAGS_MASK & ~(u64)_PAGE_PRESENT;

	return PFN_PHYS(pfn) | (val & PTE_FLAGS_MASK);
}

PV_CALLEE_SAVE_REGS_THUNK(xen_entry_val);

__visible u64 xen_make_entry(u64 val)
{
	unsigned long mfn;

	if (!(val & _PAGE_PRESENT))
		return val;

	mfn = __pfn_to_mfn((val & PTE_PFN_MASK) >> PAGE_SHIFT);
	/* A pfn without a frame (ballooned out) gives an empty entry. */
	if (unlikely(mfn == INVALID_P2M_ENTRY))
		return 0;

	mfn &= ~(FOREIGN_FRAME_BIT | IDENTITY_FRAME_BIT);
	return PFN_PHYS(mfn) | (val & PTE_FLAGS_MASK);
}

PV_CALLEE_SAVE_REGS_THUNK(xen_make_entry);

/*
 * Batched updates.
 */

static void xen_extend_mmu_update(const struct mmu_update *update)
{
	struct multicall_space mcs;
	struct mmu_update *u;

	mcs = xen_mc_extend_args(__HYPERVISOR_mmu_update, sizeof(*u));
	if (mcs.mc) {
		mcs.mc->args[1]++;
	} else {
		mcs = __xen_mc_entry(sizeof(*u));
		MULTI_mmu_update(mcs.mc, mcs.args, 1, NULL, DOMID_SELF);
	}

	u = mcs.args;
	*u = *update;
}

static void xen_extend_mmuext_op(const struct mmuext_op *op)
{
	struct multicall_space mcs;
	struct mmuext_op *u;

	mcs = xen_mc_extend_args(__HYPERVISOR_mmuext_op, sizeof(*u));
	if (mcs.mc) {
		mcs.mc->args[1]++;
	} else {
		mcs = __xen_mc_entry(sizeof(*u));
		MULTI_mmuext_op(mcs.mc, mcs.args, 1, NULL, DOMID_SELF);
	}

	u = mcs.args;
	*u = *op;
}

/* Write an entry of a table that Xen knows; at once, or with the batch. */
static void xen_update_entry(void *ptr, u64 val, unsigned int cmd)
{
	struct mmu_update u;

	preempt_disable();
	xen_mc_batch();

	u.ptr = virt_to_machine(ptr).maddr | cmd;
	u.val = val;
	xen_extend_mmu_update(&u);

	xen_mc_issue(XEN_LAZY_MMU);
	preempt_enable();
}

static void xen_queue_ext_op(unsigned int cmd, unsigned long pfn)
{
	struct mmuext_op op = {
		.cmd = cmd,
		.arg1.mfn = pfn_to_mfn(pfn),
	};

	xen_extend_mmuext_op(&op);
}

static bool xen_page_pinned(void *ptr)
{
	if (static_branch_likely(&xen_struct_pages_ready))
		return PagePinned(virt_to_page(ptr));

	return true;
}

/*
 * Writing entries.
 */

static void xen_set_pte(pte_t *ptep, pte_t pte)
{
	struct mmu_update u;

	if (xen_get_lazy_mode() == XEN_LAZY_MMU) {
		xen_update_entry(ptep, pte_val_ma(pte), MMU_NORMAL_PT_UPDATE);
		return;
	}

	/*
	 * A store would be emulated if this is a pinned table, which takes
	 * much longer than the hypercall.
	 */
	u.ptr = virt_to_machine(ptep).maddr | MMU_NORMAL_PT_UPDATE;
	u.val = pte_val_ma(pte);
	HYPERVISOR_mmu_update(&u, 1, NULL, DOMID_SELF);
}

static void xen_set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	if (xen_page_pinned(pmdp))
		xen_update_entry(pmdp, pmd_val_ma(pmd), MMU_NORMAL_PT_UPDATE);
	else
		native_set_pmd(pmdp, pmd);
}

static void xen_set_pud(pud_t *pudp, pud_t pud)
{
	if (xen_page_pinned(pudp))
		xen_update_entry(pudp, pud_val_ma(pud), MMU_NORMAL_PT_UPDATE);
	else
		native_set_pud(pudp, pud);
}

static pte_t xen_ptep_modify_prot_start(struct vm_area_struct *vma,
					unsigned long addr, pte_t *ptep)
{
	/* The accessed and dirty bits are kept by the commit. */
	return *ptep;
}

static void xen_ptep_modify_prot_commit(struct vm_area_struct *vma,
					unsigned long addr, pte_t *ptep,
					pte_t pte)
{
	xen_update_entry(ptep, pte_val_ma(pte), MMU_PT_UPDATE_PRESERVE_AD);
}

/*
 * The kernel's own table while it is built.
 *
 * It is pinned already, so each of the 200000 entries of the direct map is a
 * hypercall, unless they are collected. Nobody reads what is in the queue:
 * init_32.c flushes the TLB before it uses a new mapping, and the callers
 * below that need the table to be current flush the queue.
 */
#define INIT_QUEUE_LEN	256
static struct mmu_update init_queue[INIT_QUEUE_LEN] __initdata;
static unsigned int init_queued __initdata;

static void __init xen_flush_init_queue(void)
{
	if (init_queued &&
	    HYPERVISOR_mmu_update(init_queue, init_queued, NULL, DOMID_SELF))
		BUG();
	init_queued = 0;
}

static void __init xen_set_pte_init(pte_t *ptep, pte_t pte)
{
	u64 old = ptep->pte;
	u64 val = pte_val_ma(pte);

	/*
	 * What is read-only is a table or a descriptor page; the direct map
	 * must not make it writable.
	 */
	if ((old & _PAGE_PRESENT) && !(old & _PAGE_RW) &&
	    !((old ^ val) & XEN_PTE_MFN_MASK))
		val &= ~(u64)_PAGE_RW;

	if (val == old)
		return;

	if (init_queued == INIT_QUEUE_LEN)
		xen_flush_init_queue();

	init_queue[init_queued].ptr = virt_to_machine(ptep).maddr;
	init_queue[init_queued].val = val;
	init_queued++;
}

static pte_t __init xen_lowmem_pte(void *vaddr, pgprot_t prot)
{
	return pfn_pte(PFN_DOWN(__pa(vaddr)), prot);
}

/**
 * xen_make_readonly_early - write-protect a page of the image or brk
 * @vaddr:	its address in the direct map
 *
 * For the start of day, when the kernel's page table cannot be walked.
 *
 * Return: 0 or a negative Xen error number.
 */
int __init xen_make_readonly_early(void *vaddr)
{
	return HYPERVISOR_update_va_mapping((unsigned long)vaddr,
					    xen_lowmem_pte(vaddr, PAGE_KERNEL_RO),
					    UVMF_INVLPG);
}

/* A table is about to be used by one that is pinned. */
static void __init xen_announce_table(u64 entry)
{
	xen_flush_init_queue();

	if (entry & _PAGE_PRESENT) {
		unsigned long pfn = mfn_to_pfn((entry & XEN_PTE_MFN_MASK) >>
					       PAGE_SHIFT);

		make_lowmem_page_readonly(__va(PFN_PHYS(pfn)));
	}
}

static void __init xen_set_pmd_init(pmd_t *pmdp, pmd_t pmd)
{
	xen_announce_table(pmd_val_ma(pmd));
	xen_update_entry(pmdp, pmd_val_ma(pmd), MMU_NORMAL_PT_UPDATE);
}

static void __init xen_set_pud_init(pud_t *pudp, pud_t pud)
{
	xen_announce_table(pud_val_ma(pud));
	xen_update_entry(pudp, pud_val_ma(pud), MMU_NORMAL_PT_UPDATE);
}

static void __init xen_flush_tlb_init(void)
{
	struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };

	xen_flush_init_queue();
	HYPERVISOR_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static void __init xen_flush_tlb_one_init(unsigned long addr)
{
	xen_flush_tlb_init();
}

static void xen_set_page_prot(void *vaddr, bool writable)
{
	unsigned long addr = (unsigned long)vaddr;
	unsigned int level;
	pte_t *ptep = lookup_address(addr, &level), pte;

	if (!ptep)
		return;

	pte = writable ? pte_mkwrite_novma(*ptep) : pte_wrprotect(*ptep);
	if (HYPERVISOR_update_va_mapping(addr, pte, 0))
		BUG();
}

/**
 * make_lowmem_page_readonly - write-protect one mapping of a page
 * @vaddr:	address of the mapping; nothing is done if there is none
 */
void make_lowmem_page_readonly(void *vaddr)
{
	xen_set_page_prot(vaddr, false);
}

/**
 * make_lowmem_page_readwrite - undo make_lowmem_page_readonly()
 * @vaddr:	address of the mapping; nothing is done if there is none
 */
void make_lowmem_page_readwrite(void *vaddr)
{
	xen_set_page_prot(vaddr, true);
}

/**
 * set_pte_mfn - map a machine frame
 * @vaddr:	where, there must be a page table for it
 * @mfn:	the frame
 * @flags:	protection
 */
void __init set_pte_mfn(unsigned long vaddr, unsigned long mfn, pgprot_t flags)
{
	if (HYPERVISOR_update_va_mapping(vaddr, mfn_pte(mfn, flags), UVMF_INVLPG))
		BUG();
}

/*
 * Pinning.
 */

typedef void (*xen_table_fn)(struct mm_struct *mm, struct page *page,
			     enum pt_level level);

/*
 * Call @fn for each page of an address space's own tables, top level last.
 * The page of the last slot is its own, what is under it the kernel's.
 */
static void xen_walk_tables(struct mm_struct *mm, pgd_t *pgd, xen_table_fn fn)
{
	unsigned int i, j;

	for (i = 0; i < PTRS_PER_PGD; i++) {
		pmd_t *pmd;

		if (!(native_pgd_val(pgd[i]) & _PAGE_PRESENT))
			continue;

		pmd = (pmd_t *)pgd_page_vaddr(pgd[i]);
		for (j = 0; i < KERNEL_PGD_BOUNDARY && j < PTRS_PER_PMD; j++) {
			if (!pmd_none(pmd[j]))
				fn(mm, pmd_page(pmd[j]), PT_PTE);
		}
		fn(mm, virt_to_page(pmd), PT_PMD);
	}

	fn(mm, virt_to_page(pgd), PT_PGD);
}

/*
 * With a lock for each page table page, that lock must be held from the time
 * the page is read-only until it is pinned, since stores to a page that is
 * read-only but unknown to Xen fail. Without, mm->page_table_lock does it.
 */
static spinlock_t *xen_pte_lock(struct page *page, struct mm_struct *mm)
{
#ifdef CONFIG_SPLIT_PTE_PTLOCKS
	spinlock_t *ptl = ptlock_ptr(page_ptdesc(page));

	spin_lock_nest_lock(ptl, &mm->page_table_lock);
	/* For sparse: the batch releases it. */
	__release(ptl);
	return ptl;
#else
	return NULL;
#endif
}

static void xen_pte_unlock(void *ptl)
{
	__acquire(ptl);
	spin_unlock((spinlock_t *)ptl);
}

static void xen_queue_prot(unsigned long pfn, pgprot_t prot, unsigned long flags)
{
	struct multicall_space mcs = __xen_mc_entry(0);

	MULTI_update_va_mapping(mcs.mc, (unsigned long)__va(PFN_PHYS(pfn)),
				pfn_pte(pfn, prot), flags);
}

static void xen_pin_page(struct mm_struct *mm, struct page *page,
			 enum pt_level level)
{
	unsigned long pfn = page_to_pfn(page);
	spinlock_t *ptl = NULL;

	if (TestSetPagePinned(page))
		return;

	if (level == PT_PTE)
		ptl = xen_pte_lock(page, mm);

	xen_queue_prot(pfn, PAGE_KERNEL_RO,
		       level == PT_PGD ? UVMF_TLB_FLUSH : 0);

	if (ptl) {
		xen_queue_ext_op(MMUEXT_PIN_L1_TABLE, pfn);
		xen_mc_callback(xen_pte_unlock, ptl);
	}
}

static void xen_unpin_page(struct mm_struct *mm, struct page *page,
			   enum pt_level level)
{
	unsigned long pfn = page_to_pfn(page);
	spinlock_t *ptl = NULL;

	if (!TestClearPagePinned(page))
		return;

	if (level == PT_PTE)
		ptl = xen_pte_lock(page, mm);
	if (ptl)
		xen_queue_ext_op(MMUEXT_UNPIN_TABLE, pfn);

	xen_queue_prot(pfn, PAGE_KERNEL, level == PT_PGD ? UVMF_TLB_FLUSH : 0);

	if (ptl)
		xen_mc_callback(xen_pte_unlock, ptl);
}

static void xen_pgd_pin(struct mm_struct *mm, pgd_t *pgd)
{
	xen_mc_batch();
	xen_walk_tables(mm, pgd, xen_pin_page);
	xen_queue_ext_op(MMUEXT_PIN_L3_TABLE, PFN_DOWN(__pa(pgd)));
	xen_mc_issue(0);
}

static void xen_pgd_unpin(struct mm_struct *mm, pgd_t *pgd)
{
	xen_mc_batch();
	xen_queue_ext_op(MMUEXT_UNPIN_TABLE, PFN_DOWN(__pa(pgd)));
	xen_walk_tables(mm, pgd, xen_unpin_page);
	xen_mc_issue(0);
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

			pte->pte = to_mfns ? xen_make_entry(pte->pte) :
					     xen_entry_val(pte->pte);
		}
	}
#endif
}

/**
 * xen_mm_pin_all - pin what is not, so that suspend finds no plain mfns
 *
 * Called with all other CPUs stopped.
 */
void xen_mm_pin_all(void)
{
	struct page *page;

	xen_convert_kmaps(false);

	spin_lock(&init_mm.page_table_lock);
	spin_lock(&pgd_lock);

	list_for_each_entry(page, &pgd_list, lru) {
		if (!PagePinned(page)) {
			xen_pgd_pin(&init_mm, (pgd_t *)page_address(page));
			SetPageSavePinned(page);
		}
	}

	spin_unlock(&pgd_lock);
	spin_unlock(&init_mm.page_table_lock);
}

/**
 * xen_mm_unpin_all - undo xen_mm_pin_all()
 */
void xen_mm_unpin_all(void)
{
	struct page *page;

	spin_lock(&init_mm.page_table_lock);
	spin_lock(&pgd_lock);

	list_for_each_entry(page, &pgd_list, lru) {
		if (PageSavePinned(page)) {
			BUG_ON(!PagePinned(page));
			xen_pgd_unpin(&init_mm, (pgd_t *)page_address(page));
			ClearPageSavePinned(page);
		}
	}

	spin_unlock(&pgd_lock);
	spin_unlock(&init_mm.page_table_lock);

	xen_convert_kmaps(true);
}

static void xen_enter_mmap(struct mm_struct *mm)
{
	spin_lock(&mm->page_table_lock);
	xen_pgd_pin(mm, mm->pgd);
	spin_unlock(&mm->page_table_lock);
}

static void drop_mm_ref_this_cpu(void *info)
{
	struct mm_struct *mm = info;

	if (this_cpu_read(cpu_tlbstate.loaded_mm) == mm)
		leave_mm();

	/* The base register may still be the old one, with the new queued. */
	if (this_cpu_read(xen_current_cr3) == __pa(mm->pgd))
		xen_mc_flush();
}

/* Other CPUs may be using a dead table lazily: move them off it. */
static void xen_drop_mm_ref(struct mm_struct *mm)
{
	unsigned int cpu;

	drop_mm_ref_this_cpu(mm);

	for_each_online_cpu(cpu) {
		if (per_cpu(xen_current_cr3, cpu) == __pa(mm->pgd))
			smp_call_function_single(cpu, drop_mm_ref_this_cpu,
						 mm, 1);
	}
}

static void xen_exit_mmap(struct mm_struct *mm)
{
	get_cpu();
	xen_drop_mm_ref(mm);
	put_cpu();

	spin_lock(&mm->page_table_lock);
	/* It is not pinned if execve() failed early. */
	if (xen_page_pinned(mm->pgd))
		xen_pgd_unpin(mm, mm->pgd);
	spin_unlock(&mm->page_table_lock);
}

/* A page that gets attached to a pinned table must be one itself. */
static void xen_alloc_table(struct mm_struct *mm, unsigned long pfn,
			    enum pt_level level)
{
	struct page *page;

	if (!xen_page_pinned(mm->pgd))
		return;

	page = pfn_to_page(pfn);

	xen_mc_batch();
	xen_queue_prot(pfn, PAGE_KERNEL_RO, 0);
	if (!TestSetPagePinned(page) && level == PT_PTE &&
	    IS_ENABLED(CONFIG_SPLIT_PTE_PTLOCKS))
		xen_queue_ext_op(MMUEXT_PIN_L1_TABLE, pfn);
	xen_mc_issue(XEN_LAZY_MMU);
}

static void xen_release_table(unsigned long pfn, enum pt_level level)
{
	struct page *page = pfn_to_page(pfn);

	if (!PagePinned(page))
		return;

	xen_mc_batch();
	if (level == PT_PTE && IS_ENABLED(CONFIG_SPLIT_PTE_PTLOCKS))
		xen_queue_ext_op(MMUEXT_UNPIN_TABLE, pfn);
	xen_queue_prot(pfn, PAGE_KERNEL, 0);
	xen_mc_issue(XEN_LAZY_MMU);

	ClearPagePinned(page);
}

static void xen_alloc_pte(struct mm_struct *mm, unsigned long pfn)
{
	xen_alloc_table(mm, pfn, PT_PTE);
}

static void xen_alloc_pmd(struct mm_struct *mm, unsigned long pfn)
{
	xen_alloc_table(mm, pfn, PT_PMD);
}

static void xen_release_pte(unsigned long pfn)
{
	xen_release_table(pfn, PT_PTE);
}

static void xen_release_pmd(unsigned long pfn)
{
	xen_release_table(pfn, PT_PMD);
}

/*
 * Base register and TLB.
 */

static noinstr void xen_write_cr2(unsigned long cr2)
{
	this_cpu_read(xen_vcpu)->arch.cr2 = cr2;
}

static unsigned long xen_read_cr3(void)
{
	return this_cpu_read(xen_cr3);
}

static void set_current_cr3(void *cr3)
{
	this_cpu_write(xen_current_cr3, (unsigned long)cr3);
}

static void xen_write_cr3(unsigned long cr3)
{
	BUG_ON(preemptible());

	xen_mc_batch();
	this_cpu_write(xen_cr3, cr3);
	xen_queue_ext_op(MMUEXT_NEW_BASEPTR, PFN_DOWN(cr3));
	xen_mc_callback(set_current_cr3, (void *)cr3);
	xen_mc_issue(XEN_LAZY_CPU);
}

static noinline void xen_flush_tlb(void)
{
	struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };

	preempt_disable();
	xen_mc_batch();
	xen_extend_mmuext_op(&op);
	xen_mc_issue(XEN_LAZY_MMU);
	preempt_enable();
}

static void xen_flush_tlb_one_user(unsigned long addr)
{
	struct mmuext_op op = {
		.cmd = MMUEXT_INVLPG_LOCAL,
		.arg1.linear_addr = addr & PAGE_MASK,
	};

	preempt_disable();
	xen_mc_batch();
	xen_extend_mmuext_op(&op);
	xen_mc_issue(XEN_LAZY_MMU);
	preempt_enable();
}

static void xen_flush_tlb_multi(const struct cpumask *cpus,
				const struct flush_tlb_info *info)
{
	struct {
		struct mmuext_op op;
		DECLARE_BITMAP(mask, NR_CPUS);
	} *args;
	struct multicall_space mcs;

	if (cpumask_empty(cpus))
		return;

	mcs = xen_mc_entry(sizeof(args->op) + sizeof(args->mask[0]) *
			   BITS_TO_LONGS(num_possible_cpus()));
	args = mcs.args;

	/* Offline vcpus have no TLB to flush. */
	cpumask_and(to_cpumask(args->mask), cpus, cpu_online_mask);
	args->op.arg2.vcpumask = to_cpumask(args->mask);

	args->op.cmd = MMUEXT_TLB_FLUSH_MULTI;
	if (info->end != TLB_FLUSH_ALL && info->end - info->start <= PAGE_SIZE) {
		args->op.cmd = MMUEXT_INVLPG_MULTI;
		args->op.arg1.linear_addr = info->start;
	}

	MULTI_mmuext_op(mcs.mc, &args->op, 1, NULL, DOMID_SELF);
	xen_mc_issue(XEN_LAZY_MMU);
}

static void xen_enter_lazy_mmu(void)
{
	enter_lazy(XEN_LAZY_MMU);
}

static void xen_leave_lazy_mmu(void)
{
	preempt_disable();
	xen_mc_flush();
	leave_lazy(XEN_LAZY_MMU);
	preempt_enable();
}

static void xen_flush_lazy_mmu(void)
{
	preempt_disable();
	if (xen_get_lazy_mode() == XEN_LAZY_MMU)
		xen_mc_flush();
	preempt_enable();
}

static void xen_set_fixmap(unsigned int idx, phys_addr_t phys, pgprot_t prot)
{
	unsigned long pfn = PFN_DOWN(phys);
	pte_t pte;

	switch (idx) {
	case FIX_BTMAP_END ... FIX_BTMAP_BEGIN:
	case FIX_WP_TEST:
		/* Memory of ours. */
		pte = pfn_pte(pfn, prot);
		break;
#ifdef CONFIG_X86_LOCAL_APIC
	case FIX_APIC_BASE:
#endif
#ifdef CONFIG_X86_IO_APIC
	case FIX_IO_APIC_BASE_0 ... FIX_IO_APIC_BASE_END:
#endif
		/* These are the hypervisor's. */
		pte = pfn_pte(PFN_DOWN(__pa(dummy_mapping)), PAGE_KERNEL);
		break;
	default:
		/* Devices, and the shared info page: an mfn. */
		pte = mfn_pte(pfn, prot);
		break;
	}

	if (HYPERVISOR_update_va_mapping(__fix_to_virt(idx), pte, UVMF_INVLPG))
		BUG();
}

/*
 * Start of day.
 */

static void __init xen_pin_early(unsigned int cmd, unsigned long pfn)
{
	struct mmuext_op op = {
		.cmd = cmd,
		.arg1.mfn = pfn_to_mfn(pfn),
	};

	if (HYPERVISOR_mmuext_op(&op, 1, NULL, DOMID_SELF))
		BUG();
}

/**
 * xen_setup_machphys_mapping - find the machine-to-physical table
 */
void __init xen_setup_machphys_mapping(void)
{
	struct xen_machphys_mapping mapping;

	if (HYPERVISOR_memory_op(XENMEM_machphys_mapping, &mapping) == 0) {
		machine_to_phys_mapping = (unsigned long *)mapping.v_start;
		machine_to_phys_nr = mapping.max_mfn + 1;
	} else {
		machine_to_phys_nr = MACH2PHYS_NR_ENTRIES;
	}
}

/**
 * xen_setup_kernel_pagetable - take note of the loader's page tables
 * @pgd:	top level of the tables we run on
 * @max_pfn:	pages of the guest
 *
 * They stay until setup_arch() loads swapper_pg_dir.
 */
void __init xen_setup_kernel_pagetable(pgd_t *pgd, unsigned long max_pfn)
{
	xen_pt_base = __pa(pgd);
	xen_pt_size = xen_start_info->nr_pt_frames * PAGE_SIZE;

	/* Everything up to the end of the page tables is mapped. */
	max_pfn_mapped = PFN_DOWN(xen_pt_base + xen_pt_size);

	memblock_reserve(xen_pt_base, xen_pt_size);

	this_cpu_write(xen_cr3, __pa(pgd));
	this_cpu_write(xen_current_cr3, __pa(pgd));
}

/*
 * First load of swapper_pg_dir, from setup_arch(): build it from the loader's
 * tables. The lowest level is shared with them, so nothing moves.
 */
static void __init xen_write_cr3_init(unsigned long cr3)
{
	pgd_t *old_pgd = (pgd_t *)xen_start_info->pt_base;
	unsigned int slot = pgd_index(PAGE_OFFSET);
	pmd_t *old_pmd;

	BUG_ON(cr3 != __pa(swapper_pg_dir));

	old_pmd = (pmd_t *)pgd_page_vaddr(old_pgd[slot]);
	/* The rest of it is Xen's. */
	memcpy(xen_kernel_pmd, old_pmd,
	       pmd_index(mach_hypervisor_start) * sizeof(pmd_t));

	memset(swapper_pg_dir, 0, PTRS_PER_PGD * sizeof(pgd_t));
	swapper_pg_dir[slot] = __pgd(__pa(xen_kernel_pmd) | _PAGE_PRESENT);

	if (xen_make_readonly_early(xen_kernel_pmd) ||
	    xen_make_readonly_early(swapper_pg_dir))
		BUG();

	xen_pin_early(MMUEXT_PIN_L3_TABLE, PFN_DOWN(cr3));
	xen_write_cr3(cr3);
	xen_pin_early(MMUEXT_UNPIN_TABLE, PFN_DOWN(__pa(old_pgd)));

	pv_ops.mmu.write_cr3 = xen_write_cr3;
}

/**
 * xen_reserve_special_pages - keep what Xen put into our memory
 */
void __init xen_reserve_special_pages(void)
{
	memblock_reserve(__pa(xen_start_info), PAGE_SIZE);
	if (xen_start_info->store_mfn)
		memblock_reserve(PFN_PHYS(mfn_to_pfn(xen_start_info->store_mfn)),
				 PAGE_SIZE);
	if (!xen_initial_domain())
		memblock_reserve(PFN_PHYS(mfn_to_pfn(xen_start_info->console.domU.mfn)),
				 PAGE_SIZE);
}

/**
 * xen_pt_check_e820 - the loader's tables must be where memory is
 */
void __init xen_pt_check_e820(void)
{
	xen_chk_is_e820_usable(xen_pt_base, xen_pt_size, "page table");
}

/**
 * xen_relocate_p2m - refuse a list of frames that is where the host has no memory
 *
 * The loader puts page tables behind the list, and xen_pt_check_e820() refuses those
 * first: this is for a hole that only the list reaches.
 */
void __init xen_relocate_p2m(void)
{
	xen_raw_console_write("Xen put the list of frames where the host has no memory: boot with a smaller initrd, or a smaller dom0_mem\n");
	BUG();
}

static void __init xen_free_loader_p2m(void)
{
	unsigned long size = PAGE_ALIGN(xen_start_info->nr_pages *
					sizeof(unsigned long));

	if ((unsigned long)xen_p2m_addr == xen_start_info->mfn_list)
		return;

	memset((void *)xen_start_info->mfn_list, 0xff, size);
	memblock_free((void *)xen_start_info->mfn_list, size);
	xen_start_info->mfn_list = (unsigned long)xen_p2m_addr;
}

static void __init xen_post_allocator_init(void)
{
	xen_flush_init_queue();

	pv_ops.mmu.set_pte = xen_set_pte;
	pv_ops.mmu.set_pte_atomic = xen_set_pte;
	pv_ops.mmu.flush_tlb_user = xen_flush_tlb;
	pv_ops.mmu.flush_tlb_kernel = xen_flush_tlb;
	pv_ops.mmu.flush_tlb_one_user = xen_flush_tlb_one_user;
}

static void __init xen_pagetable_init(void)
{
	native_pagetable_init();
	xen_post_allocator_init();

	xen_vmalloc_p2m_tree();
	xen_free_loader_p2m();

	xen_build_mfn_list_list();
	xen_remap_memory();
	xen_setup_mfn_list_list();
}

static void __init xen_mark_pinned(pmd_t *pmd, unsigned long end)
{
	unsigned int i;

	for (i = 0; i < pmd_index(end); i++) {
		if (!pmd_none(pmd[i]))
			SetPagePinned(pmd_page(pmd[i]));
	}
}

/* Now that there are struct pages, put down what is pinned. */
static void __init xen_after_bootmem(void)
{
	SetPagePinned(virt_to_page(swapper_pg_dir));
	SetPagePinned(virt_to_page(xen_kernel_pmd));
	xen_mark_pinned(xen_kernel_pmd, mach_hypervisor_start);

	pv_ops.mmu.set_pmd = xen_set_pmd;
	pv_ops.mmu.set_pud = xen_set_pud;
	pv_ops.mmu.alloc_pte = xen_alloc_pte;
	pv_ops.mmu.alloc_pmd = xen_alloc_pmd;
	pv_ops.mmu.release_pte = xen_release_pte;
	pv_ops.mmu.release_pmd = xen_release_pmd;

	static_branch_enable(&xen_struct_pages_ready);
}

static const typeof(pv_ops.mmu) xen_mmu_ops __initconst = {
	.read_cr2 = __PV_IS_CALLEE_SAVE(xen_read_cr2),
	.write_cr2 = xen_write_cr2,
	.read_cr3 = xen_read_cr3,
	.write_cr3 = xen_write_cr3_init,

	.flush_tlb_user = xen_flush_tlb_init,
	.flush_tlb_kernel = xen_flush_tlb_init,
	.flush_tlb_one_user = xen_flush_tlb_one_init,
	.flush_tlb_multi = xen_flush_tlb_multi,
	.tlb_remove_table = tlb_remove_table,

	.notify_page_enc_status_changed = paravirt_nop,

	.enter_mmap = xen_enter_mmap,
	.exit_mmap = xen_exit_mmap,
	.pgd_alloc = __paravirt_pgd_alloc,
	.pgd_free = paravirt_nop,

	.alloc_pte = paravirt_nop,
	.alloc_pmd = paravirt_nop,
	.alloc_pud = paravirt_nop,
	.alloc_p4d = paravirt_nop,
	.release_pte = paravirt_nop,
	.release_pmd = paravirt_nop,
	.release_pud = paravirt_nop,
	.release_p4d = paravirt_nop,

	.set_pte = xen_set_pte_init,
	.set_pte_atomic = xen_set_pte_init,
	.set_pmd = xen_set_pmd_init,
	.set_pud = xen_set_pud_init,
	.ptep_modify_prot_start = xen_ptep_modify_prot_start,
	.ptep_modify_prot_commit = xen_ptep_modify_prot_commit,

	.pte_val = PV_CALLEE_SAVE(xen_entry_val),
	.pmd_val = PV_CALLEE_SAVE(xen_entry_val),
	.pud_val = PV_CALLEE_SAVE(xen_entry_val),
	.pgd_val = PV_CALLEE_SAVE(xen_entry_val),
	.make_pte = PV_CALLEE_SAVE(xen_make_entry),
	.make_pmd = PV_CALLEE_SAVE(xen_make_entry),
	.make_pud = PV_CALLEE_SAVE(xen_make_entry),
	.make_pgd = PV_CALLEE_SAVE(xen_make_entry),

	.lazy_mode = {
		.enter = xen_enter_lazy_mmu,
		.leave = xen_leave_lazy_mmu,
		.flush = xen_flush_lazy_mmu,
	},

	.set_fixmap = xen_set_fixmap,
};

void __init xen_init_mmu_ops(void)
{
	x86_init.paging.pagetable_init = xen_pagetable_init;
	x86_init.hyper.init_after_bootmem = xen_after_bootmem;

	pv_ops.mmu = xen_mmu_ops;

	memset(dummy_mapping, 0xff, PAGE_SIZE);
}

#ifdef CONFIG_VMCORE_INFO
phys_addr_t paddr_vmcoreinfo_note(void)
{
	if (xen_pv_domain())
		return virt_to_machine(vmcoreinfo_note).maddr;

	return __pa(vmcoreinfo_note);
}
#endif
