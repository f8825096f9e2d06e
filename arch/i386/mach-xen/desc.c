// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptor tables of a PV guest, where 32-bit differs from 64-bit: the IDT, pages of
 * an LDT in high memory, and callbacks for system calls. The rest is in
 * arch/x86/xen/enlighten_pv.c.
 *
 * Xen owns the tables while they are in use: their pages are read-only to us, a
 * descriptor is written by hypercall, and an IDT is a list of handlers.
 *
 * This file relies on Xen changing DPL 0 to 1 in the descriptors that it takes
 * (check_descriptor() in xen/arch/x86/pv/descriptor-tables.c).
 */
#include <kunit/visibility.h>

#include <linux/highmem.h>
#include <linux/init.h>

#include <xen/interface/callback.h>
#include <xen/interface/xen.h>

#include <asm/cpufeature.h>
#include <asm/desc.h>
#include <asm/idtentry.h>
#include <asm/traps.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

/* The IDT of all CPUs. Only the boot CPU loads it. */
static struct desc_ptr idt_desc;

/**
 * mach_pv_direct_alias - find the second mapping of an LDT page
 * @pfn:	the page
 * @v:		its address in the vmalloc area
 *
 * Xen takes descriptors only from pages that have no writable mapping.
 *
 * Return: the address in the direct map, or @v for a highmem page, which has none.
 */
void *mach_pv_direct_alias(unsigned long pfn, void *v)
{
	if (PageHighMem(pfn_to_page(pfn))) {
		/* A stale temporary mapping would be a writable one. */
		kmap_flush_unused();
		return v;
	}

	return __va(PFN_PHYS(pfn));
}

/**
 * mach_store_gdt - get the address of the GDT that the kernel uses
 * @dtr:	is filled in
 *
 * Under Xen the SGDT instruction returns the address of the hypervisor's GDT.
 */
void mach_store_gdt(struct desc_ptr *dtr)
{
	if (cpu_feature_enabled(X86_FEATURE_XENPV)) {
		dtr->address = (unsigned long)get_current_gdt_ro();
		dtr->size = GDT_SIZE - 1;
	} else {
		native_store_gdt(dtr);
	}
}

/* Vectors that need another entry stub under Xen than on bare metal */
static const struct {
	asmlinkage void (*native)(void);
	asmlinkage void (*xen)(void);
} trap_entries[] = {
	{ asm_exc_nmi,			asm_xenpv_exc_nmi },
#ifdef CONFIG_X86_MCE
	{ asm_exc_machine_check,	asm_xenpv_exc_machine_check },
#endif
};

static unsigned long trap_address(const gate_desc *gate)
{
	unsigned long addr = gate_offset(gate);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(trap_entries); i++) {
		if (addr == (unsigned long)trap_entries[i].native)
			return (unsigned long)trap_entries[i].xen;
	}

	return addr;
}

/*
 * Xen has no task gates, so the double fault has no handler. Xen delivers device
 * interrupts as events, so their vectors are left out: each entry would make the start
 * of every vcpu slower.
 */
VISIBLE_IF_KUNIT bool xen_gate_to_trap(int vector, const gate_desc *gate,
				       struct trap_info *info)
{
	if (vector >= FIRST_EXTERNAL_VECTOR && vector != IA32_SYSCALL_VECTOR)
		return false;
	if (gate->bits.type != GATE_TRAP && gate->bits.type != GATE_INTERRUPT)
		return false;

	info->vector = vector;
	info->address = trap_address(gate);
	info->cs = gate_segment(gate);
	info->flags = gate->bits.dpl;
	if (gate->bits.type == GATE_INTERRUPT)
		info->flags |= 1 << 2;

	return true;
}

VISIBLE_IF_KUNIT unsigned int xen_convert_idt(const struct desc_ptr *desc,
					      struct trap_info *traps)
{
	const gate_desc *idt = (const gate_desc *)desc->address;
	unsigned int in, out = 0;
	unsigned int count = (desc->size + 1) / sizeof(gate_desc);

	BUG_ON(count > IDT_ENTRIES);

	for (in = 0; in < count; in++)
		out += xen_gate_to_trap(in, &idt[in], &traps[out]);

	return out;
}

/**
 * xen_copy_trap_info - copy the IDT to the context of a new vcpu
 * @traps:	array of 256 entries, indexed by vector
 */
void xen_copy_trap_info(struct trap_info *traps)
{
	const gate_desc *idt = (const gate_desc *)idt_desc.address;
	unsigned int i;

	for (i = 0; i < (idt_desc.size + 1) / sizeof(gate_desc); i++)
		xen_gate_to_trap(i, &idt[i], &traps[i]);
}

/**
 * xen_write_idt_entry - write a gate and give it to Xen
 * @dt:		the table
 * @entry:	the vector
 * @g:		the gate
 */
void xen_write_idt_entry(gate_desc *dt, int entry, const gate_desc *g)
{
	struct trap_info info[2] = { };
	unsigned long p = (unsigned long)&dt[entry];
	unsigned long start, end;

	preempt_disable();

	start = idt_desc.address;
	end = start + idt_desc.size + 1;

	native_write_idt_entry(dt, entry, g);

	if (p >= start && p + sizeof(*g) <= end && xen_gate_to_trap(entry, g, info)) {
		xen_mc_flush();
		if (HYPERVISOR_set_trap_table(info))
			BUG();
	}

	preempt_enable();
}

/**
 * xen_load_idt - give Xen the handlers of a table
 * @desc:	where the table is
 */
void xen_load_idt(const struct desc_ptr *desc)
{
	/* Exceptions, the system call, and an entry that ends the list */
	struct trap_info traps[FIRST_EXTERNAL_VECTOR + 2];
	unsigned int out;

	preempt_disable();

	idt_desc = *desc;
	out = xen_convert_idt(desc, traps);
	traps[out] = (struct trap_info) { };

	xen_mc_flush();
	if (HYPERVISOR_set_trap_table(traps))
		BUG();

	preempt_enable();
}

/**
 * xen_leave_boot_segments - move the boot CPU to the segments of the kernel's GDT
 *
 * The selectors of Xen's GDT would still work. But the kernel compares segment
 * registers with the selectors of its own GDT.
 */
void __init xen_leave_boot_segments(void)
{
	asm volatile("ljmp %0, $1f\n"
		     "1: mov %1, %%ss\n"
		     "   mov %2, %%ds\n"
		     "   mov %2, %%es\n"
		     : : "i" (__KERNEL_CS | 1), "r" (__KERNEL_DS | 1),
			 "r" (__USER_DS) : "memory");
}

/**
 * xen_enable_sysenter - register the sysenter callback of the current vcpu
 *
 * A 64-bit hypervisor runs 32-bit guests in compatibility mode. AMD CPUs have no
 * sysenter in that mode, so programs use int $0x80 there.
 */
void xen_enable_sysenter(void)
{
	struct callback_register sysenter = {
		.type = CALLBACKTYPE_sysenter,
		.flags = CALLBACKF_mask_events,
		.address = XEN_CALLBACK(__KERNEL_CS, xen_entry_SYSENTER_32),
	};

	if (!boot_cpu_has(X86_FEATURE_SEP))
		return;

	if (boot_cpu_data.x86_vendor == X86_VENDOR_AMD ||
	    boot_cpu_data.x86_vendor == X86_VENDOR_HYGON ||
	    HYPERVISOR_callback_op(CALLBACKOP_register, &sysenter))
		setup_clear_cpu_cap(X86_FEATURE_SEP);
}

/**
 * xen_enable_syscall - register a callback that answers syscall with SIGILL
 *
 * Without a callback Xen would deliver a general protection fault for it.
 */
void xen_enable_syscall(void)
{
	struct callback_register syscall = {
		.type = CALLBACKTYPE_syscall32,
		.flags = CALLBACKF_mask_events,
		.address = XEN_CALLBACK(__KERNEL_CS, xen_entry_SYSCALL_32),
	};

	HYPERVISOR_callback_op(CALLBACKOP_register, &syscall);
}
