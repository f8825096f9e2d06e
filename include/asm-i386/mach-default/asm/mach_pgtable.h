/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PAE page tables of a plain kernel.
 */
#ifndef _ASM_MACH_DEFAULT_PGTABLE_H
#define _ASM_MACH_DEFAULT_PGTABLE_H

/* One kernel PMD page for all address spaces, unless PTI needs its own. */
#ifndef SHARED_KERNEL_PMD
#define SHARED_KERNEL_PMD	(!static_cpu_has(X86_FEATURE_PTI))
#endif

/* PMD pages that pgd_alloc() allocates for an address space. */
#ifndef MACH_PREALLOCATED_PMDS
#define MACH_PREALLOCATED_PMDS	UNSHARED_PTRS_PER_PGD
#endif

/* Type of the protection bits on their way through vm_get_page_prot(). */
#ifndef __ASSEMBLY__
#ifndef mach_pgprotval_t
typedef unsigned long mach_pgprotval_t;
#endif
#endif

#endif /* _ASM_MACH_DEFAULT_PGTABLE_H */
