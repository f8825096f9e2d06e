// SPDX-License-Identifier: GPL-2.0
/*
 * Starting the secondary CPUs of a bare machine, all at once.
 *
 * When the hotplug core starts the first secondary CPU, the boot CPU sends INIT and
 * start-up IPIs to all primary threads. It calls all sibling threads when the core
 * starts the first of those. The called CPUs meet in the funnel (funnel.S), each at the
 * slot of its APIC ID, and wait there for the core. Each loads microcode and measures
 * its delay loop (calibrate.c) before it reports alive, so all do that at the same
 * time. The rest of their start is serial, as in the base kernel.
 *
 * This file uses hooks of the base kernel: arch_cpuhp_init_parallel_bringup(), the APIC
 * driver's wakeup_secondary_cpu() and smp_ops. With "cpuhp.parallel=0" it only takes
 * CPUs back to real mode. It supports xAPIC only.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kexec.h>
#include <linux/panic.h>
#include <linux/reboot.h>
#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/desc.h>
#include <asm/io.h>
#include <asm/mach_smp.h>
#include <asm/pgtable.h>
#include <asm/realmode.h>
#include <asm/reboot.h>
#include <asm/smp.h>

#include "rendezvous.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

#undef pr_fmt
#define pr_fmt(fmt) "rendezvous: " fmt

/* A CPU answers within microseconds; this is for one that never does. */
#define ANSWER_MS	1000
/* How long a stopped CPU may take back to real mode. */
#define PARK_US		100000

/* Indexed by APIC ID. The funnel uses the physical address of this array. */
static struct rendezvous_slot slots[RV_SLOTS_NR] __aligned(PAGE_SIZE);

/* The low copy of the funnel, NULL if there is no room for it */
static u8 *funnel_page;

/*
 * At boot a call goes to all present primary threads, or to all present sibling
 * threads. They wait in the funnel. Later a call goes to one CPU, as nothing would
 * release others.
 */
static enum {
	CALL_NONE_YET,
	CALL_ALL,
	CALL_ONE,
} call_mode;

/**
 * rendezvous_in_use - do the secondary CPUs start by the rendezvous?
 *
 * Return: true once the first secondary CPU starts; false with "cpuhp.parallel=0".
 */
bool notrace rendezvous_in_use(void)
{
	return call_mode != CALL_NONE_YET;
}

/* Microseconds between INIT and start-up IPIs */
static unsigned int init_pause;

static void (*base_stop_other_cpus)(int wait);
static void (*base_cpus_done)(unsigned int max_cpus);

static u32 slot_state(u32 apicid)
{
	/* Pairs with the locked instruction and the stores of the funnel. */
	return smp_load_acquire(&slots[apicid].state);
}

/* -- calling ---------------------------------------------------------------- */

static void send_ipi(u32 apicid, u32 icr)
{
	trace_rendezvous_ipi(apicid, icr);
	apic_icr_write(icr, apicid);
	safe_apic_wait_icr_idle();
}

static void send_ipis(const unsigned long *ids, u32 icr)
{
	u32 apicid;

	for_each_set_bit(apicid, ids, RV_SLOTS_NR)
		send_ipi(apicid, icr);
}

static void clear_esr(void)
{
	/* Due to erratum 3AP, do not write the register on a Pentium. */
	if (lapic_get_maxlvt() > 3)
		apic_write(APIC_ESR, 0);
	apic_read(APIC_ESR);
}

/*
 * Send INIT and two start-up IPIs to all @ids, with each pause once for all of them. If
 * the CPU model needs it, the pauses are those of the MultiProcessor Specification.
 */
static void send_init_sipi(const unsigned long *ids)
{
	struct rendezvous_params *params = (void *)funnel_page + RV_PARAMS;
	u32 apicid;
	int i;

	params->cr4 = mmu_cr4_features;
	for_each_set_bit(apicid, ids, RV_SLOTS_NR) {
		funnel_page[RV_PARKED + apicid] = 0;
		slots[apicid].state = RV_CALLED;
	}
	/* Make the stores visible before the first IPI. The funnel needs no barrier. */
	smp_mb();

	preempt_disable();
	clear_esr();
	send_ipis(ids, APIC_INT_LEVELTRIG | APIC_INT_ASSERT | APIC_DM_INIT);
	udelay(init_pause);
	send_ipis(ids, APIC_INT_LEVELTRIG | APIC_DM_INIT);

	for (i = 0; i < 2; i++) {
		clear_esr();
		send_ipis(ids, APIC_DM_STARTUP | (__pa(funnel_page) >> PAGE_SHIFT));
		udelay(init_pause ? 300 : 10);
	}
	clear_esr();
	preempt_enable();
}

static bool all_answered(const unsigned long *ids)
{
	u32 apicid;

	for_each_set_bit(apicid, ids, RV_SLOTS_NR) {
		if (slot_state(apicid) == RV_CALLED)
			return false;
	}

	return true;
}

/* Wait once for all CPUs. The time does not grow with the number that never answer. */
static void await_answers(const unsigned long *ids)
{
	unsigned long end = jiffies + msecs_to_jiffies(ANSWER_MS) + 1;
	unsigned int us;
	u32 apicid;

	for (us = 0; !all_answered(ids) && us < 1000; us += 10)
		udelay(10);
	while (!all_answered(ids) && time_before(jiffies, end))
		usleep_range(USEC_PER_MSEC, 2 * USEC_PER_MSEC);

	for_each_set_bit(apicid, ids, RV_SLOTS_NR) {
		if (cmpxchg(&slots[apicid].state, RV_CALLED, RV_DISMISSED) == RV_CALLED)
			pr_err("the CPU with APIC ID %u does not answer, going on without it\n",
			       apicid);
		else if (slot_state(apicid) == RV_X2APIC)
			pr_err("firmware left the CPU with APIC ID %u in x2APIC mode, which an i386 kernel cannot drive: it stays off\n",
			       apicid);
	}
}

static bool apicid_is_primary_thread(u32 apicid)
{
	unsigned int cpu;

	for_each_present_cpu(cpu) {
		if (apic->cpu_present_to_apicid(cpu) == apicid)
			return topology_is_primary_thread(cpu);
	}

	return true;
}

/*
 * Call all primary threads if @wanted is one, else all sibling threads. The base starts
 * sibling threads once the primary threads are online, because a CPU must not run while
 * its sibling loads microcode (cpuhp_bringup_cpus_parallel()).
 */
static void call_primaries_or_siblings(u32 wanted)
{
	DECLARE_BITMAP(ids, RV_SLOTS_NR) = {};
	bool primary = apicid_is_primary_thread(wanted);
	unsigned int cpu;
	u32 apicid;

	for_each_present_cpu(cpu) {
		if (cpu_online(cpu) || topology_is_primary_thread(cpu) != primary)
			continue;
		apicid = apic->cpu_present_to_apicid(cpu);
		if (apicid < RV_NO_SLOT && slot_state(apicid) == RV_ELSEWHERE)
			__set_bit(apicid, ids);
	}

	send_init_sipi(ids);
	await_answers(ids);
	pr_info("called %u %sCPUs at once\n", bitmap_weight(ids, RV_SLOTS_NR),
		primary ? "" : "sibling ");
}

static void call_one(u32 apicid)
{
	DECLARE_BITMAP(ids, RV_SLOTS_NR) = {};

	__set_bit(apicid, ids);
	send_init_sipi(ids);
	await_answers(ids);
}

/*
 * apic->wakeup_secondary_cpu(): do_boot_cpu() has set global variables for the CPU.
 * Copy them to the CPU's slot.
 */
static int rendezvous_wakeup_cpu(u32 apicid, unsigned long start_eip)
{
	struct rendezvous_slot *slot;

	if (apicid >= RV_NO_SLOT)
		return -EINVAL;
	slot = &slots[apicid];

	if (call_mode == CALL_NONE_YET)
		call_mode = CALL_ALL;

	if (call_mode == CALL_ONE)
		call_one(apicid);
	else if (slot_state(apicid) == RV_ELSEWHERE)
		call_primaries_or_siblings(apicid);

	if (slot_state(apicid) != RV_WAITING)
		return -EIO;

	slot->sp = initial_stack;
	slot->gdt = early_gdt_descr.address;
	slot->code = initial_code;
	trace_rendezvous_release(apicid);
	/* The funnel reads the state first, and x86 does not reorder reads. */
	smp_store_release(&slot->state, RV_RELEASED);

	return 0;
}

/* With "maxcpus=" some CPUs still wait, and nothing will release them: park them. */
static void __init rendezvous_cpus_done(unsigned int max_cpus)
{
	u32 apicid;

	call_mode = CALL_ONE;
	for (apicid = 0; apicid < RV_SLOTS_NR; apicid++)
		cmpxchg(&slots[apicid].state, RV_WAITING, RV_DISMISSED);

	base_cpus_done(max_cpus);
}

/**
 * mach_init_udelay - keep the pause that the CPU model or "cpu_init_udelay=" asks for
 * @us:	microseconds between INIT and start-up IPIs
 */
void __init mach_init_udelay(unsigned int us)
{
	init_pause = us;
}

/**
 * arch_cpuhp_init_parallel_bringup - is bring-up to be parallel?
 *
 * Called once, before the first secondary CPU, unless "cpuhp.parallel=0".
 *
 * Return: true if so; false for the base kernel's way.
 */
bool __init arch_cpuhp_init_parallel_bringup(void)
{
	unsigned int cpu;
	u32 apicid;

	/* No page below 1 MiB, no parallel bring-up, or the APIC driver starts CPUs. */
	if (!funnel_page || !x86_cpuinit.parallel_bringup || apic->wakeup_secondary_cpu)
		return false;
	/* An external APIC (82489DX) does not support start-up IPIs. */
	if (!APIC_INTEGRATED(boot_cpu_apic_version))
		return false;

	for_each_possible_cpu(cpu) {
		apicid = apic->cpu_present_to_apicid(cpu);
		if (apicid < RV_NO_SLOT)
			slots[apicid].state = RV_ELSEWHERE;
	}

	apic_update_callback(wakeup_secondary_cpu, rendezvous_wakeup_cpu);
	base_cpus_done = smp_ops.smp_cpus_done;
	smp_ops.smp_cpus_done = rendezvous_cpus_done;

	return true;
}

/* -- the way back ----------------------------------------------------------- */

static void __noreturn leave_for_real_mode(u32 what, u32 apicid)
{
	load_trampoline_pgtable();
	asm volatile("jmp *%0"
		     : : "r" (__pa_symbol(rendezvous_leave)), "b" (__pa(funnel_page)),
			 "S" (apicid), "D" (what) : "memory");
	unreachable();
}

/**
 * mach_real_restart - go to real mode and jump to the BIOS
 * @type:	MRR_BIOS or MRR_APM
 *
 * Returns without effect if there is no funnel, or if @type is MRR_APM.
 */
void mach_real_restart(unsigned int type)
{
	if (type == MRR_BIOS && funnel_page)
		leave_for_real_mode(RV_BIOS, RV_NO_SLOT);
}

/* smp_ops.stop_this_cpu(): park below 1 MiB, where kexec overwrites nothing */
static void rendezvous_stop_this_cpu(void)
{
	/* After a crash the page tables or the funnel may be damaged: halt here. */
	if (crashing_cpu != -1 || panic_in_progress()) {
		while (1)
			native_halt();
	}

	leave_for_real_mode(RV_PARK, apic->cpu_present_to_apicid(smp_processor_id()));
}

static bool all_parked(const unsigned long *ids)
{
	u32 apicid;

	for_each_set_bit(apicid, ids, RV_SLOTS_NR) {
		if (!READ_ONCE(funnel_page[RV_PARKED + apicid]))
			return false;
	}

	return true;
}

/* smp_ops.stop_other_cpus(): a CPU counts as stopped once it is in real mode */
static void rendezvous_stop_other_cpus(int wait)
{
	DECLARE_BITMAP(ids, RV_SLOTS_NR) = {};
	unsigned int cpu, us;
	u32 apicid;

	/* After a panic CPUs halt where they are; a forced reboot stops none. */
	if (panic_in_progress() || reboot_force) {
		base_stop_other_cpus(wait);
		return;
	}

	for_each_online_cpu(cpu) {
		apicid = apic->cpu_present_to_apicid(cpu);
		if (cpu == raw_smp_processor_id() || apicid >= RV_NO_SLOT)
			continue;
		funnel_page[RV_PARKED + apicid] = 0;
		__set_bit(apicid, ids);
	}

	base_stop_other_cpus(wait);

	for (us = 0; !all_parked(ids) && us < PARK_US; us += 10)
		udelay(10);
}

/* -- setting it up ---------------------------------------------------------- */

static void __init set_segment_base(u64 *desc, u32 base)
{
	*desc |= (u64)(base & 0xffffff) << 16 | (u64)(base >> 24) << 56;
}

static int rendezvous_refuse(unsigned int cpu, struct task_struct *idle)
{
	return -EOPNOTSUPP;
}

static int __init rendezvous_init(void)
{
	struct rendezvous_params *params;
	const char *obstacle;
	u32 base;

	/* The page comes with the real-mode trampoline. A PV guest has neither. */
	if (!real_mode_header)
		return 0;

	if (!IS_ENABLED(CONFIG_X86_X2APIC) && apic_is_x2apic_enabled()) {
		pr_err("firmware left the CPUs in x2APIC mode, which an i386 kernel cannot drive: running on one CPU\n");
		return 0;
	}

	obstacle = rendezvous_obstacle();
	if (obstacle) {
		pr_warn("IPIs cannot start the CPUs of %s: running on one CPU\n",
			obstacle);
		smp_ops.kick_ap_alive = rendezvous_refuse;
		return 0;
	}

	funnel_page = (u8 *)real_mode_header +
	      ALIGN(real_mode_blob_end - real_mode_blob, PAGE_SIZE);
	base = __pa(funnel_page);

	memset(funnel_page, 0, PAGE_SIZE);
	memcpy(funnel_page, rendezvous_funnel, RV_LOW_SIZE);
	params = (void *)funnel_page + RV_PARAMS;
	params->entry = __pa_symbol(rendezvous_enter);
	params->cr3 = __pa_symbol(initial_page_table);
	params->slots = __pa_symbol(slots);
	params->gdt_base = base + RV_GDT;
	params->real_segment = base >> 4;
	set_segment_base(&params->gdt[RV_CODE16 / 8], base);
	set_segment_base(&params->gdt[RV_DATA16 / 8], base);

	base_stop_other_cpus = smp_ops.stop_other_cpus;
	smp_ops.stop_other_cpus = rendezvous_stop_other_cpus;
	smp_ops.stop_this_cpu = rendezvous_stop_this_cpu;

	return 0;
}
early_initcall(rendezvous_init);
