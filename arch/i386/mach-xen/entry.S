/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Into and out of a ring-1 kernel.
 *
 * Exceptions and int $0x80 enter by the stubs of entry_32.S. Xen's frame looks like the
 * hardware's. The upper half of its CS slot has the event mask; the stubs clear it.
 * EFLAGS.IF is set if events were not masked. This file has the code that differs: the
 * exits, the event upcall, the failsafe callback, sysenter and the hypercall itself.
 *
 * The exits of entry_32.S jump here (asm/mach_entry.h), and must do so with events
 * masked.
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
 * Run one instruction with the kernel's %fs and restore %fs. The caller must pop %eax.
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
 * %esp points to pt_regs. Restore all registers but %eax, which gets the address of the
 * vcpu_info. After this the stack has: ax, ip, cs, flags, sp, ss.
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
 * The same for a return to the kernel: copy ax, ip, cs, flags to the words below
 * regs->sp. FIXUP_FRAME left a gap there. A handler may have changed regs->sp. An NMI
 * may come at any time, so live data is never below %esp.
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
	/* If events were masked in the interrupted context, leave them masked. */
	testb	$(X86_EFLAGS_IF >> 8), 3*4+1(%esp)
	jnz	xen_unmask_and_iret
	popl	%eax
	iret
SYM_CODE_END(xen_exit_to_kernel)

SYM_CODE_START(xen_iret)
	RESTORE_TO_USER
	CLEAR_CPU_BUFFERS
SYM_INNER_LABEL(xen_unmask_and_iret, SYM_L_LOCAL)
	/* %ds has been restored, so address the vcpu_info by %ss. */
	movb	$0, %ss:XEN_vcpu_info_mask(%eax)
	/*
	 * From here on an upcall may come at each instruction. The upcall entry
	 * recognizes this range and drops the frame that points into it. So
	 * upcalls do not pile up on the stack.
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
 * iret to user mode has failed (bad %cs or %ss): raise an exception for the task. The
 * fixup comes here with events unmasked, as they were at the iret. iret_error() expects
 * them masked.
 */
SYM_CODE_START_LOCAL(xen_iret_failed)
	/* Use one instruction: until it has run, the task may move to another vcpu. */
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
	 * Drop the frame that points into the critical range. The frame to
	 * return to is below it, with %eax on top if that was not popped yet.
	 * An NMI may have interrupted the range too, so check again.
	 */
	cmpl	$xen_critical_iret, (%esp)
	leal	3*4(%esp), %esp
	je	xen_asm_exc_xen_hypervisor_callback
	popl	%eax
	jmp	xen_asm_exc_xen_hypervisor_callback
SYM_CODE_END(xen_asm_exc_xen_hypervisor_callback)

/*
 * Xen could not load a data segment of the context it was about to run. That context
 * may be the kernel, at any instruction, because %gs has the user's selector there. On
 * the stack: ds, es, fs, gs as they were, then ip, cs, flags, (sp, ss).
 *
 * Xen has set the registers that failed to null, and has masked events. Return to that
 * context with events as they were.
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
 * syscall of a 32-bit program. On AMD CPUs Xen enters the kernel here. A 32-bit kernel
 * has no system calls by syscall: raise #UD, as on bare metal.
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
 * End the NMI or machine check by HYPERVISOR_iret to the caller, so that Xen can send
 * the next one to this vcpu. Events are masked, and stay masked.
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
 * Handle events that came while events were masked. xen_irq_enable_direct calls this.
 * It is a callee-save operation, so only %eax and %edx may change.
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

/* void xen_cpu_bringup_again(unsigned long stack): a vcpu comes online again */
SYM_CODE_START(xen_cpu_bringup_again)
	movl	%eax, %esp
	call	cpu_bringup_and_idle
	ud2
SYM_CODE_END(xen_cpu_bringup_again)
	.popsection
#endif
