/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Into and out of a ring-1 kernel.
 *
 * Exceptions and int $0x80 enter by the stubs of entry_32.S: Xen's frame is
 * the hardware's, with the event mask in the upper half of the CS slot, which
 * those stubs clear, and EFLAGS.IF showing the same. This file has what
 * differs: the way out, the event upcall, the failsafe callback, sysenter and
 * the hypercall itself.
 *
 * Relies on the exits of entry_32.S jumping here (asm/mach_entry.h) and on
 * events being masked when they do.
 */
#include <linux/errno.h>
#include <linux/linkage.h>

#include <asm/alternative.h>
#include <asm/asm-offsets.h>
#include <asm/asm.h>
#include <asm/frame.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/thread_info.h>

#include <xen/interface/xen.h>
#include <asm/xen/interface_32.h>

#include "../../x86/entry/calling.h"

/* A segment register that cannot be loaded becomes null. */
.macro LOAD_SEG slot:req seg:req
.Lload_\@:
	mov	\slot(%esp), %\seg
	.subsection 1
.Lzero_\@:
	movl	$0, \slot(%esp)
	jmp	.Lload_\@
	.previous
	_ASM_EXTABLE(.Lload_\@, .Lzero_\@)
.endm

.macro POP_INT_REGS
	popl	%ebx
	popl	%ecx
	popl	%edx
	popl	%esi
	popl	%edi
	popl	%ebp
.endm

/*
 * Run one instruction with the kernel's %fs, whatever %fs is. %eax is left on the
 * stack.
 */
.macro WITH_KERNEL_FS insn:vararg
	pushl	%eax
	pushl	%fs
	movl	$__KERNEL_PERCPU, %eax
	movl	%eax, %fs
	\insn
.Lpop_\@:
	popl	%fs
.Lpopped_\@:
	_ASM_EXTABLE_TYPE(.Lpop_\@, .Lpopped_\@, EX_TYPE_POP_ZERO|EX_REG_FS)
.endm

/*
 * From pt_regs to all registers but %eax restored, %eax the vcpu_info, and
 * on the stack: ax, ip, cs, flags, sp, ss.
 */
.macro RESTORE_TO_USER
	movl	PER_CPU_VAR(xen_vcpu), %eax
	LOAD_SEG PT_DS ds
	LOAD_SEG PT_ES es
	LOAD_SEG PT_FS fs
	POP_INT_REGS
	/* Put ax next to ip without using another register. */
	pushl	(%esp)
	popl	(PT_ORIG_EAX - PT_EAX)(%esp)
	addl	$(PT_ORIG_EAX - PT_EAX), %esp
.endm

/*
 * The same for a context in the kernel: ax, ip, cs, flags go right below
 * regs->sp, into the gap that FIXUP_FRAME left (a handler may have moved
 * regs->sp), and %esp never passes live data, for an NMI may come.
 */
.macro RESTORE_TO_KERNEL
	movl	PT_OLDESP(%esp), %edx
	movl	PT_EFLAGS(%esp), %ecx
	movl	%ecx, -1*4(%edx)
	movzwl	PT_CS(%esp), %ecx
	movl	%ecx, -2*4(%edx)
	movl	PT_EIP(%esp), %ecx
	movl	%ecx, -3*4(%edx)
	movl	PT_EAX(%esp), %ecx
	movl	%ecx, -4*4(%edx)
	subl	$4*4, %edx
	movl	%edx, PT_EAX(%esp)
	movl	PER_CPU_VAR(xen_vcpu), %eax
	LOAD_SEG PT_DS ds
	LOAD_SEG PT_ES es
	LOAD_SEG PT_FS fs
	POP_INT_REGS
	movl	(%esp), %esp
.endm

	.pushsection .entry.text, "ax"

SYM_CODE_START(xen_exit_to_kernel)
	RESTORE_TO_KERNEL
	/* Where events were masked before, they stay so. */
	testb	$(X86_EFLAGS_IF >> 8), 3*4+1(%esp)
	jnz	xen_unmask_and_iret
	popl	%eax
	iret
SYM_CODE_END(xen_exit_to_kernel)

SYM_CODE_START(xen_iret)
	RESTORE_TO_USER
	CLEAR_CPU_BUFFERS
SYM_INNER_LABEL(xen_unmask_and_iret, SYM_L_LOCAL)
	/* %ds is not ours any more. */
	movb	$0, %ss:XEN_vcpu_info_mask(%eax)
	/*
	 * From here on an upcall may come at each instruction. Its entry
	 * recognizes the range and goes on as if it had come at the context
	 * we return to, so that upcalls do not pile up on the stack.
	 */
SYM_INNER_LABEL(xen_critical_start, SYM_L_GLOBAL)
	testb	$0xff, %ss:XEN_vcpu_info_pending(%eax)
	jnz	.Lpending
	popl	%eax
SYM_INNER_LABEL(xen_critical_iret, SYM_L_GLOBAL)
	iret
	_ASM_EXTABLE(xen_critical_iret, xen_iret_failed)
.Lpending:
	movb	$1, %ss:XEN_vcpu_info_mask(%eax)
SYM_INNER_LABEL(xen_critical_end, SYM_L_GLOBAL)
	popl	%eax
	jmp	asm_exc_xen_hypervisor_callback
SYM_CODE_END(xen_iret)

/*
 * The user context cannot be returned to (bad %cs or %ss): deliver that as
 * an exception of its own. The fixup enters with events enabled as the frame
 * had it, while iret_error() expects an entry with them disabled.
 */
SYM_CODE_START_LOCAL(xen_iret_failed)
	/* One instruction: until it ran, the task may be moved to another vcpu. */
	WITH_KERNEL_FS movb $1, PER_CPU_VAR(xen_vcpu_info + XEN_vcpu_info_mask)
	popl	%eax
	jmp	asm_iret_error
SYM_CODE_END(xen_iret_failed)

/*
 * Event upcall. On the stack: ip, cs, flags, and sp, ss from user mode.
 */
SYM_CODE_START(xen_asm_exc_xen_hypervisor_callback)
	testb	$USER_SEGMENT_RPL_MASK, 1*4(%esp)
	jnz	asm_exc_xen_hypervisor_callback
	cmpl	$xen_critical_start, (%esp)
	jb	asm_exc_xen_hypervisor_callback
	cmpl	$xen_critical_end, (%esp)
	jae	asm_exc_xen_hypervisor_callback

	/*
	 * Drop the frame inside the critical range. What is under it is the
	 * frame to return to, with %eax on top until that was popped. An NMI
	 * may have hit the range too, so look again.
	 */
	cmpl	$xen_critical_iret, (%esp)
	leal	3*4(%esp), %esp
	je	xen_asm_exc_xen_hypervisor_callback
	popl	%eax
	jmp	xen_asm_exc_xen_hypervisor_callback
SYM_CODE_END(xen_asm_exc_xen_hypervisor_callback)

/*
 * Xen could not load a data segment of the context it was about to run, which may
 * be the kernel at any instruction: %gs is the user's there. On the stack: ds, es,
 * fs, gs as they were, then ip, cs, flags, (sp, ss).
 *
 * Xen has made the registers null that failed, and has masked events. Go on where
 * it was, with events as they were.
 */
SYM_CODE_START(xen_failsafe_callback)
	addl	$4*4, %esp
	testb	$(X86_EFLAGS_IF >> 8), 2*4+1(%esp)
	jnz	1f
	iret
1:	WITH_KERNEL_FS movl PER_CPU_VAR(xen_vcpu), %eax
	jmp	xen_unmask_and_iret
SYM_CODE_END(xen_failsafe_callback)

/*
 * sysenter through the hypervisor. Xen does not know the user's ip and sp
 * either: do_SYSENTER_32() finds them as it does on bare metal.
 */
SYM_CODE_START(xen_entry_SYSENTER_32)
	movl	$__USER_CS, 1*4(%esp)
	movl	$__USER_DS, 4*4(%esp)
	cld
	pushl	%eax			/* pt_regs->orig_ax */
	pushl	$0			/* pt_regs->gs */
	pushl	%fs
	pushl	%es
	pushl	%ds
	pushl	$-ENOSYS		/* pt_regs->ax */
	pushl	%ebp
	pushl	%edi
	pushl	%esi
	pushl	%edx
	pushl	%ecx
	pushl	%ebx
	movl	$__USER_DS, %edx
	movl	%edx, %ds
	movl	%edx, %es
	movl	$__KERNEL_PERCPU, %edx
	movl	%edx, %fs
	movl	%esp, %eax
	call	do_SYSENTER_32
	STACKLEAK_ERASE
	jmp	xen_iret
SYM_CODE_END(xen_entry_SYSENTER_32)

/*
 * syscall of a 32-bit program, which Xen takes on AMD CPUs. It is no system
 * call of a 32-bit kernel: give the signal that it gets on bare metal.
 */
SYM_CODE_START(xen_entry_SYSCALL_32)
	subl	$2, (%esp)
	movl	$__USER_CS, 1*4(%esp)
	movl	$__USER_DS, 4*4(%esp)
	jmp	asm_exc_invalid_op
SYM_CODE_END(xen_entry_SYSCALL_32)

/*
 * void xen_return_by_hypercall(struct pt_regs *regs)
 *
 * Leave an NMI or machine check by HYPERVISOR_iret: Xen holds back the next
 * one until then.
 */
SYM_CODE_START(xen_return_by_hypercall)
	movl	%eax, %esp
	testb	$USER_SEGMENT_RPL_MASK, PT_CS(%esp)
	jnz	1f
	RESTORE_TO_KERNEL
	jmp	2f
1:	RESTORE_TO_USER
	CLEAR_CPU_BUFFERS
2:	movl	$__HYPERVISOR_iret, %eax
	int	$0x82
	ud2
SYM_CODE_END(xen_return_by_hypercall)

	.popsection

	.pushsection .noinstr.text, "ax"

/*
 * void xen_end_exception(void)
 *
 * Have Xen send the next NMI or machine check to this vcpu, by HYPERVISOR_iret to
 * the caller. Events are masked, and stay so.
 */
SYM_FUNC_START(xen_end_exception)
	popl	%edx
	pushfl
	andl	$~X86_EFLAGS_IF, (%esp)
	pushl	$(__KERNEL_CS | 1)
	pushl	%edx
	pushl	%eax
	movl	$__HYPERVISOR_iret, %eax
	int	$0x82
	ud2
SYM_FUNC_END(xen_end_exception)

/*
 * Number in %eax, arguments in %ebx, %ecx, %edx, %esi, %edi; result in %eax.
 */
SYM_FUNC_START(xen_hypercall_pv)
	int	$0x82
	RET
SYM_FUNC_END(xen_hypercall_pv)

/*
 * Calls for events that have come meanwhile. The caller, which is upstream's
 * xen_irq_enable_direct, must keep all registers but %eax and %edx.
 */
SYM_FUNC_START(check_events)
	FRAME_BEGIN
	pushl	%ecx
	call	xen_force_evtchn_callback
	popl	%ecx
	FRAME_END
	RET
SYM_FUNC_END(check_events)
	.popsection

#ifdef CONFIG_SMP
	.pushsection .text, "ax"
/* First instruction of a secondary vcpu, on its idle task's stack. */
SYM_CODE_START(asm_cpu_bringup_and_idle)
	call	cpu_bringup_and_idle
	ud2
SYM_CODE_END(asm_cpu_bringup_and_idle)

/* void xen_cpu_bringup_again(unsigned long stack) */
SYM_CODE_START(xen_cpu_bringup_again)
	movl	%eax, %esp
	call	cpu_bringup_and_idle
	ud2
SYM_CODE_END(xen_cpu_bringup_again)
	.popsection
#endif
