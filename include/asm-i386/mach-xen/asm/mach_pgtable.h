/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PAE page tables on bare metal and under Xen.
 */
#ifndef _ASM_MACH_PGTABLE_H
#define _ASM_MACH_PGTABLE_H

/**
 * SHARED_KERNEL_PMD - is there one kernel PMD page for all address spaces?
 *
 * Not with PTI, and not under Xen. Xen puts its own mappings into the page of the last
 * slot, and allows each such page in one top-level table only.
 */
#define SHARED_KERNEL_PMD	(!static_cpu_has(X86_FEATURE_PTI) && \
				 !static_cpu_has(X86_FEATURE_XENPV))

/**
 * MACH_PREALLOCATED_PMDS - number of PMD pages that pgd_alloc() allocates
 *
 * On bare metal all address spaces share the kernel's PMD page, unless PTI needs one for
 * each.
 *
 * Under Xen the kernel's PMD page comes from xen_pgd_alloc(), and a fault allocates those of
 * user space. Most processes have nothing in the second GiB, and an empty page takes Xen as
 * long as any other, at each fork() and exec().
 */
#define MACH_PREALLOCATED_PMDS	(static_cpu_has(X86_FEATURE_PTI) ? PTRS_PER_PGD : \
				 static_cpu_has(X86_FEATURE_XENPV) ? 0 : \
				 KERNEL_PGD_BOUNDARY)

#ifndef __ASSEMBLY__
#include <linux/types.h>

/*
 * Protection bits in vm_get_page_prot(): wide enough for NX. The base's unsigned long
 * cuts off NX, so all of user space would be executable.
 */
#define mach_pgprotval_t	mach_pgprotval_t
typedef u64 mach_pgprotval_t;
#endif

#include <mach-default/asm/mach_pgtable.h>

#endif /* _ASM_MACH_PGTABLE_H */
