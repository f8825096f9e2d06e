/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The funnel: how a CPU gets from a start-up IPI into the kernel, and back.
 *
 * One blob without relocations. Its first RV_LOW_SIZE bytes are copied below 1 MiB,
 * because a CPU in real mode cannot reach more. %ebx has the address of that copy, and
 * the blob finds its data there. The rest runs at its place in the image, above 1 MiB.
 *
 *   start-up IPI                                 hlt, or the BIOS
 *     16-bit, real mode                            16-bit, real mode
 *     32-bit, flat: which APIC ID am I? wait.  ->  16-bit, protected mode
 *     32-bit, paged: own stack, own GDT, C         32-bit: paging off
 *
 * The left column is the way in, downwards. The right one is the way back, upwards.
 *
 * A CPU waits without paging and without a stack. So it needs only this blob and its
 * slot, and can still be sent back. The funnel relies on an identity mapping of the
 * image in initial_page_table. It also relies on CPUID, CR4 and the APIC base MSR: a
 * CPU with PAE has them.
 */
#include <linux/linkage.h>
#include <asm/apicdef.h>
#include <asm/cpufeatures.h>
#include <asm/msr-index.h>
#include <asm/page_types.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>

#include "rendezvous.h"

	.text
	.balign	16
SYM_CODE_START(rendezvous_funnel)
.Lfunnel:
	.code16
	cli
	cld
	jmp	.Lcalled

	.org	.Lfunnel + RV_PARAMS
	.long	0, RV_CODE32		/* entry */
	.long	0, 0, 0			/* cr3, cr4, slots */
	.word	0, RV_GDT_SIZE - 1
	.long	0			/* GDT base */
	.long	.Lpm16 - .Lfunnel, RV_CODE16
	.word	.Lreal - .Lfunnel, 0	/* real-mode segment */
	.org	.Lfunnel + RV_GDT
	.quad	0
	.quad	0x00cf9b000000ffff	/* 32-bit code, flat */
	.quad	0x00cf93000000ffff	/* 32-bit data, flat */
	.quad	0x00009b000000ffff	/* 16-bit code, base is the low copy */
	.quad	0x000093000000ffff	/* 16-bit data, the same */
	.org	.Lfunnel + RV_GDT + RV_GDT_SIZE
.Lno_idt:
	.word	0, 0, 0
.Lreal_idt:
	.word	0x3ff, 0, 0

.Lcalled:
	movw	%cs, %ax
	movw	%ax, %ds
	movzwl	%ax, %ebx
	shll	$4, %ebx
	lidtl	.Lno_idt - .Lfunnel
	lgdtl	RV_GDTR

	/* INIT does not turn the caches on. */
	movl	%cr0, %eax
	andl	$~(X86_CR0_CD | X86_CR0_NW), %eax
	orl	$X86_CR0_PE, %eax
	movl	%eax, %cr0
	ljmpl	*RV_ENTRY

	/* Still in protected mode, with segments as small as those of real mode. */
.Lpm16:
	movw	$RV_DATA16, %ax
	movw	%ax, %ds
	movl	$X86_CR0_ET, %eax
	movl	%eax, %cr0
	ljmpw	*%cs:RV_TO_REAL

.Lreal:
	testw	%di, %di
	jnz	.Lbios

	/* Once the mark is set, this CPU needs no memory but this page. */
	movw	%cs, %ax
	movw	%ax, %ds
	movw	%ax, %ss
	movw	$RV_STACK, %sp
	movb	$1, RV_PARKED(%si)
1:	hlt
	jmp	1b

.Lbios:
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %fs
	movw	%ax, %gs
	movw	%ax, %ss
	ljmpw	$0xf000, $0xfff0
	/* .org cannot go backwards: a low part that is too large does not assemble. */
	.org	.Lfunnel + RV_LOW_SIZE

	/* From here on above 1 MiB, flat segments, %ebx = low copy. */
	.code32
SYM_INNER_LABEL(rendezvous_enter, SYM_L_GLOBAL)
	movl	$RV_DATA32, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs

	/* %esi = APIC ID, as the IPIs have it; %ebp = its slot */
	movl	$MSR_IA32_APICBASE, %ecx
	rdmsr
	testl	$X2APIC_ENABLE, %eax
	jnz	.Lx2apic
	andl	$0xfffff000, %eax
	movl	APIC_ID(%eax), %esi
	shrl	$24, %esi
	movl	%esi, %ebp
	shll	$RV_SLOT_SHIFT, %ebp
	addl	RV_SLOTS(%ebx), %ebp

	/* If the CPU comes too late, the state is not CALLED any more: the CPU parks. */
	movl	$RV_CALLED, %eax
	movl	$RV_WAITING, %ecx
	lock
	cmpxchgl %ecx, RV_SLOT_STATE(%ebp)

.Lwait:
	movl	RV_SLOT_STATE(%ebp), %eax
	cmpl	$RV_RELEASED, %eax
	je	.Lgo
	cmpl	$RV_WAITING, %eax
	jne	.Lpark
	pause
	jmp	.Lwait

.Lx2apic:
	/* In x2APIC mode the registers of the kernel's xAPIC driver do not work. */
	movl	$APIC_BASE_MSR + (APIC_ID >> 4), %ecx
	rdmsr
	movl	$RV_NO_SLOT, %esi
	cmpl	$RV_NO_SLOT, %eax
	jae	.Lpark
	movl	%eax, %esi
	shll	$RV_SLOT_SHIFT, %eax
	addl	RV_SLOTS(%ebx), %eax
	movl	$RV_X2APIC, RV_SLOT_STATE(%eax)

.Lpark:
	movl	$RV_PARK, %edi
	jmp	.Lback

.Lgo:
	movl	$RV_ELSEWHERE, RV_SLOT_STATE(%ebp)
	movl	RV_SLOT_SP(%ebp), %esp
	subl	$__PAGE_OFFSET, %esp
	pushl	$0
	popfl

	/* As in head_32.S: NX where the CPU has it, XD_DISABLE cleared first. */
	pushl	%ebx
	call	verify_cpu
	movl	$0x80000000, %eax
	cpuid
	subl	$0x80000001, %eax
	cmpl	$0x8000ffff - 0x80000001, %eax
	ja	1f
	movl	$0x80000001, %eax
	cpuid
	btl	$(X86_FEATURE_NX & 31), %edx
	jnc	1f
	movl	$MSR_EFER, %ecx
	rdmsr
	btsl	$_EFER_NX, %eax
	wrmsr
1:	popl	%ebx

	movl	RV_CR4(%ebx), %eax
	movl	%eax, %cr4
	movl	RV_CR3(%ebx), %eax
	movl	%eax, %cr3
	movl	$CR0_STATE, %eax
	movl	%eax, %cr0

	/* Move from the identity mapping to the kernel's mapping. */
	addl	$__PAGE_OFFSET, %esp
	addl	$__PAGE_OFFSET, %ebp
	call	1f
1:	popl	%eax
	addl	$__PAGE_OFFSET + (.Lpaged - 1b), %eax

	pushl	RV_SLOT_GDT(%ebp)
	pushw	$GDT_SIZE - 1
	lgdt	(%esp)
	addl	$6, %esp
	pushl	$__KERNEL_CS
	pushl	%eax
	lretl
.Lpaged:
	movl	$__KERNEL_DS, %eax
	movl	%eax, %ss
	movl	$__USER_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	$__KERNEL_PERCPU, %eax
	movl	%eax, %fs
	xorl	%eax, %eax
	movl	%eax, %gs
	lldt	%ax

	movl	RV_SLOT_CODE(%ebp), %ecx
	xorl	%ebp, %ebp
	call	*%ecx
	ud2

	/*
	 * The way back: on identity-mapped code, interrupts off, %ebx = low
	 * copy, %esi = APIC ID, %edi = what to do in the end.
	 */
SYM_INNER_LABEL(rendezvous_leave, SYM_L_GLOBAL)
	movl	%cr0, %eax
	andl	$~X86_CR0_PG, %eax
	movl	%eax, %cr0
	xorl	%eax, %eax
	movl	%eax, %cr3
	movl	%eax, %cr4
.Lback:
	lgdt	RV_GDTR(%ebx)
	lidt	(.Lreal_idt - .Lfunnel)(%ebx)
	/* Load 64 KiB limits: the CPU keeps them in real mode. */
	movl	$RV_DATA16, %eax
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	ljmpl	*RV_TO_PM16(%ebx)

/* verify_cpu is part of the blob: it must not jump to a return thunk outside. */
#undef RET
#define RET	ret
#include "../../x86/kernel/verify_cpu.S"
.Lfunnel_end:
SYM_CODE_END(rendezvous_funnel)

	.section .rodata, "a"
	.balign	4
SYM_DATA(rendezvous_size, .long .Lfunnel_end - .Lfunnel)
