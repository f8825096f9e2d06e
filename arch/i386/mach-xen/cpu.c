// SPDX-License-Identifier: GPL-2.0
/*
 * Privileged and sensitive instructions of a ring-1 kernel.
 *
 * Decides what the kernel sees of the CPU: features by the hypervisor's
 * emulated CPUID, control and debug registers and MSRs as far as Xen lets a
 * guest have them, the I/O permission bitmap. Relies on Xen to emulate what
 * faults (xen/arch/x86/pv/emul-priv-op.c).
 */
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/percpu.h>

#include <xen/interface/xen.h>
#include <xen/interface/physdev.h>
#include <xen/xen.h>

#include <asm/apic.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/io_bitmap.h>
#include <asm/msr.h>
#include <asm/mwait.h>
#include <asm/processor.h>
#include <asm/special_insns.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

static __read_mostly bool xen_msr_safe = IS_ENABLED(CONFIG_XEN_PV_MSR_SAFE);

static int __init parse_xen_msr_safe(char *str)
{
	return str ? kstrtobool(str, &xen_msr_safe) : -EINVAL;
}
early_param("xen_msr_safe", parse_xen_msr_safe);

/**
 * xen_vcpu_apic_id - APIC ID of the vcpu that asks
 *
 * Any real CPU may run a vcpu, so the IDs of those mean nothing. A vcpu has the
 * one it was registered with, from the host's tables or made up (smpboot.c).
 *
 * Return: that; the number of the vcpu as long as there is none.
 */
u32 xen_vcpu_apic_id(void)
{
	unsigned int cpu = raw_smp_processor_id();

	return cpuid_to_apicid[cpu] == BAD_APICID ? cpu : cpuid_to_apicid[cpu];
}

/*
 * What the boot CPU was told while it was alone. Xen emulates CPUID, and a vcpu
 * that starts asks a hundred times for what is the same for all vcpus of a domain
 * (guest_cpuid() in xen/arch/x86/cpuid.c); more than half of its start would be
 * that.
 */
struct xen_cpuid_answer {
	bool known;
	u32 leaf, subleaf;
	u32 ax, bx, cx, dx;
};

#define XEN_CPUID_ANSWERS	128	/* a power of 2, twice what is kept */

static struct xen_cpuid_answer xen_cpuid_answers[XEN_CPUID_ANSWERS] __ro_after_init;

/* Where the answer is or may be put; NULL if there is no room. */
static struct xen_cpuid_answer *xen_cpuid_find(u32 leaf, u32 subleaf)
{
	u32 i, at = leaf + (leaf >> 26) + subleaf * 5;

	for (i = 0; i < XEN_CPUID_ANSWERS; i++, at++) {
		struct xen_cpuid_answer *a;

		a = &xen_cpuid_answers[at % XEN_CPUID_ANSWERS];
		if (!a->known || (a->leaf == leaf && a->subleaf == subleaf))
			return a;
	}

	return NULL;
}

/*
 * Not the vcpu's own: topology, what depends on XCR0. In leaf 1 the APIC ID is put
 * right by xen_cpuid(), and OSXSAVE is Xen's own to a kernel that asks (guest_cpuid());
 * OSPKE in leaf 7 is for guests that may set CR4.PKE, PV ones may not.
 *
 * Nor the hypervisors' leaves: those that look for one ask for hundreds, once, and
 * would leave no room.
 */
static bool xen_cpuid_kept(u32 leaf)
{
	if (leaf >> 16 == 0x4000)
		return false;

	switch (leaf) {
	case 0xb:
	case 0xd:
	case 0x1f:
	case 0x8000001e:
		return false;
	}

	return true;
}

static void xen_emulated_cpuid(unsigned int *ax, unsigned int *bx,
			       unsigned int *cx, unsigned int *dx)
{
	const u32 leaf = *ax, subleaf = *cx;
	const bool alone = system_state == SYSTEM_BOOTING;
	struct xen_cpuid_answer *a = NULL;

	/* User space's questions by /dev/cpu go to Xen. */
	if (alone || !cpu_online(raw_smp_processor_id()))
		a = xen_cpuid_find(leaf, subleaf);
	if (a && a->known && !alone) {
		*ax = a->ax;
		*bx = a->bx;
		*cx = a->cx;
		*dx = a->dx;
		return;
	}

	/* A plain cpuid does not fault and would tell about the host. */
	asm volatile(XEN_EMULATE_PREFIX "cpuid"
		     : "=a" (*ax), "=b" (*bx), "=c" (*cx), "=d" (*dx)
		     : "0" (leaf), "2" (subleaf));

	if (a && alone && xen_cpuid_kept(leaf))
		*a = (struct xen_cpuid_answer){ true, leaf, subleaf, *ax, *bx, *cx, *dx };
}

static void xen_cpuid(unsigned int *ax, unsigned int *bx,
		      unsigned int *cx, unsigned int *dx)
{
	unsigned int leaf = *ax;

	xen_emulated_cpuid(ax, bx, cx, dx);

	switch (leaf) {
	case 1:
		*bx = (*bx & 0x00ffffff) | xen_vcpu_apic_id() << 24;
		break;
	case CPUID_MWAIT_LEAF:
		/* Idle is the hypervisor's. */
		*ax = *bx = *cx = *dx = 0;
		break;
	case 0xb:
		/* The topology is the host's. */
		*bx = 0;
		break;
	}
}

static noinstr unsigned long xen_get_debugreg(int reg)
{
	return HYPERVISOR_get_debugreg(reg);
}

static noinstr void xen_set_debugreg(int reg, unsigned long val)
{
	HYPERVISOR_set_debugreg(reg, val);
}

/* Reading CR0 faults and is emulated: remember it. 0 is no valid value. */
static DEFINE_PER_CPU(unsigned long, xen_cr0_value);

static unsigned long xen_read_cr0(void)
{
	unsigned long cr0 = this_cpu_read(xen_cr0_value);

	if (unlikely(!cr0)) {
		cr0 = native_read_cr0();
		this_cpu_write(xen_cr0_value, cr0);
	}

	return cr0;
}

static void xen_write_cr0(unsigned long cr0)
{
	struct multicall_space mcs;

	this_cpu_write(xen_cr0_value, cr0);

	/* TS is all that a guest can change. */
	mcs = xen_mc_entry(0);
	MULTI_fpu_taskswitch(mcs.mc, (cr0 & X86_CR0_TS) != 0);
	xen_mc_issue(XEN_LAZY_CPU);
}

static void xen_write_cr4(unsigned long cr4)
{
	/* Xen has these the way it wants them and complains about changes. */
	native_write_cr4(cr4 & ~(X86_CR4_PGE | X86_CR4_PSE | X86_CR4_PCE));
}

static u64 xen_do_read_msr(unsigned int msr, int *err)
{
	u64 val = 0;

	if (pmu_msr_read(msr, &val, err))
		return val;

	val = err ? native_read_msr_safe(msr, err) : native_read_msr(msr);

	if (msr == MSR_IA32_APICBASE) {
		val &= ~(u64)(X2APIC_ENABLE | MSR_IA32_APICBASE_BSP);
		if (smp_processor_id() == 0)
			val |= MSR_IA32_APICBASE_BSP;
	}

	return val;
}

static void xen_do_write_msr(unsigned int msr, unsigned int low,
			     unsigned int high, int *err)
{
	switch (msr) {
	case MSR_IA32_SYSENTER_CS:
	case MSR_IA32_SYSENTER_ESP:
	case MSR_IA32_SYSENTER_EIP:
		/* Set by callback, see xen_enable_sysenter(). */
		return;
	}

	if (pmu_msr_write(msr, low, high, err))
		return;

	if (err)
		*err = native_write_msr_safe(msr, low, high);
	else
		native_write_msr(msr, low, high);
}

static u64 xen_read_msr_safe(unsigned int msr, int *err)
{
	return xen_do_read_msr(msr, err);
}

static int xen_write_msr_safe(unsigned int msr, unsigned int low,
			      unsigned int high)
{
	int err = 0;

	xen_do_write_msr(msr, low, high, &err);
	return err;
}

static u64 xen_read_msr(unsigned int msr)
{
	int err;

	return xen_do_read_msr(msr, xen_msr_safe ? &err : NULL);
}

static void xen_write_msr(unsigned int msr, unsigned int low, unsigned int high)
{
	int err;

	xen_do_write_msr(msr, low, high, xen_msr_safe ? &err : NULL);
}

static void xen_load_sp0(unsigned long sp0)
{
	struct multicall_space mcs;

	mcs = xen_mc_entry(0);
	MULTI_stack_switch(mcs.mc, __KERNEL_DS, sp0);
	xen_mc_issue(XEN_LAZY_CPU);
	this_cpu_write(cpu_tss_rw.x86_tss.sp0, sp0);
}

#ifdef CONFIG_X86_IOPL_IOPERM
static void xen_set_iobitmap(void *bitmap, unsigned int nr_ports)
{
	struct physdev_set_iobitmap iobitmap = { .nr_ports = nr_ports };

	set_xen_guest_handle(iobitmap.bitmap, bitmap);
	HYPERVISOR_physdev_op(PHYSDEVOP_set_iobitmap, &iobitmap);
}

static void xen_invalidate_io_bitmap(void)
{
	native_tss_invalidate_io_bitmap();
	xen_set_iobitmap(NULL, 0);
}

static void xen_update_io_bitmap(void)
{
	struct tss_struct *tss = this_cpu_ptr(&cpu_tss_rw);
	unsigned int base;

	native_tss_update_io_bitmap();

	base = tss->x86_tss.io_bitmap_base;
	xen_set_iobitmap((u8 *)&tss->x86_tss + base,
			 base == IO_BITMAP_OFFSET_INVALID ? 0 : IO_BITMAP_BITS);
}
#endif

static void xen_io_delay(void)
{
}

static void xen_start_context_switch(struct task_struct *prev)
{
	BUG_ON(preemptible());

	if (this_cpu_read(xen_lazy_mode) == XEN_LAZY_MMU) {
		arch_leave_lazy_mmu_mode();
		set_ti_thread_flag(task_thread_info(prev), TIF_LAZY_MMU_UPDATES);
	}
	enter_lazy(XEN_LAZY_CPU);
}

static void xen_end_context_switch(struct task_struct *next)
{
	BUG_ON(preemptible());

	xen_mc_flush();
	leave_lazy(XEN_LAZY_CPU);
	if (test_and_clear_ti_thread_flag(task_thread_info(next),
					  TIF_LAZY_MMU_UPDATES))
		arch_enter_lazy_mmu_mode();
}

DEFINE_PER_CPU(enum xen_lazy_mode, xen_lazy_mode) = XEN_LAZY_NONE;
DEFINE_PER_CPU(unsigned int, xen_lazy_nesting);

/**
 * xen_get_lazy_mode - which batches may be left open
 *
 * Return: the mode of this CPU, and none in an interrupt, which may have come at
 * any point of what is being batched.
 */
enum xen_lazy_mode xen_get_lazy_mode(void)
{
	if (in_interrupt())
		return XEN_LAZY_NONE;

	return this_cpu_read(xen_lazy_mode);
}

static unsigned long xen_store_tr(void)
{
	return 0;
}

/**
 * xen_init_capabilities - switch off what a 32-bit PV guest cannot use
 *
 * Must run before the first decision by feature bit.
 */
void __init xen_init_capabilities(void)
{
	const unsigned int xsave = BIT(X86_FEATURE_XSAVE % 32) |
				   BIT(X86_FEATURE_OSXSAVE % 32);

	setup_force_cpu_cap(X86_FEATURE_XENPV);

	setup_clear_cpu_cap(X86_FEATURE_DCA);
	setup_clear_cpu_cap(X86_FEATURE_APERFMPERF);
	setup_clear_cpu_cap(X86_FEATURE_MTRR);
	setup_clear_cpu_cap(X86_FEATURE_ACC);
	setup_clear_cpu_cap(X86_FEATURE_X2APIC);
	setup_clear_cpu_cap(X86_FEATURE_MWAIT);
	/* Large and global pages are the hypervisor's. */
	setup_clear_cpu_cap(X86_FEATURE_PSE);
	setup_clear_cpu_cap(X86_FEATURE_PSE36);
	setup_clear_cpu_cap(X86_FEATURE_PGE);
	/* There is no vm86 mode in a guest of a 64-bit hypervisor. */
	setup_clear_cpu_cap(X86_FEATURE_VME);
	/* Instructions of ring 0. */
	setup_clear_cpu_cap(X86_FEATURE_SMAP);
	setup_clear_cpu_cap(X86_FEATURE_SMEP);
	setup_clear_cpu_cap(X86_FEATURE_UMIP);
	setup_clear_cpu_cap(X86_FEATURE_PCID);
	/* The way out that would need it is not taken, see entry.S. */
	setup_clear_cpu_cap(X86_BUG_ESPFIX);

	if (!xen_initial_domain())
		setup_clear_cpu_cap(X86_FEATURE_ACPI);

	/* Xen sets CR4.OSXSAVE where a guest may use it. */
	if ((cpuid_ecx(1) & xsave) != xsave) {
		setup_clear_cpu_cap(X86_FEATURE_XSAVE);
		setup_clear_cpu_cap(X86_FEATURE_OSXSAVE);
	}
}

static const typeof(pv_ops.cpu) xen_cpu_ops __initconst = {
	.cpuid = xen_cpuid,
	.io_delay = xen_io_delay,

	.set_debugreg = xen_set_debugreg,
	.get_debugreg = xen_get_debugreg,

	.read_cr0 = xen_read_cr0,
	.write_cr0 = xen_write_cr0,
	.write_cr4 = xen_write_cr4,
	.wbinvd = pv_native_wbinvd,

	.read_msr = xen_read_msr,
	.write_msr = xen_write_msr,
	.read_msr_safe = xen_read_msr_safe,
	.write_msr_safe = xen_write_msr_safe,
	.read_pmc = xen_read_pmc,

	.load_tr_desc = paravirt_nop,
	.store_tr = xen_store_tr,
	.load_sp0 = xen_load_sp0,

#ifdef CONFIG_X86_IOPL_IOPERM
	.invalidate_io_bitmap = xen_invalidate_io_bitmap,
	.update_io_bitmap = xen_update_io_bitmap,
#endif

	.start_context_switch = xen_start_context_switch,
	.end_context_switch = xen_end_context_switch,
};

/**
 * xen_init_cpu_ops - from here on sensitive instructions go through the hypervisor
 */
void __init xen_init_cpu_ops(void)
{
	pv_ops.cpu = xen_cpu_ops;
}
