// SPDX-License-Identifier: GPL-2.0
/*
 * Starting and stopping vcpus through the hypervisor.
 *
 * A vcpu gets its whole first context by hypercall (VCPUOP_initialise in
 * Xen's public/vcpu.h) and begins in C on its idle task's stack. The order of
 * bring-up is the kernel's CPU hotplug state machine; IPIs are event channels
 * and upstream's (arch/x86/xen/smp.c). Any real CPU may run any vcpu, so there
 * is no topology.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/irq_work.h>
#include <linux/nmi.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include <xen/interface/xen.h>
#include <xen/events.h>
#include <xen/hvc-console.h>
#include <xen/interface/vcpu.h>
#include <xen/interface/xenpmu.h>
#include <xen/page.h>
#include <xen/xen.h>

#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/desc.h>
#include <asm/fpu/api.h>
#include <asm/idtentry.h>
#include <asm/io_apic.h>
#include <asm/spec-ctrl.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "mach-xen.h"

/* EFLAGS.IOPL of a ring-1 kernel */
#define EFLAGS_IOPL_RING1	BIT(12)

/* Of vcpu_guest_context.flags, in Xen's public/arch-x86/xen.h */
#define VGCF_failsafe_disables_events	BIT(3)

/* vcpus that have their first context. */
cpumask_var_t xen_cpu_initialized_map;

static DEFINE_PER_CPU(struct xen_common_irq, xen_irq_work) = { .irq = -1 };
static DEFINE_PER_CPU(struct xen_common_irq, xen_pmu_irq) = { .irq = -1 };

static void cpu_bringup(void)
{
	int cpu;

	cr4_init();
	cpuhp_ap_sync_alive();
	cpu_init();
	fpu__init_cpu();
	touch_softlockup_watchdog();
	xen_enable_sysenter();
	xen_enable_syscall();

	cpu = smp_processor_id();
	smp_store_cpu_info(cpu);
	set_cpu_sibling_map(cpu);
	speculative_store_bypass_ht_init();
	xen_setup_cpu_clockevents();
	notify_cpu_starting(cpu);
	set_cpu_online(cpu, true);
	/* Others must see us online before we take what they send. */
	smp_mb();

	local_irq_enable();
}

/**
 * cpu_bringup_and_idle - where a vcpu begins, on its idle task's stack
 *
 * Called by asm_cpu_bringup_and_idle (entry.S) with events masked.
 */
asmlinkage __visible void cpu_bringup_and_idle(void)
{
	cpu_bringup();
	cpu_startup_entry(CPUHP_AP_ONLINE_IDLE);
}

static irqreturn_t xen_irq_work_interrupt(int irq, void *dev_id)
{
	irq_work_run();
	inc_irq_stat(apic_irq_work_irqs);

	return IRQ_HANDLED;
}

static void xen_free_irq(struct xen_common_irq *ci)
{
	kfree(ci->name);
	ci->name = NULL;
	if (ci->irq >= 0) {
		unbind_from_irqhandler(ci->irq, NULL);
		ci->irq = -1;
	}
}

/**
 * xen_smp_intr_free_pv - undo xen_smp_intr_init_pv()
 * @cpu:	number of the vcpu
 */
void xen_smp_intr_free_pv(unsigned int cpu)
{
	xen_free_irq(&per_cpu(xen_irq_work, cpu));
	xen_free_irq(&per_cpu(xen_pmu_irq, cpu));
}

/**
 * xen_smp_intr_init_pv - event channels for IRQ work and the PMU of a vcpu
 * @cpu:	number of the vcpu
 *
 * Return: 0 or a negative error number.
 */
int xen_smp_intr_init_pv(unsigned int cpu)
{
	struct xen_common_irq *ci = &per_cpu(xen_irq_work, cpu);
	int rc;

	ci->name = kasprintf(GFP_KERNEL, "irqwork%d", cpu);
	rc = bind_ipi_to_irqhandler(XEN_IRQ_WORK_VECTOR, cpu,
				    xen_irq_work_interrupt,
				    IRQF_PERCPU | IRQF_NOBALANCING,
				    ci->name, NULL);
	if (rc < 0)
		goto fail;
	ci->irq = rc;

	if (is_xen_pmu) {
		ci = &per_cpu(xen_pmu_irq, cpu);
		ci->name = kasprintf(GFP_KERNEL, "pmu%d", cpu);
		rc = bind_virq_to_irqhandler(VIRQ_XENPMU, cpu,
					     xen_pmu_irq_handler,
					     IRQF_PERCPU | IRQF_NOBALANCING,
					     ci->name, NULL);
		if (rc < 0)
			goto fail;
		ci->irq = rc;
	}

	return 0;

fail:
	xen_smp_intr_free_pv(cpu);
	return rc;
}

static void __init xen_pv_smp_config(void)
{
	u32 apicid;

	topology_register_boot_apic(0);
	for (apicid = 0; apicid < nr_cpu_ids; apicid++)
		topology_register_apic(apicid, CPU_ACPIID_INVALID, true);

	/* Pretend to be a proper enumerated system. */
	smp_found_config = 1;
}

/*
 * The CPUs of an initial domain come from the host's ACPI tables, and those
 * name real CPUs: a domain with more vcpus than that gets APIC IDs here.
 */
static void __init xen_pv_dom0_smp_config(void)
{
	unsigned int known = bitmap_weight(phys_cpu_present_map, MAX_LOCAL_APIC);
	u32 apicid;

	if (!known) {
		xen_pv_smp_config();
		return;
	}

	for (apicid = 0; known < nr_cpu_ids && apicid < MAX_LOCAL_APIC; apicid++) {
		if (test_bit(apicid, phys_cpu_present_map))
			continue;
		topology_register_apic(apicid, CPU_ACPIID_INVALID, true);
		known++;
	}
}

static void __init xen_pv_smp_prepare_boot_cpu(void)
{
	native_smp_prepare_boot_cpu();

	/* The boot CPU is on the GDT of its per-cpu area now. */
	make_lowmem_page_readwrite(xen_initial_gdt);

	xen_setup_vcpu_info_placement();

	/* Before alternatives are applied, which patch the lock functions. */
	xen_init_spinlocks();
}

static void __init xen_pv_smp_prepare_cpus(unsigned int max_cpus)
{
	unsigned int cpu;

	/* An initial domain's devices interrupt by the IO-APICs. */
	if (ioapic_is_disabled && xen_initial_domain()) {
		const char *m = max_cpus ?
			"The noapic parameter is incompatible with Xen" :
			"The nosmp parameter is incompatible with Xen: give dom0_max_vcpus=1 to it";

		xen_raw_printk("%s\n", m);
		panic("%s", m);
	}

	xen_init_lock_cpu(0);
	smp_prepare_cpus_common();
	speculative_store_bypass_ht_init();
	xen_pmu_init(0);

	if (xen_smp_intr_init(0) || xen_smp_intr_init_pv(0))
		BUG();

	if (!alloc_cpumask_var(&xen_cpu_initialized_map, GFP_KERNEL))
		panic("no memory for xen_cpu_initialized_map");
	cpumask_copy(xen_cpu_initialized_map, cpumask_of(0));

	for_each_possible_cpu(cpu)
		set_cpu_present(cpu, true);
}

static int xen_initialize_context(unsigned int cpu, struct task_struct *idle)
{
	struct desc_struct *gdt = get_cpu_gdt_rw(cpu);
	struct vcpu_guest_context *ctxt;
	unsigned long gdt_mfn;

	if (cpumask_test_and_set_cpu(cpu, xen_cpu_initialized_map))
		return 0;

	ctxt = kzalloc(sizeof(*ctxt), GFP_KERNEL);
	if (!ctxt) {
		cpumask_clear_cpu(cpu, xen_cpu_initialized_map);
		return -ENOMEM;
	}

	ctxt->flags = VGCF_IN_KERNEL | VGCF_failsafe_disables_events;
	ctxt->user_regs.eip = (unsigned long)asm_cpu_bringup_and_idle;
	ctxt->user_regs.esp = (unsigned long)task_pt_regs(idle);
	ctxt->user_regs.eflags = EFLAGS_IOPL_RING1;
	ctxt->user_regs.cs = __KERNEL_CS | MACH_KERNEL_RPL;
	ctxt->user_regs.ss = __KERNEL_DS | MACH_KERNEL_RPL;
	ctxt->user_regs.ds = __USER_DS;
	ctxt->user_regs.es = __USER_DS;
	ctxt->user_regs.fs = __KERNEL_PERCPU;

	xen_copy_trap_info(ctxt->trap_ctxt);

	BUG_ON(offset_in_page(gdt));
	gdt_mfn = arbitrary_virt_to_mfn(gdt);
	make_lowmem_page_readonly(gdt);
	make_lowmem_page_readonly(mfn_to_virt(gdt_mfn));
	ctxt->gdt_frames[0] = gdt_mfn;
	ctxt->gdt_ents = GDT_ENTRIES;

	/* Where user mode enters until the first load_sp0(). */
	ctxt->kernel_ss = __KERNEL_DS | MACH_KERNEL_RPL;
	ctxt->kernel_sp = task_top_of_stack(idle);

	ctxt->event_callback_cs = __KERNEL_CS | MACH_KERNEL_RPL;
	ctxt->event_callback_eip =
		(unsigned long)xen_asm_exc_xen_hypervisor_callback;
	ctxt->failsafe_callback_cs = __KERNEL_CS | MACH_KERNEL_RPL;
	ctxt->failsafe_callback_eip = (unsigned long)xen_failsafe_callback;

	per_cpu(xen_cr3, cpu) = __pa(swapper_pg_dir);
	ctxt->ctrlreg[3] = xen_pfn_to_cr3(virt_to_gfn(swapper_pg_dir));

	if (HYPERVISOR_vcpu_op(VCPUOP_initialise, xen_vcpu_nr(cpu), ctxt))
		BUG();

	kfree(ctxt);
	return 0;
}

static int xen_pv_kick_ap(unsigned int cpu, struct task_struct *idle)
{
	int rc = common_cpu_up(cpu, idle);

	if (rc)
		return rc;

	xen_setup_runstate_info(cpu);

	/* Events start masked. */
	per_cpu(xen_vcpu, cpu)->evtchn_upcall_mask = 1;

	rc = xen_initialize_context(cpu, idle);
	if (rc)
		return rc;

	xen_pmu_init(cpu);

	rc = HYPERVISOR_vcpu_op(VCPUOP_up, xen_vcpu_nr(cpu), NULL);
	if (rc)
		xen_pmu_finish(cpu);

	return rc;
}

static void xen_pv_poll_sync_state(void)
{
	HYPERVISOR_sched_op(SCHEDOP_yield, NULL);
}

#ifdef CONFIG_HOTPLUG_CPU
static int xen_pv_cpu_disable(void)
{
	if (smp_processor_id() == 0)
		return -EBUSY;

	cpu_disable_common();
	load_cr3(swapper_pg_dir);
	return 0;
}

static void xen_pv_cpu_die(unsigned int cpu)
{
	while (HYPERVISOR_vcpu_op(VCPUOP_is_up, xen_vcpu_nr(cpu), NULL)) {
		__set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_timeout(HZ / 10);
	}
}

static void xen_pv_cleanup_dead_cpu(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	xen_uninit_lock_cpu(cpu);
	xen_teardown_timer(cpu);
	xen_pmu_finish(cpu);
}

static void __noreturn xen_pv_play_dead(void)
{
	play_dead_common();
	HYPERVISOR_vcpu_op(VCPUOP_down, xen_vcpu_nr(smp_processor_id()), NULL);
	xen_cpu_bringup_again((unsigned long)task_pt_regs(current));
}
#endif

static void stop_self(void *v)
{
	int cpu = smp_processor_id();

	load_cr3(swapper_pg_dir);
	set_cpu_online(cpu, false);
	HYPERVISOR_vcpu_op(VCPUOP_down, xen_vcpu_nr(cpu), NULL);
	BUG();
}

static void xen_pv_stop_other_cpus(int wait)
{
	smp_call_function(stop_self, NULL, wait);
}

/**
 * xen_smp_count_cpus - limit nr_cpu_ids to the vcpus the domain has
 */
void __init xen_smp_count_cpus(void)
{
	unsigned int cpus;

	for (cpus = 0; cpus < nr_cpu_ids; cpus++) {
		if (HYPERVISOR_vcpu_op(VCPUOP_is_up, cpus, NULL) < 0)
			break;
	}

	pr_info("Xen PV: Detected %u vCPUS\n", cpus);
	if (cpus < nr_cpu_ids)
		set_nr_cpu_ids(cpus);
}

static const struct smp_ops xen_smp_ops __initconst = {
	.smp_prepare_boot_cpu = xen_pv_smp_prepare_boot_cpu,
	.smp_prepare_cpus = xen_pv_smp_prepare_cpus,
	.smp_cpus_done = xen_smp_cpus_done,

	.kick_ap_alive = xen_pv_kick_ap,
	.poll_sync_state = xen_pv_poll_sync_state,
#ifdef CONFIG_HOTPLUG_CPU
	.cpu_die = xen_pv_cpu_die,
	.cleanup_dead_cpu = xen_pv_cleanup_dead_cpu,
	.cpu_disable = xen_pv_cpu_disable,
	.play_dead = xen_pv_play_dead,
#endif

	.stop_other_cpus = xen_pv_stop_other_cpus,
	.smp_send_reschedule = xen_smp_send_reschedule,
	.send_call_func_ipi = xen_smp_send_call_function_ipi,
	.send_call_func_single_ipi = xen_smp_send_call_function_single_ipi,
};

/**
 * xen_smp_init - from here on CPUs are vcpus
 */
void __init xen_smp_init(void)
{
	smp_ops = xen_smp_ops;

	/* There are no firmware tables to look for. */
	x86_init.mpparse.find_mptable = x86_init_noop;
	x86_init.mpparse.early_parse_smp_cfg = x86_init_noop;
	x86_init.mpparse.parse_smp_cfg = xen_initial_domain() ?
		xen_pv_dom0_smp_config : xen_pv_smp_config;
}
