/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a plain kernel changes entries of page tables.
 */
#ifndef _ASM_MACH_DEFAULT_PTE_H
#define _ASM_MACH_DEFAULT_PTE_H

/* The value of an entry that gets a new protection, and back: see pte_modify(). */
#ifndef mach_pte_val_to_modify
#define mach_pte_val_to_modify(pte, newprot)	pte_val(pte)
#define mach_make_modified_pte(val, oldval)	__pte(val)
#endif

/* Do two entries have the same frame? The first is present. */
#ifndef mach_pte_same_frame
#define mach_pte_same_frame(a, b)		(pte_pfn(a) == pte_pfn(b))
#endif

#ifndef mach_ptep_get_and_clear
#define mach_ptep_get_and_clear(ptep)		native_ptep_get_and_clear(ptep)
#endif

/* true: the subarch has taken the right to write from the entry */
#ifndef mach_ptep_set_wrprotect
#define mach_ptep_set_wrprotect(ptep)		false
#endif

/* true: the subarch has flushed the pages from this CPU's TLB */
#ifndef mach_flush_tlb_range
#define mach_flush_tlb_range(start, end, shift)	false
#endif

#endif /* _ASM_MACH_DEFAULT_PTE_H */
