// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables of a PV guest at the start of day, where 32-bit differs from 64-bit. The
 * rest is in arch/x86/xen/mmu_pv.c.
 *
 * This file builds the kernel's own page table from the loader's, and moves the p2m
 * list to its final address.
 */
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>

#include <xen/interface/xen.h>
#include <xen/hvc-console.h>
#include <xen/page.h>

#include <asm/fixmap.h>
#include <asm/mach_layout.h>
#include <asm/paravirt.h>
#include <asm/pgalloc.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

unsigned long mach_hypervisor_start;

/* Where the loader put its page tables. */
static phys_addr_t xen_pt_base __initdata, xen_pt_size __initdata;

/* The kernel's page for the last top-level slot. */
static pmd_t xen_kernel_pmd[PTRS_PER_PMD] __page_aligned_bss;

/* Operations for the time after the kernel's table is complete. */
static struct pv_mmu_ops xen_mmu_ops_late __initdata;

/*
 * The kernel's own table while it is built.
 *
 * The table is pinned already. Without a queue, each of the 200000 entries of the
 * direct map would be a hypercall. Nobody uses an entry while it is in the queue:
 * init_32.c flushes the TLB before it uses a new mapping, and callers below that need
 * the table to be current flush the queue. The queue is empty when xen_pagetable_init()
 * begins. From then on set_pte() writes entries immediately.
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

/**
 * xen_set_pte_init - write an entry of the kernel's table while it is built
 * @ptep:	the entry
 * @pte:	its new value
 */
void __init xen_set_pte_init(pte_t *ptep, pte_t pte)
{
	u64 old = ptep->pte;
	u64 val = pte_val_ma(pte);

	/*
	 * A page that is mapped read-only is a page table or a descriptor page.
	 * Keep it read-only in the direct map.
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

/* Make a page table read-only before an entry of a pinned table points to it. */
static void __init xen_make_table_readonly(u64 entry)
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
	xen_make_table_readonly(pmd_val_ma(pmd));
	xen_mmu_ops_late.set_pmd(pmdp, pmd);
}

static void __init xen_set_pud_init(pud_t *pudp, pud_t pud)
{
	xen_make_table_readonly(pud_val_ma(pud));
	xen_mmu_ops_late.set_pud(pudp, pud);
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

/**
 * mach_pv_init_mmu_ops - set the operations that build the kernel's table
 */
void __init mach_pv_init_mmu_ops(void)
{
	xen_mmu_ops_late = pv_ops.mmu;

	pv_ops.mmu.set_pte_atomic = xen_set_pte_init;
	pv_ops.mmu.set_pmd = xen_set_pmd_init;
	pv_ops.mmu.set_pud = xen_set_pud_init;
	pv_ops.mmu.flush_tlb_user = xen_flush_tlb_init;
	pv_ops.mmu.flush_tlb_kernel = xen_flush_tlb_init;
	pv_ops.mmu.flush_tlb_one_user = xen_flush_tlb_one_init;
}

/**
 * mach_pv_post_allocator_init - stop queueing, the direct map is complete
 *
 * init_32.c attaches page tables without paravirt_alloc_pte(). So set_pmd() and
 * set_pud() make them read-only until mach_pv_after_bootmem().
 */
void __init mach_pv_post_allocator_init(void)
{
	if (WARN_ON(init_queued))
		xen_flush_init_queue();

	pv_ops.mmu.set_pte_atomic = pv_ops.mmu.set_pte;
	pv_ops.mmu.flush_tlb_user = xen_mmu_ops_late.flush_tlb_user;
	pv_ops.mmu.flush_tlb_kernel = xen_mmu_ops_late.flush_tlb_kernel;
	pv_ops.mmu.flush_tlb_one_user = xen_mmu_ops_late.flush_tlb_one_user;

	xen_mmu_ops_late.set_pmd = pv_ops.mmu.set_pmd;
	xen_mmu_ops_late.set_pud = pv_ops.mmu.set_pud;
	pv_ops.mmu.set_pmd = xen_set_pmd_init;
	pv_ops.mmu.set_pud = xen_set_pud_init;
}

/**
 * mach_pv_after_bootmem - operations for running, once struct pages exist
 */
void __init mach_pv_after_bootmem(void)
{
	pv_ops.mmu.set_pmd = xen_mmu_ops_late.set_pmd;
	pv_ops.mmu.set_pud = xen_mmu_ops_late.set_pud;
	xen_init_loaded_pgds();
	xen_init_pte_ops();
}

/**
 * xen_setup_kernel_pagetable - record and reserve the loader's page tables
 * @pgd:	top level of the loader's page tables
 * @max_pfn:	number of pages of the guest, not used
 *
 * The kernel runs on them until setup_arch() loads swapper_pg_dir, which goes on using
 * their lowest level.
 */
void __init xen_setup_kernel_pagetable(pgd_t *pgd, unsigned long max_pfn)
{
	xen_pt_base = __pa(pgd);
	xen_pt_size = xen_start_info->nr_pt_frames * PAGE_SIZE;

	/* Everything up to the end of the page tables is mapped. */
	max_pfn_mapped = PFN_DOWN(xen_pt_base + xen_pt_size);

	memblock_reserve(xen_pt_base, xen_pt_size);

	this_cpu_write(xen_cr3, __pa(pgd));

	/* The hypervisor's hole begins with the machine-to-physical table. */
	mach_hypervisor_start = (unsigned long)machine_to_phys_mapping;
	reserve_top_address(MACH_HYPERVISOR_HOLE);
}

static void __init xen_make_readonly(void *vaddr)
{
	pte_t pte = pfn_pte(PFN_DOWN(__pa(vaddr)), PAGE_KERNEL_RO);

	/* The kernel's page table cannot be walked yet. */
	if (HYPERVISOR_update_va_mapping((unsigned long)vaddr, pte, UVMF_INVLPG))
		BUG();
}

/**
 * mach_pv_build_pagetable - make swapper_pg_dir from the loader's tables
 *
 * Called before each load of swapper_pg_dir. Only the first load, in setup_arch(),
 * builds it, and overwrites the entries that setup_arch() has copied for bare metal.
 * The new table uses the loader's lowest-level tables, so no mapping changes.
 */
void __init mach_pv_build_pagetable(void)
{
	pgd_t *old_pgd = (pgd_t *)xen_start_info->pt_base;
	unsigned int slot = pgd_index(PAGE_OFFSET);
	pmd_t *old_pmd;

	if (this_cpu_read(xen_cr3) == __pa(swapper_pg_dir))
		return;

	old_pmd = (pmd_t *)pgd_page_vaddr(old_pgd[slot]);
	/* Xen fills the rest of the page. */
	memcpy(xen_kernel_pmd, old_pmd,
	       pmd_index(mach_hypervisor_start) * sizeof(pmd_t));

	memset(swapper_pg_dir, 0, PTRS_PER_PGD * sizeof(pgd_t));
	swapper_pg_dir[slot] = __pgd(__pa(xen_kernel_pmd) | _PAGE_PRESENT);

	xen_make_readonly(xen_kernel_pmd);
	xen_make_readonly(swapper_pg_dir);

	xen_pin_table(MMUEXT_PIN_L3_TABLE, PFN_DOWN(__pa(swapper_pg_dir)));
	/* The loader's table stays valid while the vcpu still uses it. */
	xen_pin_table(MMUEXT_UNPIN_TABLE, PFN_DOWN(__pa(old_pgd)));
}

/**
 * xen_pt_check_e820 - stop if the loader's tables conflict with the host's memory map
 */
void __init xen_pt_check_e820(void)
{
	xen_chk_is_e820_usable(xen_pt_base, xen_pt_size, "page table");
}

/**
 * xen_relocate_p2m - stop if the p2m list conflicts with the host's memory map
 *
 * The loader puts page tables behind the list, and xen_pt_check_e820() checks those
 * first. So this is called only if the list conflicts and the page tables do not.
 */
void __init xen_relocate_p2m(void)
{
	xen_raw_console_write("Xen put the list of frames where the host has no memory: boot with a smaller initrd, or a smaller dom0_mem\n");
	BUG();
}

/**
 * xen_pagetable_p2m_setup - move the p2m list to its final address
 */
void __init xen_pagetable_p2m_setup(void)
{
	unsigned long size = PAGE_ALIGN(xen_start_info->nr_pages *
					sizeof(unsigned long));

	xen_vmalloc_p2m_tree();
	if ((unsigned long)xen_p2m_addr == xen_start_info->mfn_list)
		return;

	memset((void *)xen_start_info->mfn_list, 0xff, size);
	memblock_free((void *)xen_start_info->mfn_list, size);
	xen_start_info->mfn_list = (unsigned long)xen_p2m_addr;
}
