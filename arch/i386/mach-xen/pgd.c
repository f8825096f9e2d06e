// SPDX-License-Identifier: GPL-2.0
/*
 * The top levels of page tables that a PV guest loads.
 *
 * Xen validates a top level together with the kernel PMD page in its last slot. That
 * page has an entry for each 2 MiB of low memory, and Xen allows it in one top level
 * only. So a validated top level is kept with its kernel PMD page, and serves one
 * address space after another.
 *
 * A user address space has two top levels. mm->pgd is the one that the kernel reads and
 * writes; no CPU loads it. Its page's private field points to the one that CPUs load.
 * The last slots of both refer to the same kernel PMD page. The other slots of the
 * loaded one are filled when the address space is pinned, and are empty otherwise.
 *
 * Those slots of mm->pgd hold pfns, not mfns, and XEN_PGD_PFN marks them. The kernel reads
 * a slot by two loads, and another CPU may fill it in between. The pfn of a PMD page has 0
 * in the upper half, as on bare metal. An mfn may have another value there.
 *
 * PagePinned(mm->pgd) means that these slots are filled. mmu_pv.c makes its page
 * read-only as that of any top level. Xen does not know it as a page table, and its
 * hypercalls write to it as to any other memory.
 *
 * CPUs load swapper_pg_dir itself.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/string.h>

#include <asm/pgalloc.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "mach-xen.h"

/*
 * Top levels that no address space has. They stay pinned. A shell that starts one
 * command after another needs one or two, a pipeline or a parallel make some more. They
 * take 8 KiB each. Protected by pgd_lock.
 */
#define XEN_IDLE_PGDS	16
static pgd_t *xen_idle_pgds[XEN_IDLE_PGDS];
static unsigned int xen_nr_idle_pgds;

/*
 * What loaded top levels have as their mm in pgd_list. arch_sync_kernel_mappings() takes
 * its page_table_lock inside pgd_lock. xen_mm_pin_all() takes that of init_mm outside of
 * it, so this cannot be init_mm.
 */
static struct mm_struct xen_pgd_owner = {
	.page_table_lock = __SPIN_LOCK_UNLOCKED(xen_pgd_owner.page_table_lock),
};

/* Marks a slot that holds a pfn. No CPU loads such a slot. native_pgd_val() masks the bit. */
#define XEN_PGD_PFN	_PAGE_DIRTY

static void (*xen_set_one_pud)(pud_t *pudp, pud_t pud) __ro_after_init;

static pgd_t *xen_loaded_pgd(pgd_t *pgd)
{
	return (pgd_t *)page_private(virt_to_page(pgd));
}

static void *xen_kernel_pmd_of(pgd_t *pgd)
{
	return (void *)pgd_page_vaddr(pgd[KERNEL_PGD_BOUNDARY]);
}

static void xen_free_pgd_pages(pgd_t *pgd, void *pmd)
{
	free_page((unsigned long)pmd);
	free_page((unsigned long)pgd);
}

/* Make a top level with a kernel PMD page, and pin it. No memory cgroup pays for it. */
static pgd_t *xen_new_loaded_pgd(void)
{
	pgd_t *pgd = (pgd_t *)get_zeroed_page(GFP_KERNEL);
	void *pmd = (void *)__get_free_page(GFP_KERNEL);

	if (!pgd || !pmd) {
		xen_free_pgd_pages(pgd, pmd);
		return NULL;
	}

	/*
	 * New kernel mappings are made with init_mm's lock, and get to the top levels in
	 * the list with pgd_lock.
	 */
	spin_lock(&init_mm.page_table_lock);
	spin_lock(&pgd_lock);
	copy_page(pmd, xen_kernel_pmd_of(swapper_pg_dir));
	pgd[KERNEL_PGD_BOUNDARY] = __pgd(__pa(pmd) | _PAGE_PRESENT);
	make_lowmem_page_readonly(pmd);
	make_lowmem_page_readonly(pgd);
	xen_pin_table(MMUEXT_PIN_L3_TABLE, PFN_DOWN(__pa(pgd)));
	SetPagePinned(virt_to_page(pmd));
	SetPagePinned(virt_to_page(pgd));
	virt_to_ptdesc(pgd)->pt_mm = &xen_pgd_owner;
	list_add(&virt_to_ptdesc(pgd)->pt_list, &pgd_list);
	spin_unlock(&pgd_lock);
	spin_unlock(&init_mm.page_table_lock);

	return pgd;
}

static void xen_free_loaded_pgd(pgd_t *pgd)
{
	void *pmd = xen_kernel_pmd_of(pgd);

	spin_lock(&pgd_lock);
	list_del(&virt_to_ptdesc(pgd)->pt_list);
	spin_unlock(&pgd_lock);

	ClearPagePinned(virt_to_page(pgd));
	ClearPagePinned(virt_to_page(pmd));
	xen_pin_table(MMUEXT_UNPIN_TABLE, PFN_DOWN(__pa(pgd)));
	make_lowmem_page_readwrite(pgd);
	make_lowmem_page_readwrite(pmd);
	xen_free_pgd_pages(pgd, pmd);
}

/**
 * xen_pgd_alloc - give a new address space the top level that CPUs load
 * @mm:		the address space; its mm->pgd is a zeroed page
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM
 */
int xen_pgd_alloc(struct mm_struct *mm)
{
	pgd_t *loaded = NULL;

	spin_lock(&pgd_lock);
	if (xen_nr_idle_pgds)
		loaded = xen_idle_pgds[--xen_nr_idle_pgds];
	spin_unlock(&pgd_lock);

	if (!loaded)
		loaded = xen_new_loaded_pgd();
	if (!loaded)
		return -ENOMEM;

	set_page_private(virt_to_page(mm->pgd), (unsigned long)loaded);
	mm->pgd[KERNEL_PGD_BOUNDARY] = loaded[KERNEL_PGD_BOUNDARY];
	return 0;
}

/**
 * xen_pgd_free - take back what xen_pgd_alloc() gave
 * @mm:		the address space, which no CPU uses any more
 * @pgd:	its mm->pgd
 */
void xen_pgd_free(struct mm_struct *mm, pgd_t *pgd)
{
	pgd_t *loaded = xen_loaded_pgd(pgd);
	bool is_empty = !memchr_inv(loaded, 0, KERNEL_PGD_BOUNDARY * sizeof(*loaded));

	set_page_private(virt_to_page(pgd), 0);

	/* An entry that is left would give this process's memory to the next one. */
	WARN_ON(!is_empty);

	spin_lock(&pgd_lock);
	if (is_empty && xen_nr_idle_pgds < XEN_IDLE_PGDS) {
		xen_idle_pgds[xen_nr_idle_pgds++] = loaded;
		loaded = NULL;
	}
	spin_unlock(&pgd_lock);

	if (loaded)
		xen_free_loaded_pgd(loaded);
}

/**
 * xen_write_loaded_pgd - fill or empty the loaded top level's slots of user space
 * @pgd:	mm->pgd
 * @fill:	true: with the entries of @pgd; false: no CPU has the loaded one
 * @queue:	adds an update to the open batch
 *
 * The caller must have made the user's PMD pages read-only before it fills, in the same
 * batch or earlier. Xen refuses page tables that are writable.
 */
void xen_write_loaded_pgd(pgd_t *pgd, bool fill,
			  void (*queue)(const struct mmu_update *update))
{
	pgd_t *loaded = xen_loaded_pgd(pgd);
	unsigned int i;

	for (i = 0; i < KERNEL_PGD_BOUNDARY; i++) {
		struct mmu_update update = {
			.ptr = virt_to_machine(loaded + i).maddr | MMU_NORMAL_PT_UPDATE,
			.val = fill ? native_pgd_val(__pgd(pgd_val(pgd[i]))) : 0,
		};

		if (native_pgd_val(loaded[i]) != update.val)
			queue(&update);
	}
}

/**
 * mach_pv_loaded_cr3 - address of the top level that a CPU loads
 * @cr3:	physical address of the mm->pgd
 *
 * Return: a physical address
 */
unsigned long mach_pv_loaded_cr3(unsigned long cr3)
{
	/* This one is loaded itself, also before there are struct pages. */
	if (cr3 == __pa(swapper_pg_dir))
		return cr3;
	return __pa(xen_loaded_pgd(__va(cr3)));
}

/**
 * xen_top_level_val - convert a slot of a top level to the guest's frames
 * @entry:	the slot, of a top level of any kind
 *
 * Return: the slot with a pfn
 */
__visible u64 xen_top_level_val(u64 entry)
{
	return entry & XEN_PGD_PFN ? entry & ~XEN_PGD_PFN : xen_entry_val(entry);
}
PV_CALLEE_SAVE_REGS_THUNK(xen_top_level_val);

/* set_pud(): the loaded top level must change with mm->pgd, and before it. */
static void xen_set_both_puds(pud_t *pudp, pud_t pud)
{
	struct page *page = virt_to_page(pudp);
	pud_t *loaded = (pud_t *)page_private(page);
	pgd_t slot = { .pgd = pud_val(pud) };

	if (!loaded) {
		xen_set_one_pud(pudp, pud);
		return;
	}

	if (slot.pgd)
		slot.pgd |= XEN_PGD_PFN;

	if (PagePinned(page)) {
		xen_set_one_pud(loaded + offset_in_page(pudp) / sizeof(*pudp), pud);
		xen_set_one_pud(pudp, (pud_t){ .p4d.pgd = slot });
	} else {
		*(pgd_t *)pudp = slot;
	}
}

/**
 * xen_init_loaded_pgds - take over operations on top levels, once there are struct pages
 */
void __init xen_init_loaded_pgds(void)
{
	xen_set_one_pud = pv_ops.mmu.set_pud;
	pv_ops.mmu.set_pud = xen_set_both_puds;
	pv_ops.mmu.pgd_val = PV_CALLEE_SAVE(xen_top_level_val);
}

/**
 * xen_update_pgds - correct the frames in mm->pgd after a restore
 *
 * The tool stack converts page tables that Xen knows: the loaded top level, but not
 * mm->pgd. Its last slot has an mfn. Called with all other CPUs stopped.
 */
void xen_update_pgds(void)
{
	struct page *page;
	unsigned int i;

	list_for_each_entry(page, &pgd_list, lru) {
		pgd_t *pgd = page_address(page), *loaded = xen_loaded_pgd(pgd);

		if (!PagePinned(page) || !loaded)
			continue;
		for (i = KERNEL_PGD_BOUNDARY; i < PTRS_PER_PGD; i++)
			xen_set_one_pud((pud_t *)pgd + i, *((pud_t *)loaded + i));
	}
}
