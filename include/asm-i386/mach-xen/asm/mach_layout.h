/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The address space of one image on bare metal and under Xen.
 *
 * With the default LOAD_OFFSET the ELF headers have physical addresses. A traditional
 * boot loader puts the image at p_paddr. A Xen loader puts it at
 * p_paddr - MACH_XEN_PADDR_OFFSET + MACH_XEN_VIRT_BASE, and finds both numbers in the
 * Xen notes. The ABI is in include/xen/interface/elfnote.h.
 */
#ifndef _ASM_MACH_LAYOUT_H
#define _ASM_MACH_LAYOUT_H

/**
 * MACH_XEN_VIRT_BASE - where a Xen loader puts guest-physical address 0
 *
 * XEN_ELFNOTE_VIRT_BASE, and VIRT_BASE of the section __xen_guest.
 */
#define MACH_XEN_VIRT_BASE	__PAGE_OFFSET

/**
 * MACH_XEN_PADDR_OFFSET - p_paddr of guest-physical address 0
 *
 * XEN_ELFNOTE_PADDR_OFFSET: p_paddr is physical already.
 */
#define MACH_XEN_PADDR_OFFSET	0

/**
 * MACH_XEN_HV_START - lowest start of the hypervisor's hole that the image supports
 *
 * XEN_ELFNOTE_HV_START_LOW. A 64-bit hypervisor's hole starts here
 * (__MACH2PHYS_VIRT_START). In an initial domain it starts at a higher address if the
 * host has less than some 160 GiB.
 */
#define MACH_XEN_HV_START	0xf5800000

/**
 * MACH_PV_MAXMEM - limit for the memory that a Xen PV guest uses, in bytes
 *
 * With more memory the struct pages would not fit into lowmem.
 */
#define MACH_PV_MAXMEM		(16ULL << 30)

#ifndef __ASSEMBLY__
/*
 * Start of the hypervisor's hole in the address space, as found at boot; 0 if
 * there is none (bare metal, PVH).
 */
extern unsigned long mach_hypervisor_start;

/**
 * MACH_HYPERVISOR_HOLE - size of the hypervisor's hole, in bytes
 */
#define MACH_HYPERVISOR_HOLE	(0 - mach_hypervisor_start)
#endif

/**
 * mach_pfn_is_lowmem - is a page of memory in the direct map?
 * @pfn:	guest-physical frame number
 */
#define mach_pfn_is_lowmem(pfn)	((pfn) < max_low_pfn)

/**
 * mach_virt_is_direct - is an address in the direct map?
 * @vaddr:	a kernel address
 *
 * virt_addr_valid() is not enough: it may return true for the cpu_entry_area, if memory
 * exists at the physical address that __pa() makes of it.
 */
#define mach_virt_is_direct(vaddr)					\
	((vaddr) >= (void *)PAGE_OFFSET && (vaddr) < high_memory)

#include <mach-default/asm/mach_layout.h>

#endif /* _ASM_MACH_LAYOUT_H */
