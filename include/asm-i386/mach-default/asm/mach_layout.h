/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The address space of a plain kernel: link addresses are physical addresses
 * plus __START_KERNEL_map, and nobody else lives at the top.
 */
#ifndef _ASM_MACH_LAYOUT_H
#define _ASM_MACH_LAYOUT_H

/* What the linker script takes off a virtual address to get p_paddr. */
#define LOAD_OFFSET		__START_KERNEL_map

/* Top of the fixmap before anything was learnt at boot. */
#define MACH_FIXADDR_TOP	0xfffff000

/* Most memory a Xen PV guest takes over, in bytes. */
#define MACH_PV_MAXMEM		MAXMEM

/* Is a page of memory in the direct map? */
#define mach_pfn_is_lowmem(pfn)	true

/* Is an address of the kernel in the direct map? */
#define mach_virt_is_direct(vaddr)	virt_addr_valid(vaddr)

#endif /* _ASM_MACH_LAYOUT_H */
