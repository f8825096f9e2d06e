// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that are not where an address says: regions made contiguous for
 * DMA, and foreign frames mapped for the tool stack.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/page.h>
#include <xen/swiotlb-xen.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include <asm/xen/hypercall.h>

#include "mach-xen.h"

/* The page allocator gives no larger region: 4 MiB. */
#define MAX_CONTIG_ORDER	MAX_PAGE_ORDER

/* Protects the frame list and makes an exchange atomic to others. */
static DEFINE_SPINLOCK(xen_reservation_lock);
static unsigned long frames[1UL << MAX_CONTIG_ORDER];

/* Take a region out of the page tables and note its frames or pfns. */
static void xen_zap_range(unsigned long vaddr, unsigned int order, bool mfns)
{
	unsigned int i;

	xen_mc_batch();
	for (i = 0; i < 1U << order; i++, vaddr += PAGE_SIZE) {
		struct multicall_space mcs = __xen_mc_entry(0);

		frames[i] = mfns ? virt_to_mfn((void *)vaddr) :
				   virt_to_pfn((void *)vaddr);
		MULTI_update_va_mapping(mcs.mc, vaddr, __pte_ma(0), 0);
		__set_phys_to_machine(virt_to_pfn((void *)vaddr),
				      INVALID_P2M_ENTRY);
	}
	xen_mc_issue(0);
}

/* Map the frames of the list, or those from @first_mfn on. */
static void xen_remap_range(unsigned long vaddr, unsigned int order, bool list,
			    unsigned long first_mfn)
{
	unsigned int i, n = 1U << order;

	xen_mc_batch();
	for (i = 0; i < n; i++, vaddr += PAGE_SIZE) {
		unsigned long mfn = list ? frames[i] : first_mfn + i;
		struct multicall_space mcs = __xen_mc_entry(0);
		unsigned int flags = 0;

		if (i == n - 1)
			flags = UVMF_ALL | (order ? UVMF_TLB_FLUSH : UVMF_INVLPG);

		MULTI_update_va_mapping(mcs.mc, vaddr,
					mfn_pte(mfn, PAGE_KERNEL), flags);
		set_phys_to_machine(virt_to_pfn((void *)vaddr), mfn);
	}
	xen_mc_issue(0);
}

static bool xen_exchange(unsigned long n_in, unsigned int order_in,
			 unsigned long *in, unsigned long n_out,
			 unsigned int order_out, unsigned long *out,
			 unsigned int address_bits)
{
	struct xen_memory_exchange exchange = {
		.in = {
			.nr_extents = n_in,
			.extent_order = order_in,
			.domid = DOMID_SELF,
		},
		.out = {
			.nr_extents = n_out,
			.extent_order = order_out,
			.address_bits = address_bits,
			.domid = DOMID_SELF,
		},
	};

	set_xen_guest_handle(exchange.in.extent_start, in);
	set_xen_guest_handle(exchange.out.extent_start, out);

	return HYPERVISOR_memory_op(XENMEM_exchange, &exchange) == 0 &&
	       exchange.nr_exchanged == n_in;
}

/**
 * xen_create_contiguous_region - make the frames behind a region contiguous
 * @pstart:	physical address of the region, aligned to its size; its
 *		contents are lost
 * @order:	log2 of its size in pages
 * @address_bits: what the device can address
 * @dma_handle:	where the bus address goes
 *
 * Context: any; takes a spinlock with interrupts off.
 * Return: 0; -ENOMEM with nothing changed if it is larger than 4 MiB; -ENOMEM
 * if Xen has no such frames: cleared, at its old ones, whose bus address is in
 * @dma_handle all the same.
 */
int xen_create_contiguous_region(phys_addr_t pstart, unsigned int order,
				 unsigned int address_bits,
				 dma_addr_t *dma_handle)
{
	unsigned long vstart = (unsigned long)phys_to_virt(pstart);
	unsigned long out, flags;
	bool done;

	if (order > MAX_CONTIG_ORDER)
		return -ENOMEM;

	memset((void *)vstart, 0, PAGE_SIZE << order);

	spin_lock_irqsave(&xen_reservation_lock, flags);
	xen_zap_range(vstart, order, true);
	out = virt_to_pfn((void *)vstart);
	done = xen_exchange(1UL << order, 0, frames, 1, order, &out,
			    address_bits);
	xen_remap_range(vstart, order, !done, out);
	spin_unlock_irqrestore(&xen_reservation_lock, flags);

	*dma_handle = virt_to_machine(vstart).maddr;
	return done ? 0 : -ENOMEM;
}

/**
 * xen_destroy_contiguous_region - undo xen_create_contiguous_region()
 * @pstart:	physical address of the region; its contents are lost
 * @order:	log2 of its size in pages
 *
 * Where Xen refuses, the region stays contiguous and nobody is told.
 *
 * Context: any; takes a spinlock with interrupts off.
 */
void xen_destroy_contiguous_region(phys_addr_t pstart, unsigned int order)
{
	unsigned long vstart = (unsigned long)phys_to_virt(pstart);
	unsigned long in, flags;
	bool done;

	if (order > MAX_CONTIG_ORDER)
		return;

	memset((void *)vstart, 0, PAGE_SIZE << order);

	spin_lock_irqsave(&xen_reservation_lock, flags);
	in = virt_to_mfn((void *)vstart);
	xen_zap_range(vstart, order, false);
	done = xen_exchange(1, order, &in, 1UL << order, 0, frames, 0);
	xen_remap_range(vstart, order, done, in);
	spin_unlock_irqrestore(&xen_reservation_lock, flags);
}

#define REMAP_BATCH	16

struct remap_data {
	xen_pfn_t *frame;
	bool contiguous;
	bool no_translate;
	pgprot_t prot;
	struct mmu_update *u;
};

static int remap_one(pte_t *ptep, unsigned long addr, void *data)
{
	struct remap_data *rmd = data;
	pte_t pte = pte_mkspecial(mfn_pte(*rmd->frame, rmd->prot));

	if (rmd->contiguous)
		(*rmd->frame)++;
	else
		rmd->frame++;

	rmd->u->ptr = virt_to_machine(ptep).maddr |
		      (rmd->no_translate ? MMU_PT_UPDATE_NO_TRANSLATE :
					   MMU_NORMAL_PT_UPDATE);
	rmd->u->val = pte_val_ma(pte);
	rmd->u++;

	return 0;
}

/**
 * xen_remap_pfn - map frames of another domain into a process
 * @vma:	a VM_IO and VM_PFNMAP area
 * @addr:	where in it
 * @pfn:	the frames; the first one if @err_ptr is NULL
 * @nr:		how many
 * @err_ptr:	where the result of each goes, may be the same array as @pfn
 * @prot:	protection
 * @domid:	whose frames
 * @no_translate: the frames are machine frames even if @domid is translated
 *
 * Context: may sleep; the mmap lock of @vma is held for writing.
 * Return: the number of frames mapped; what went wrong with others is in
 * @err_ptr. Without that, a negative error number, and the frames before stay
 * mapped until @vma is unmapped.
 */
int xen_remap_pfn(struct vm_area_struct *vma, unsigned long addr,
		  xen_pfn_t *pfn, int nr, int *err_ptr, pgprot_t prot,
		  unsigned int domid, bool no_translate)
{
	struct mmu_update updates[REMAP_BATCH];
	struct remap_data rmd = {
		.frame = pfn,
		.contiguous = !err_ptr,
		.no_translate = no_translate,
		.prot = prot,
	};
	struct mmuext_op flush = { .cmd = MMUEXT_TLB_FLUSH_ALL };
	int mapped = 0, err = 0;

	BUG_ON((vma->vm_flags & (VM_PFNMAP | VM_IO)) != (VM_PFNMAP | VM_IO));

	while (nr && !err) {
		int batch = min(REMAP_BATCH, nr), i = 0;

		rmd.u = updates;
		err = apply_to_page_range(vma->vm_mm, addr,
					  (unsigned long)batch << PAGE_SHIFT,
					  remap_one, &rmd);

		while (!err && i < batch) {
			int done = 0, rc, j;

			rc = HYPERVISOR_mmu_update(&updates[i], batch - i,
						   &done, domid);
			for (j = i; err_ptr && j < i + done; j++)
				err_ptr[j] = 0;
			mapped += done;
			i += done;

			if (rc >= 0)
				continue;
			/* Tell about the one that failed and go on behind it. */
			if (err_ptr)
				err_ptr[i++] = rc;
			else
				err = rc;
		}

		nr -= batch;
		addr += (unsigned long)batch << PAGE_SHIFT;
		if (err_ptr)
			err_ptr += batch;
		cond_resched();
	}

	HYPERVISOR_mmuext_op(&flush, 1, NULL, DOMID_SELF);

	return err ?: mapped;
}
EXPORT_SYMBOL_GPL(xen_remap_pfn);
