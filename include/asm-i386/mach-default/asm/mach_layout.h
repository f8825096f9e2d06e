/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The address space of a plain kernel: link addresses are physical addresses
 * plus __START_KERNEL_map, and the kernel has the top of the address space.
 */
#ifndef _ASM_MACH_DEFAULT_LAYOUT_H
#define _ASM_MACH_DEFAULT_LAYOUT_H

/* The linker script takes this off a virtual address to get p_paddr. */
#ifndef LOAD_OFFSET
#define LOAD_OFFSET		__START_KERNEL_map
#endif

/* Top of the fixmap before the kernel has learnt of a hypervisor's hole. */
#ifndef MACH_FIXADDR_TOP
#define MACH_FIXADDR_TOP	0xfffff000
#endif

/* Limit for the memory that a Xen PV guest uses, in bytes */
#ifndef MACH_PV_MAXMEM
#define MACH_PV_MAXMEM		MAXMEM
#endif

/* Is a page of memory in the direct map? */
#ifndef mach_pfn_is_lowmem
#define mach_pfn_is_lowmem(pfn)	true
#endif

/* Is a kernel address in the direct map? */
#ifndef mach_virt_is_direct
#define mach_virt_is_direct(vaddr)	virt_addr_valid(vaddr)
#endif

#endif /* _ASM_MACH_DEFAULT_LAYOUT_H */
