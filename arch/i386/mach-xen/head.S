/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Start of day on Xen, and the notes that a Xen loader reads in the image.
 *
 * The notes tell a Xen loader where to put the image (with the values of mach_layout.h)
 * and where to enter it. The entry relies on the state that Xen's public/arch-x86
 * headers promise a 32-bit PV guest: ring 1, paging on, image and a stack mapped at
 * VIRT_BASE, flat segments, %esi = start_info.
 */
#include <linux/elfnote.h>
#include <linux/init.h>
#include <linux/linkage.h>
#include <linux/stringify.h>

#include <asm/asm.h>
#include <asm/asm-offsets.h>
#include <asm/mach_layout.h>
#include <asm/page_types.h>
#include <asm/pgtable_types.h>

#include <xen/interface/elfnote.h>
#include <asm/xen/interface.h>

/* Features of Xen: "!" marks one that the image requires. It can use the others. */
#define MACH_XEN_FEATURES	"!writable_page_tables|pae_pgdir_above_4gb"

	__INIT
SYM_CODE_START(startup_xen)
	cld

	/* Nothing on the loader's stack is needed. %esi has the start_info. */
	movl	$__top_init_kernel_stack, %esp

	/*
	 * Per-cpu symbols are linked at their addresses in the first per-cpu
	 * area, which is in the image. So a flat %fs will do until the kernel
	 * loads its own GDT.
	 */
	movl	%ss, %eax
	movl	%eax, %fs
	xorl	%eax, %eax
	movl	%eax, %gs

	pushl	%esi
	call	xen_start_kernel
	ud2
SYM_CODE_END(startup_xen)
	__FINIT

	/* The other notes are in arch/x86/xen/xen-head.S. */
	ELFNOTE(Xen, XEN_ELFNOTE_VIRT_BASE,	.long MACH_XEN_VIRT_BASE)
	ELFNOTE(Xen, XEN_ELFNOTE_PADDR_OFFSET,	.long MACH_XEN_PADDR_OFFSET)
	ELFNOTE(Xen, XEN_ELFNOTE_ENTRY,		.long startup_xen)
	ELFNOTE(Xen, XEN_ELFNOTE_HV_START_LOW,	.long MACH_XEN_HV_START)
	ELFNOTE(Xen, XEN_ELFNOTE_FEATURES,	.asciz MACH_XEN_FEATURES)

	/*
	 * The same for loaders that know no notes (Xen before 3.1), as far as
	 * they understand it. The linker script adds the address after the last
	 * "0x". Old parsers want a comma after the value of PAE.
	 */
	.pushsection __xen_guest, "a", @progbits
	.ascii	"GUEST_OS=linux,GUEST_VER=2.6,XEN_VER=xen-3.0"
	.ascii	",VIRT_BASE=" __stringify(MACH_XEN_VIRT_BASE)
	.ascii	",ELF_PADDR_OFFSET=" __stringify(MACH_XEN_PADDR_OFFSET)
	.ascii	",FEATURES=" MACH_XEN_FEATURES
	.ascii	",PAE=yes,LOADER=generic,VIRT_ENTRY=0x"
	.popsection
