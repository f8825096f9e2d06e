/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The address space of one image in two worlds.
 *
 * The ELF headers carry physical addresses, so a traditional boot loader puts
 * the image where p_paddr says. A Xen loader puts it at
 * p_paddr - MACH_XEN_PADDR_OFFSET + MACH_XEN_VIRT_BASE and finds both numbers
 * in the Xen notes; the ABI is in include/xen/interface/elfnote.h.
 */
#ifndef _ASM_MACH_LAYOUT_H
#define _ASM_MACH_LAYOUT_H

/* What the linker script takes off a virtual address to get p_paddr. */
#define LOAD_OFFSET		__START_KERNEL_map

/* Where a Xen loader puts guest-physical address 0. */
#define MACH_XEN_VIRT_BASE	__PAGE_OFFSET

/* What p_paddr has for guest-physical address 0: it is physical already. */
#define MACH_XEN_PADDR_OFFSET	0

/*
 * Lowest start of the hypervisor's hole that the image copes with. A guest
 * of a 64-bit hypervisor finds it here (__MACH2PHYS_VIRT_START); only a real
 * initial domain on a small host gets a later one.
 */
#define MACH_XEN_HV_START	0xf5800000

/* Top of the fixmap before anything was learnt at boot: no hole. */
#define MACH_FIXADDR_TOP	0xfffff000

/* Most memory a Xen PV guest takes over, in bytes: what PAE lowmem can map. */
#define MACH_PV_MAXMEM		(16ULL << 30)

#ifndef __ASSEMBLY__
/*
 * Start of the hypervisor's hole in the address space as learnt at boot,
 * 0 where there is none (bare metal, PVH).
 */
extern unsigned long mach_hypervisor_start;

/* Bytes at the top of the address space that are not the kernel's. */
#define MACH_HYPERVISOR_HOLE	(0 - mach_hypervisor_start)
#endif

/* Is a page of memory in the direct map? */
#define mach_pfn_is_lowmem(pfn)	((pfn) < max_low_pfn)

#endif /* _ASM_MACH_LAYOUT_H */
