// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptor tables: GDT, IDT, LDT and the TLS segments.
 *
 * Xen owns them while they are in use: their pages are read-only to us, a
 * descriptor is written by hypercall, and an IDT is a list of handlers.
 * Relies on Xen raising the privilege level of kernel descriptors to ring 1
 * (check_descriptor() in xen/arch/x86/pv/descriptor-tables.c).
 */
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/uaccess.h>

#include <xen/interface/callback.h>
#include <xen/interface/xen.h>
#include <xen/page.h>
#include <xen/xen.h>

#include <asm/desc.h>
#include <asm/idtentry.h>
#include <asm/traps.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

/* What Xen was last given for the TLS slots: unchanged ones cost nothing. */
struct tls_descs {
	struct desc_struct desc[GDT_ENTRY_TLS_ENTRIES];
};

static DEFINE_PER_CPU(struct tls_descs, shadow_tls_desc);

/* The IDT. All CPUs have the same, and only the first one loads it. */
static struct desc_ptr idt_desc;

/*
 * Machine address of a descriptor: in lowmem, the vmalloc area or the
 * cpu_entry_area. virt_addr_valid() takes the latter for lowmem if a memory
 * section reaches that far, so go by high_memory.
 */
static u64 xen_desc_machine(void *desc)
{
	unsigned int level;
	pte_t *ptep;

	if (desc < high_memory)
		return virt_to_machine(desc).maddr;

	ptep = lookup_address((unsigned long)desc, &level);
	BUG_ON(!ptep);
	return PFN_PHYS(pte_mfn(*ptep)) | offset_in_page(desc);
}

static void xen_set_gdt(unsigned long mfn, const struct desc_ptr *dtr)
{
	if (HYPERVISOR_set_gdt(&mfn, (dtr->size + 1) / sizeof(struct desc_struct)))
		BUG();
}

static void xen_load_gdt(const struct desc_ptr *dtr)
{
	void *va = (void *)dtr->address;
	unsigned long mfn = PFN_DOWN(xen_desc_machine(va));

	BUG_ON(offset_in_page(va) || dtr->size >= PAGE_SIZE);

	/* The page may be mapped at @va besides its place in lowmem. */
	make_lowmem_page_readonly(va);
	make_lowmem_page_readonly(mfn_to_virt(mfn));

	xen_set_gdt(mfn, dtr);
}

/* While there is one mapping of the page and no page table to walk. */
static void __init xen_load_gdt_boot(const struct desc_ptr *dtr)
{
	void *va = (void *)dtr->address;

	if (xen_make_readonly_early(va))
		BUG();

	xen_set_gdt(virt_to_mfn(va), dtr);
}

static void xen_write_gdt_entry(struct desc_struct *dt, int entry,
				const void *desc, int type)
{
	u64 machine;

	/* The TSS and the LDT are not in a guest's GDT. */
	if (type == DESC_LDT || type == DESC_TSS)
		return;

	preempt_disable();
	xen_mc_flush();
	machine = xen_desc_machine(&dt[entry]);
	if (HYPERVISOR_update_descriptor(machine, *(const u64 *)desc))
		BUG();
	preempt_enable();
}

static void load_tls_descriptor(struct thread_struct *t, unsigned int cpu,
				unsigned int i)
{
	struct desc_struct *shadow = &per_cpu(shadow_tls_desc, cpu).desc[i];
	struct desc_struct *gdt;
	struct multicall_space mc;
	u64 machine;

	if (!memcmp(shadow, &t->tls_array[i], sizeof(*shadow)))
		return;

	*shadow = t->tls_array[i];

	gdt = get_cpu_gdt_rw(cpu);
	machine = xen_desc_machine(&gdt[GDT_ENTRY_TLS_MIN + i]);
	mc = __xen_mc_entry(0);
	MULTI_update_descriptor(mc.mc, machine, t->tls_array[i]);
}

static void xen_load_tls(struct thread_struct *t, unsigned int cpu)
{
	unsigned int i;

	/*
	 * The new descriptors get in at the end of the batch, the new %gs
	 * after that. In between the old %gs must not be what Xen reloads.
	 */
	if (xen_get_lazy_mode() == XEN_LAZY_CPU)
		loadsegment(gs, 0);

	xen_mc_batch();
	for (i = 0; i < GDT_ENTRY_TLS_ENTRIES; i++)
		load_tls_descriptor(t, cpu, i);
	xen_mc_issue(XEN_LAZY_CPU);
}

/*
 * Xen takes descriptors from pages without a writable mapping: change the
 * one in the vmalloc area and the one in lowmem.
 */
static void set_aliased_prot(void *v, pgprot_t prot)
{
	unsigned int level;
	pte_t *ptep, pte;
	unsigned char dummy;
	unsigned long pfn;

	ptep = lookup_address((unsigned long)v, &level);
	BUG_ON(!ptep);
	pfn = pte_pfn(*ptep);
	pte = pfn_pte(pfn, prot);

	preempt_disable();

	/* Fault the vmalloc mapping into the current page table. */
	copy_from_kernel_nofault(&dummy, v, 1);

	if (HYPERVISOR_update_va_mapping((unsigned long)v, pte, 0))
		BUG();

	if (!PageHighMem(pfn_to_page(pfn))) {
		void *va = __va(PFN_PHYS(pfn));

		if (va != v &&
		    HYPERVISOR_update_va_mapping((unsigned long)va, pte, 0))
			BUG();
	} else {
		/* A stale temporary mapping would be a writable one. */
		kmap_flush_unused();
	}

	preempt_enable();
}

#define LDT_ENTRIES_PER_PAGE	(PAGE_SIZE / LDT_ENTRY_SIZE)

static void xen_alloc_ldt(struct desc_struct *ldt, unsigned int entries)
{
	unsigned int i;

	for (i = 0; i < entries; i += LDT_ENTRIES_PER_PAGE)
		set_aliased_prot(ldt + i, PAGE_KERNEL_RO);
}

static void xen_free_ldt(struct desc_struct *ldt, unsigned int entries)
{
	unsigned int i;

	for (i = 0; i < entries; i += LDT_ENTRIES_PER_PAGE)
		set_aliased_prot(ldt + i, PAGE_KERNEL);
}

static void xen_set_ldt(const void *addr, unsigned int entries)
{
	struct multicall_space mcs = xen_mc_entry(sizeof(struct mmuext_op));
	struct mmuext_op *op = mcs.args;

	op->cmd = MMUEXT_SET_LDT;
	op->arg1.linear_addr = (unsigned long)addr;
	op->arg2.nr_ents = entries;
	MULTI_mmuext_op(mcs.mc, op, 1, NULL, DOMID_SELF);

	xen_mc_issue(XEN_LAZY_CPU);
}

static void xen_write_ldt_entry(struct desc_struct *dt, int entry,
				const void *desc)
{
	u64 maddr = xen_desc_machine(&dt[entry]);

	preempt_disable();
	xen_mc_flush();
	if (HYPERVISOR_update_descriptor(maddr, *(const u64 *)desc))
		BUG();
	preempt_enable();
}

/* The stubs whose way in or out differs from bare metal's. */
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
 * Xen has no task gates, so there is no handler for the double fault; and it raises
 * no interrupt by the table, each of whose entries costs at every vcpu's start.
 */
static bool gate_to_trap(int vector, const gate_desc *gate,
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

static unsigned int convert_idt(const struct desc_ptr *desc,
				struct trap_info *traps)
{
	const gate_desc *idt = (const gate_desc *)desc->address;
	unsigned int in, out = 0;
	unsigned int count = (desc->size + 1) / sizeof(gate_desc);

	BUG_ON(count > IDT_ENTRIES);

	for (in = 0; in < count; in++)
		out += gate_to_trap(in, &idt[in], &traps[out]);

	return out;
}

/**
 * xen_copy_trap_info - the IDT for the context of a new vcpu
 * @traps:	array of 256 entries, indexed by vector
 */
void xen_copy_trap_info(struct trap_info *traps)
{
	const gate_desc *idt = (const gate_desc *)idt_desc.address;
	unsigned int i;

	for (i = 0; i < (idt_desc.size + 1) / sizeof(gate_desc); i++)
		gate_to_trap(i, &idt[i], &traps[i]);
}

static void xen_write_idt_entry(gate_desc *dt, int entry, const gate_desc *g)
{
	struct trap_info info[2] = { };
	unsigned long p = (unsigned long)&dt[entry];
	unsigned long start, end;

	preempt_disable();

	start = idt_desc.address;
	end = start + idt_desc.size + 1;

	native_write_idt_entry(dt, entry, g);

	if (p >= start && p + sizeof(*g) <= end && gate_to_trap(entry, g, info)) {
		xen_mc_flush();
		if (HYPERVISOR_set_trap_table(info))
			BUG();
	}

	preempt_enable();
}

static void xen_load_idt(const struct desc_ptr *desc)
{
	/* Exceptions, the system call, and one that ends the list. */
	struct trap_info traps[FIRST_EXTERNAL_VECTOR + 2];
	unsigned int out;

	preempt_disable();

	idt_desc = *desc;
	out = convert_idt(desc, traps);
	traps[out] = (struct trap_info) { };

	xen_mc_flush();
	if (HYPERVISOR_set_trap_table(traps))
		BUG();

	preempt_enable();
}

/**
 * xen_setup_gdt - move the boot CPU to the kernel's own GDT
 * @cpu:	number of the CPU, it must be the current one
 */
void __init xen_setup_gdt(int cpu)
{
	pv_ops.cpu.load_gdt = xen_load_gdt_boot;
	switch_gdt_and_percpu_base(cpu);
	pv_ops.cpu.load_gdt = xen_load_gdt;

	/* Leave the segments of Xen's GDT, which only work as well. */
	asm volatile("ljmp %0, $1f\n"
		     "1: mov %1, %%ss\n"
		     "   mov %2, %%ds\n"
		     "   mov %2, %%es\n"
		     : : "i" (__KERNEL_CS | 1), "r" (__KERNEL_DS | 1),
			 "r" (__USER_DS) : "memory");
}

/**
 * xen_enable_sysenter - have Xen pass on sysenter on the current vcpu
 *
 * On AMD the instruction does not exist in compatibility mode, in which a
 * 64-bit hypervisor runs its guests: int $0x80 is left.
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
 * xen_enable_syscall - have Xen pass on syscall, which is refused with a signal
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

/**
 * xen_init_desc_ops - from here on descriptor tables go through the hypervisor
 */
void __init xen_init_desc_ops(void)
{
	pv_ops.cpu.set_ldt = xen_set_ldt;
	pv_ops.cpu.load_gdt = xen_load_gdt;
	pv_ops.cpu.load_idt = xen_load_idt;
	pv_ops.cpu.load_tls = xen_load_tls;
	pv_ops.cpu.alloc_ldt = xen_alloc_ldt;
	pv_ops.cpu.free_ldt = xen_free_ldt;
	pv_ops.cpu.write_ldt_entry = xen_write_ldt_entry;
	pv_ops.cpu.write_gdt_entry = xen_write_gdt_entry;
	pv_ops.cpu.write_idt_entry = xen_write_idt_entry;
}
