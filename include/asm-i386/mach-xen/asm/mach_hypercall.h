/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypercalls whose 64-bit arguments take two registers each in a 32-bit
 * guest, and one that only such a guest makes outside of batches. Included from
 * asm/xen/hypercall.h, which has all the others; the ABI is in Xen's public/xen.h
 * (the split: compat_update_va_mapping() and compat_update_descriptor() in
 * xen/arch/x86).
 */
#ifndef _ASM_MACH_HYPERCALL_H
#define _ASM_MACH_HYPERCALL_H

/**
 * HYPERVISOR_update_descriptor - write a descriptor of a GDT or LDT in use
 * @ma:		machine address of the descriptor, 8 byte aligned
 * @desc:	the descriptor; Xen changes its DPL 0 to 1
 *
 * Return: 0 or a negative Xen error number.
 */
static inline int
HYPERVISOR_update_descriptor(u64 ma, u64 desc)
{
	return _hypercall4(int, update_descriptor, (u32)ma, (u32)(ma >> 32),
			   (u32)desc, (u32)(desc >> 32));
}

/**
 * HYPERVISOR_update_va_mapping - write the page table entry that maps an address
 * @va:		the address, in the current page table
 * @new_val:	the entry, with a machine frame
 * @flags:	UVMF_* TLB flush to do afterwards
 *
 * Return: 0 or a negative Xen error number.
 */
static inline int
HYPERVISOR_update_va_mapping(unsigned long va, pte_t new_val,
			     unsigned long flags)
{
	return _hypercall4(int, update_va_mapping, va, new_val.pte_low,
			   new_val.pte_high, flags);
}

/**
 * HYPERVISOR_stack_switch - set the stack on which Xen enters from user mode
 * @ss:		its selector
 * @esp:	its top
 *
 * Return: 0.
 */
static inline int
HYPERVISOR_stack_switch(unsigned long ss, unsigned long esp)
{
	return _hypercall2(int, stack_switch, ss, esp);
}

/* A hypercall with four arguments as part of a batch */
static inline void
MULTI_call4(struct multicall_entry *mcl, unsigned long op, u32 arg1, u32 arg2,
	    u32 arg3, u32 arg4)
{
	mcl->op = op;
	mcl->args[0] = arg1;
	mcl->args[1] = arg2;
	mcl->args[2] = arg3;
	mcl->args[3] = arg4;

	trace_xen_mc_entry(mcl, 4);
}

/**
 * MULTI_update_va_mapping - HYPERVISOR_update_va_mapping() as part of a batch
 * @mcl:	entry of the batch
 * @va:		the address, in the page table that is current at its flush
 * @new_val:	the entry, with a machine frame
 * @flags:	UVMF_* TLB flush to do afterwards
 */
static inline void
MULTI_update_va_mapping(struct multicall_entry *mcl, unsigned long va,
			pte_t new_val, unsigned long flags)
{
	MULTI_call4(mcl, __HYPERVISOR_update_va_mapping, va, new_val.pte_low,
		    new_val.pte_high, flags);
}

/**
 * MULTI_update_descriptor - HYPERVISOR_update_descriptor() as part of a batch
 * @mcl:	entry of the batch
 * @maddr:	machine address of the descriptor, 8 byte aligned
 * @desc:	the descriptor
 */
static inline void
MULTI_update_descriptor(struct multicall_entry *mcl, u64 maddr,
			struct desc_struct desc)
{
	u32 *words = (u32 *)&desc;

	MULTI_call4(mcl, __HYPERVISOR_update_descriptor, (u32)maddr,
		    (u32)(maddr >> 32), words[0], words[1]);
}

#endif /* _ASM_MACH_HYPERCALL_H */
