/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How entries of page tables change, on bare metal and under Xen.
 */
#ifndef _ASM_MACH_PTE_H
#define _ASM_MACH_PTE_H

struct mm_struct;
struct vm_area_struct;

/* mmu.c */
pte_t xen_ptep_get_and_clear(pte_t *ptep);
bool xen_ptep_set_wrprotect(pte_t *ptep);
bool xen_ptep_clear_flush(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
			  pte_t *pte);
void xen_modify_prot_commit(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
			    pte_t pte);
bool xen_flush_tlb_range(unsigned long start, unsigned long end, unsigned int shift);

#define mach_ptep_get_and_clear(ptep)					\
	(cpu_feature_enabled(X86_FEATURE_XENPV) ?			\
	 xen_ptep_get_and_clear(ptep) : native_ptep_get_and_clear(ptep))

#define mach_ptep_set_wrprotect(ptep)					\
	(cpu_feature_enabled(X86_FEATURE_XENPV) &&			\
	 xen_ptep_set_wrprotect(ptep))

#define arch_ptep_clear_flush(mm, addr, ptep, pte)			\
	(cpu_feature_enabled(X86_FEATURE_XENPV) &&			\
	 xen_ptep_clear_flush(mm, addr, ptep, pte))

/*
 * A new protection. Under Xen the entry stays until the commit, which keeps accessed and
 * dirty bits that a CPU sets meanwhile. Calls by paravirt operation would be indirect:
 * they have four arguments.
 */
#define __HAVE_ARCH_PTEP_MODIFY_PROT_TRANSACTION
#define ptep_modify_prot_start(vma, addr, ptep)				\
	(cpu_feature_enabled(X86_FEATURE_XENPV) ?			\
	 ptep_get(ptep) : ptep_get_and_clear((vma)->vm_mm, addr, ptep))

#define ptep_modify_prot_commit(vma, addr, ptep, old_pte, pte)		\
do {									\
	if (cpu_feature_enabled(X86_FEATURE_XENPV))			\
		xen_modify_prot_commit(vma, addr, ptep, pte);		\
	else								\
		set_pte_at((vma)->vm_mm, addr, ptep, pte);		\
} while (0)

#define mach_flush_tlb_range(start, end, shift)				\
	(cpu_feature_enabled(X86_FEATURE_XENPV) &&			\
	 xen_flush_tlb_range(start, end, shift))

/* A batch of hypercalls under Xen, nothing on bare metal */
#define arch_start_map_pages()	arch_enter_lazy_mmu_mode()
#define arch_end_map_pages()	arch_leave_lazy_mmu_mode()

/*
 * An entry that is present before and after keeps its frame, so the frame's number can
 * stay the machine's. A special entry may have a frame of another domain. Xen would
 * refuse to set such an entry; conversion makes it not present, as on 64-bit.
 */
static inline bool mach_pte_keeps_frame(pteval_t old, pteval_t new)
{
	return (old & (_PAGE_PRESENT | _PAGE_SPECIAL)) == _PAGE_PRESENT &&
	       (new & _PAGE_PRESENT);
}

#define mach_pte_val_to_modify	mach_pte_val_to_modify
static inline pteval_t mach_pte_val_to_modify(pte_t pte, pgprot_t newprot)
{
	if (mach_pte_keeps_frame(native_pte_val(pte), pgprot_val(newprot)))
		return native_pte_val(pte);

	return pte_val(pte);
}

static inline pte_t mach_make_modified_pte(pteval_t val, pteval_t oldval)
{
	if (mach_pte_keeps_frame(oldval, val))
		return native_make_pte(val);

	return __pte(val);
}

/* If only one is present, the caller needs to flush anyway. */
#define mach_pte_same_frame	mach_pte_same_frame
static inline bool mach_pte_same_frame(pte_t a, pte_t b)
{
	return !((native_pte_val(a) ^ native_pte_val(b)) & PTE_PFN_MASK);
}

#include <mach-default/asm/mach_pte.h>

#endif /* _ASM_MACH_PTE_H */
