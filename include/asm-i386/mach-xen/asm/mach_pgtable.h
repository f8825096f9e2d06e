/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PAE page tables in two worlds.
 */
#ifndef _ASM_MACH_PGTABLE_H
#define _ASM_MACH_PGTABLE_H

/*
 * One kernel PMD page for all address spaces, unless PTI needs its own or the
 * hypervisor does: Xen lets one top-level table alone use a given page in its
 * last slot, since it puts its own mappings into it.
 */
#define SHARED_KERNEL_PMD	(!static_cpu_has(X86_FEATURE_PTI) && \
				 !static_cpu_has(X86_FEATURE_XENPV))

#endif /* _ASM_MACH_PGTABLE_H */
