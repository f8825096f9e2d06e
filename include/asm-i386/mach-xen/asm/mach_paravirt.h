/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PAE page table accessors by paravirt operation, the 32-bit counterpart of
 * those in asm/paravirt.h and included from there.
 *
 * An entry has 64 bits. With regparm(3) it is in %edx:%eax if it is the only argument
 * or the result, and in %ecx:%edx if a pointer in %eax comes first. On bare metal,
 * patching removes the conversions. It replaces set_pte(), pte_clear() and pmd_clear()
 * by the two moves of native_set_pte() or native_pte_clear(), and the others by direct
 * calls of native functions. Each function does the same as the one with that name in
 * asm/paravirt.h or asm/pgtable-3level.h.
 */
#ifndef _ASM_MACH_PARAVIRT_H
#define _ASM_MACH_PARAVIRT_H

/*
 * Conversion between the value the kernel works with and the one in the
 * table. No side effects, so the compiler may drop or merge it.
 */
#define PVOP_CONVERT64(op, val)						\
({									\
	u64 __val = (val);						\
	PVOP_TEST_NULL(op);						\
	asm(ALTERNATIVE_2(PARAVIRT_CALL, ALT_CALL_INSTR,		\
			  ALT_CALL_ALWAYS, "", ALT_NOT_XEN)		\
	    : "+A" (__val), ASM_CALL_CONSTRAINT				\
	    : paravirt_ptr(op.func)					\
	    : "cc");							\
	__val;								\
})

/* Store of a table entry; @native replaces the call on bare metal. */
#define PVOP_STORE64(op, ptr, val, native)				\
({									\
	u64 __val = (val);						\
	__PVOP_ALT_VCALL(op, native, ALT_NOT_XEN,			\
			 PVOP_CALL_ARG1(ptr),				\
			 PVOP_CALL_ARG2((u32)__val),			\
			 PVOP_CALL_ARG3((u32)(__val >> 32)));		\
})

/* The half with the present bit is written last when it is set ... */
#define PV_STORE_ENTRY	"movl %%ecx, 4(%%eax); movl %%edx, (%%eax)"
/* ... and first when it is cleared. */
#define PV_CLEAR_ENTRY	"movl %%edx, (%%eax); movl %%ecx, 4(%%eax)"

static inline pte_t __pte(pteval_t val)
{
	return (pte_t) { .pte = PVOP_CONVERT64(mmu.make_pte, val) };
}

static inline pteval_t pte_val(pte_t pte)
{
	return PVOP_CONVERT64(mmu.pte_val, pte.pte);
}

static inline pmd_t __pmd(pmdval_t val)
{
	return (pmd_t) { .pmd = PVOP_CONVERT64(mmu.make_pmd, val) };
}

static inline pmdval_t pmd_val(pmd_t pmd)
{
	return PVOP_CONVERT64(mmu.pmd_val, pmd.pmd);
}

static inline pgd_t __pgd(pgdval_t val)
{
	return (pgd_t) { PVOP_CONVERT64(mmu.make_pgd, val) };
}

static inline pgdval_t pgd_val(pgd_t pgd)
{
	return PVOP_CONVERT64(mmu.pgd_val, pgd.pgd);
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	PVOP_STORE64(mmu.set_pte, ptep, pte.pte, PV_STORE_ENTRY);
}

static inline void set_pte_atomic(pte_t *ptep, pte_t pte)
{
	PVOP_VCALL3(mmu.set_pte_atomic, ptep, pte.pte_low, pte.pte_high);
}

static inline void pte_clear(struct mm_struct *mm, unsigned long addr,
			     pte_t *ptep)
{
	PVOP_STORE64(mmu.set_pte, ptep, 0, PV_CLEAR_ENTRY);
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	PVOP_VCALL3(mmu.set_pmd, pmdp, pmd.pmd_low, pmd.pmd_high);
}

static inline void pmd_clear(pmd_t *pmdp)
{
	PVOP_STORE64(mmu.set_pmd, pmdp, 0, PV_CLEAR_ENTRY);
}

static inline void set_pud(pud_t *pudp, pud_t pud)
{
	u64 val = native_pud_val(pud);

	PVOP_VCALL3(mmu.set_pud, pudp, (u32)val, (u32)(val >> 32));
}

#endif /* _ASM_MACH_PARAVIRT_H */
