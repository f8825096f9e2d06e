/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PAE page tables in two worlds.
 */
#ifndef _ASM_MACH_PGTABLE_H
#define _ASM_MACH_PGTABLE_H

/**
 * SHARED_KERNEL_PMD - is there one kernel PMD page for all address spaces?
 *
 * Unless PTI needs its own or the hypervisor does: Xen lets one top-level table
 * alone use a given page in its last slot, since it puts its own mappings into it.
 */
#define SHARED_KERNEL_PMD	(!static_cpu_has(X86_FEATURE_PTI) && \
				 !static_cpu_has(X86_FEATURE_XENPV))

#ifndef __ASSEMBLY__
#include <linux/types.h>

/*
 * Protection bits on their way through vm_get_page_prot(): wide enough for
 * NX. The base's unsigned long loses it, and with it NX for all of user space.
 */
#define mach_pgprotval_t	mach_pgprotval_t
typedef u64 mach_pgprotval_t;
#endif

#include <mach-default/asm/mach_pgtable.h>

#endif /* _ASM_MACH_PGTABLE_H */
