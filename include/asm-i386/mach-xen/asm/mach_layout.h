/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The address space of one image in two worlds.
 *
 * The ELF headers carry physical addresses, by the default LOAD_OFFSET, so a
 * traditional boot loader puts the image where p_paddr says. A Xen loader puts it at
 * p_paddr - MACH_XEN_PADDR_OFFSET + MACH_XEN_VIRT_BASE and finds both numbers
 * in the Xen notes; the ABI is in include/xen/interface/elfnote.h.
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
 * MACH_XEN_PADDR_OFFSET - what p_paddr has for guest-physical address 0
 *
 * XEN_ELFNOTE_PADDR_OFFSET: p_paddr is physical already.
 */
#define MACH_XEN_PADDR_OFFSET	0

/**
 * MACH_XEN_HV_START - lowest start of the hypervisor's hole the image copes with
 *
 * XEN_ELFNOTE_HV_START_LOW. A guest of a 64-bit hypervisor finds it here
 * (__MACH2PHYS_VIRT_START); only an initial domain gets a later one, where the
 * host has less than some 160 GiB.
 */
#define MACH_XEN_HV_START	0xf5800000

/**
 * MACH_PV_MAXMEM - most memory a Xen PV guest takes over, in bytes
 *
 * The page structures of more would not fit into what PAE lowmem can map.
 */
#define MACH_PV_MAXMEM		(16ULL << 30)

#ifndef __ASSEMBLY__
/*
 * Start of the hypervisor's hole in the address space as learnt at boot,
 * 0 where there is none (bare metal, PVH).
 */
extern unsigned long mach_hypervisor_start;

/**
 * MACH_HYPERVISOR_HOLE - bytes at the top of the address space not the kernel's
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
 * @vaddr:	address of the kernel's
 *
 * virt_addr_valid() says so of the cpu_entry_area, too, if there is memory that would
 * be mapped there.
 */
#define mach_virt_is_direct(vaddr)					\
	((vaddr) >= (void *)PAGE_OFFSET && (vaddr) < high_memory)

#include <mach-default/asm/mach_layout.h>

#endif /* _ASM_MACH_LAYOUT_H */
