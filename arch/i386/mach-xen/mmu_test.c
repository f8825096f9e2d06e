// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of entries of page tables: what conversion between the guest's frames and
 * the machine's makes of them, batches that overflow, contiguous regions, the slots of top
 * levels, and the arithmetic of the hypervisor's hole.
 *
 * On bare metal both kinds of frames are the same. What needs Xen is skipped there.
 */
#include <kunit/test.h>

#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/vmalloc.h>

#include <xen/swiotlb-xen.h>

#include <asm/fixmap.h>
#include <asm/mach_layout.h>
#include <asm/tlbflush.h>
#include <asm/xen/page.h>

#include "mach-xen.h"
#include "test.h"

#define ALL_FLAGS	(PTE_FLAGS_MASK & ~(pteval_t)_PAGE_PRESENT)

static unsigned long frame_in(pte_t pte)
{
	return (native_pte_val(pte) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/* All memory, there and back */
static void frames_of_memory(struct kunit *test)
{
	unsigned long pfn, seen = 0, wrong = 0;

	for (pfn = 0; pfn < max_pfn; pfn++) {
		unsigned long mfn = __pfn_to_mfn(pfn);
		pte_t pte;

		if (mfn == INVALID_P2M_ENTRY || (mfn & FOREIGN_FRAME_BIT))
			continue;
		mfn &= ~IDENTITY_FRAME_BIT;
		pte = pfn_pte(pfn, PAGE_KERNEL);
		seen++;
		if (frame_in(pte) != mfn || pte_pfn(pte) != pfn)
			wrong++;
	}
	KUNIT_EXPECT_GT(test, seen, max_pfn / 2);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Conversion touches the frame only. */
static void flags_survive(struct kunit *test)
{
	unsigned long pfn = max_low_pfn / 2;
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		pteval_t flag = BIT_ULL(bit) & ALL_FLAGS;
		pteval_t val = ((pteval_t)pfn << PAGE_SHIFT) | _PAGE_PRESENT | flag;

		KUNIT_EXPECT_EQ(test, pte_val(__pte(val)), val);
		KUNIT_EXPECT_EQ(test, native_pte_val(__pte(val)) & PTE_FLAGS_MASK,
				_PAGE_PRESENT | flag);
	}
}

/* Swap entries and the like hold no frame. */
static void not_present(struct kunit *test)
{
	unsigned int bit;

	for (bit = 1; bit < 64; bit++) {
		pteval_t val = BIT_ULL(bit) | BIT_ULL(63 - bit);

		val &= ~(pteval_t)_PAGE_PRESENT;
		KUNIT_EXPECT_EQ(test, native_pte_val(__pte(val)), val);
		KUNIT_EXPECT_EQ(test, pte_val(native_make_pte(val)), val);
	}
}

/* As if the balloon had taken the page: an entry for it is empty. */
static void ballooned_frame(struct kunit *test)
{
	struct page *page;
	unsigned long pfn, mfn;
	pte_t pte;

	xen_test_needs_pv(test);
	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	pfn = page_to_pfn(page);
	mfn = __pfn_to_mfn(pfn);

	__set_phys_to_machine(pfn, INVALID_P2M_ENTRY);
	pte = pfn_pte(pfn, PAGE_KERNEL);
	__set_phys_to_machine(pfn, mfn);

	KUNIT_EXPECT_EQ(test, native_pte_val(pte), 0);
	KUNIT_EXPECT_EQ(test, frame_in(pfn_pte(pfn, PAGE_KERNEL)), mfn);
	__free_page(page);
}

/* A machine frame of somebody else's, with a number that is also one of our pfns */
static unsigned long others_frame(void)
{
	unsigned long mfn;

	for (mfn = 1; mfn < max_pfn; mfn++) {
		if (mfn_to_pfn(mfn) == ~0UL)
			return mfn;
	}

	return 0;
}

/* A page of another domain, as gntdev maps it */
static void foreign_frame(struct kunit *test)
{
	unsigned long pfn, mfn, foreign;
	struct page *page;
	pte_t pte;

	xen_test_needs_pv(test);
	foreign = others_frame();
	if (!foreign)
		kunit_skip(test, "all low machine frames are ours");
	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	pfn = page_to_pfn(page);
	mfn = __pfn_to_mfn(pfn);

	__set_phys_to_machine(pfn, FOREIGN_FRAME(foreign));
	pte = pfn_pte(pfn, PAGE_KERNEL);
	__set_phys_to_machine(pfn, mfn);

	/* The mark does not get into the entry, which has no struct page. */
	KUNIT_EXPECT_EQ(test, frame_in(pte), foreign);
	KUNIT_EXPECT_EQ(test, pte_val(pte) & _PAGE_PRESENT, 0);
	KUNIT_EXPECT_EQ(test, bfn_to_local_pfn(foreign), ~0UL);

	/* A new protection for it: as a special entry it becomes not present. */
	pte = mfn_pte(foreign, __pgprot(_PAGE_PRESENT | _PAGE_SPECIAL));
	KUNIT_EXPECT_EQ(test, native_pte_val(pte_modify(pte, PAGE_READONLY)) & _PAGE_PRESENT, 0);
	__free_page(page);
}

/* Devices: behind all memory, frames are the machine's. */
static void identity_frame(struct kunit *test)
{
	static const unsigned long pfns[] = { 0xfee00, 0xfec00, 0x100000, 0xffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pfns); i++) {
		pte_t pte = pfn_pte(pfns[i], PAGE_KERNEL_NOCACHE);

		if (pfns[i] < max_pfn)
			continue;
		KUNIT_EXPECT_EQ(test, frame_in(pte), pfns[i]);
		KUNIT_EXPECT_EQ(test, pte_pfn(pte), pfns[i]);
	}
}

/* mach_pte.h: present before and after, and not special */
static void keeps_frame(struct kunit *test)
{
	const pteval_t p = _PAGE_PRESENT, s = _PAGE_SPECIAL;

	KUNIT_EXPECT_TRUE(test, mach_pte_keeps_frame(p, p));
	KUNIT_EXPECT_TRUE(test, mach_pte_keeps_frame(p, p | s));
	KUNIT_EXPECT_FALSE(test, mach_pte_keeps_frame(p, 0));
	KUNIT_EXPECT_FALSE(test, mach_pte_keeps_frame(p, s));
	KUNIT_EXPECT_FALSE(test, mach_pte_keeps_frame(p | s, p));
	KUNIT_EXPECT_FALSE(test, mach_pte_keeps_frame(0, p));
	KUNIT_EXPECT_FALSE(test, mach_pte_keeps_frame(s, p));
	KUNIT_EXPECT_FALSE(test, mach_pte_keeps_frame(0, 0));
}

/* mprotect(): to each protection and back, also through one that is not present */
static void modify(struct kunit *test)
{
	const pgprot_t prots[] = { PAGE_NONE, PAGE_READONLY, PAGE_SHARED, PAGE_COPY_EXEC };
	unsigned long pfn = max_low_pfn / 2;
	unsigned int from, to;

	for (from = 0; from < ARRAY_SIZE(prots); from++) {
		for (to = 0; to < ARRAY_SIZE(prots); to++) {
			pte_t old = pfn_pte(pfn, prots[from]);
			pte_t new = pte_modify(old, prots[to]);

			KUNIT_EXPECT_EQ(test, pte_pfn(new), pfn);
			KUNIT_EXPECT_EQ(test, pte_flags(new) & _PAGE_PRESENT,
					pgprot_val(prots[to]) & _PAGE_PRESENT);
			if (pgprot_val(prots[to]) & _PAGE_PRESENT)
				KUNIT_EXPECT_EQ(test, frame_in(new), pfn_to_mfn(pfn));
			KUNIT_EXPECT_EQ(test, native_pte_val(pte_modify(new, prots[from])),
					native_pte_val(old));
		}
	}
}

#define BATCH_PAGES	200

static pte_t *entry_of(unsigned long *mem, unsigned int page)
{
	unsigned int level;

	return lookup_address((unsigned long)mem + page * PAGE_SIZE, &level);
}

/*
 * Some batches of 32 hypercalls, and more entries than one hypercall has room for: all
 * must be changed in the end, with nothing lost of what they were.
 */
static void batch_overflows(struct kunit *test)
{
	unsigned int i, refused = 0, lost = 0, left = 0, wrong = 0;
	static pte_t was[BATCH_PAGES];
	unsigned long *mem, *p;

	xen_test_needs_pv(test);
	mem = vmalloc(BATCH_PAGES * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, mem);
	for (i = 0; i < BATCH_PAGES; i++)
		mem[i * PAGE_SIZE / sizeof(*mem)] = ~i;

	/* No expectation in here: one that is not met allocates memory. */
	preempt_disable();
	arch_enter_lazy_mmu_mode();
	for (i = 0; i < BATCH_PAGES; i++) {
		was[i] = *entry_of(mem, i);
		refused += !xen_ptep_set_wrprotect(entry_of(mem, i));
	}
	arch_leave_lazy_mmu_mode();

	for (i = 0; i < BATCH_PAGES; i++) {
		lost += pte_write(*entry_of(mem, i));
		lost += pte_dirty(*entry_of(mem, i)) != pte_dirty(was[i]);
		lost += pte_young(*entry_of(mem, i)) != pte_young(was[i]);
		lost += frame_in(*entry_of(mem, i)) != frame_in(was[i]);
	}

	/* Now that they cannot become dirty, hypercalls clear them. */
	arch_enter_lazy_mmu_mode();
	for (i = 0; i < BATCH_PAGES; i++)
		left += pte_write(xen_ptep_get_and_clear(entry_of(mem, i)));
	arch_leave_lazy_mmu_mode();
	for (i = 0; i < BATCH_PAGES; i++)
		left += native_pte_val(*entry_of(mem, i)) != 0;

	arch_enter_lazy_mmu_mode();
	for (i = 0; i < BATCH_PAGES; i++)
		set_pte(entry_of(mem, i), was[i]);
	arch_leave_lazy_mmu_mode();
	preempt_enable();
	flush_tlb_kernel_range((unsigned long)mem, (unsigned long)mem + BATCH_PAGES * PAGE_SIZE);

	for (i = 0; i < BATCH_PAGES; i++) {
		p = &mem[i * PAGE_SIZE / sizeof(*mem)];
		wrong += *p != ~i;
		*p = i;
	}
	vfree(mem);

	KUNIT_EXPECT_EQ(test, refused, 0);
	KUNIT_EXPECT_EQ(test, lost, 0);
	KUNIT_EXPECT_EQ(test, left, 0);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* What is wrong with the frames of a region, and with its memory? */
static unsigned int region_faults(struct page *page, unsigned int n, unsigned long first)
{
	unsigned long i, pfn = page_to_pfn(page);
	unsigned long *mem = page_address(page);
	unsigned int wrong = 0;

	for (i = 0; i < n; i++) {
		unsigned long *word = &mem[i * PAGE_SIZE / sizeof(*mem)];

		if (first != ~0UL)
			wrong += pfn_to_mfn(pfn + i) != first + i;
		wrong += mfn_to_pfn(pfn_to_mfn(pfn + i)) != pfn + i;
		/* The exchange zeroes all memory. */
		wrong += *word != 0;
		*word = i + 1;
		wrong += *word != i + 1;
	}

	return wrong;
}

/* Memory that is contiguous for a device, up to the 2 MiB that Xen exchanges at once */
static void contiguous_regions(struct kunit *test)
{
	static const unsigned int orders[] = { 0, 1, 5, 9 };
	unsigned int o;

	xen_test_needs_pv(test);
	if (!xen_initial_domain())
		kunit_skip(test, "no initial domain");

	for (o = 0; o < ARRAY_SIZE(orders); o++) {
		const unsigned int order = orders[o], n = 1U << order;
		struct page *page = alloc_pages(GFP_KERNEL, order);
		phys_addr_t phys;
		dma_addr_t dma = 0;

		KUNIT_ASSERT_NOT_NULL(test, page);
		phys = page_to_phys(page);
		KUNIT_EXPECT_EQ(test, 0, xen_create_contiguous_region(phys, order, 32, &dma));
		KUNIT_EXPECT_EQ(test, dma, PFN_PHYS((phys_addr_t)pfn_to_mfn(page_to_pfn(page))));
		KUNIT_EXPECT_EQ(test, 0, region_faults(page, n, PFN_DOWN(dma)));

		xen_destroy_contiguous_region(phys, order);
		KUNIT_EXPECT_EQ(test, 0, region_faults(page, n, ~0UL));
		__free_pages(page, order);
	}
}

/* The hole is the end of the address space, behind all that the kernel maps. */
static void hypervisor_hole(struct kunit *test)
{
	const unsigned long start = mach_hypervisor_start;

	KUNIT_EXPECT_EQ(test, start + MACH_HYPERVISOR_HOLE, 0);
	KUNIT_EXPECT_EQ(test, !start, !xen_pv_domain());
	/* without a hole the end is 0 - 1 */
	KUNIT_EXPECT_LT(test, FIXADDR_TOP, start - 1);
	KUNIT_EXPECT_LT(test, VMALLOC_END, FIXADDR_START);
	if (start)
		KUNIT_EXPECT_GE(test, start, MACH_XEN_HV_START);
}

/*
 * A slot of mm->pgd has a pfn: its upper half is 0, whatever the machine's frame is, so two
 * loads cannot see two values.
 */
static void slots_of_user_space(struct kunit *test)
{
	unsigned long addr = 0x40000000;
	struct mm_struct *mm;
	pud_t *pud;
	pmd_t *pmd;

	xen_test_needs_pv(test);
	mm = mm_alloc();
	KUNIT_ASSERT_NOT_NULL(test, mm);
	pud = pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr);
	KUNIT_EXPECT_TRUE(test, pud_none(*pud));
	pmd = pmd_alloc(mm, pud, addr);
	KUNIT_ASSERT_NOT_NULL(test, pmd);

	KUNIT_EXPECT_EQ(test, native_pud_val(*pud) >> PAGE_SHIFT, PFN_DOWN(__pa(pmd)));
	KUNIT_EXPECT_PTR_EQ(test, pud_pgtable(*pud), pmd);
	KUNIT_EXPECT_TRUE(test, pud_present(*pud));
	KUNIT_EXPECT_FALSE(test, pud_bad(*pud));

	pud_clear(pud);
	KUNIT_EXPECT_TRUE(test, pud_none(*pud));
	pmd_free(mm, pmd);
	mm_dec_nr_pmds(mm);
	mmput(mm);
}

static void direct_map(struct kunit *test)
{
	void *v = vmalloc(1);

	KUNIT_EXPECT_TRUE(test, mach_pfn_is_lowmem(max_low_pfn - 1));
	KUNIT_EXPECT_FALSE(test, mach_pfn_is_lowmem(max_low_pfn));
	KUNIT_EXPECT_TRUE(test, mach_virt_is_direct((void *)PAGE_OFFSET));
	KUNIT_EXPECT_TRUE(test, mach_virt_is_direct(high_memory - 1));
	KUNIT_EXPECT_FALSE(test, mach_virt_is_direct((void *)PAGE_OFFSET - 1));
	KUNIT_EXPECT_FALSE(test, mach_virt_is_direct(high_memory));
	KUNIT_EXPECT_FALSE(test, mach_virt_is_direct(v));
	KUNIT_EXPECT_FALSE(test, mach_virt_is_direct((void *)FIXADDR_START));
	vfree(v);
}

static struct kunit_case mmu_cases[] = {
	KUNIT_CASE(frames_of_memory),
	KUNIT_CASE(flags_survive),
	KUNIT_CASE(not_present),
	KUNIT_CASE(ballooned_frame),
	KUNIT_CASE(foreign_frame),
	KUNIT_CASE(identity_frame),
	KUNIT_CASE(keeps_frame),
	KUNIT_CASE(modify),
	KUNIT_CASE(batch_overflows),
	KUNIT_CASE(contiguous_regions),
	KUNIT_CASE(hypervisor_hole),
	KUNIT_CASE(slots_of_user_space),
	KUNIT_CASE(direct_map),
	{ }
};

static struct kunit_suite mmu_suite = {
	.name = "mach-xen-mmu",
	.test_cases = mmu_cases,
};

kunit_test_suite(mmu_suite);
