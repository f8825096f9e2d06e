// SPDX-License-Identifier: GPL-2.0
/*
 * APIC IDs of vcpus, and the driver of the local APIC.
 *
 * Any real CPU may run any vcpu. So the IDs of real CPUs mean nothing to a guest, and
 * there is no topology. A vcpu keeps the ID it was registered with: an ID from the
 * host's tables, or one made up here or in smp_pv.c. The driver is in
 * arch/x86/xen/apic.c. In an initial domain its read() would return the IDs of real
 * CPUs.
 */
#include <linux/bitmap.h>
#include <linux/init.h>
#include <linux/smp.h>

#include <xen/xen.h>

#include <asm/apic.h>
#include <asm/mpspec.h>
#include <asm/x86_init.h>

#include "mach-xen.h"

/**
 * xen_vcpu_apic_id - get the APIC ID of the current vcpu
 *
 * Return: the APIC ID, or the vcpu's number while no APIC ID is registered for it.
 */
u32 xen_vcpu_apic_id(void)
{
	unsigned int cpu = raw_smp_processor_id();

	return cpuid_to_apicid[cpu] == BAD_APICID ? cpu : cpuid_to_apicid[cpu];
}

static u32 xen_read_apic(u32 reg)
{
	switch (reg) {
	case APIC_LVR:
		return 0x14;
	case APIC_ID:
		return xen_vcpu_apic_id() << 24;
	}

	return 0;
}

#ifdef CONFIG_SMP
/*
 * In an initial domain the kernel registers the CPUs of the host's ACPI tables, one for
 * each real CPU. If the domain has more vcpus than that, this function registers APIC
 * IDs for the others.
 */
static void __init xen_pv_dom0_smp_config(void)
{
	unsigned int known;
	u32 apicid;

	if (bitmap_empty(phys_cpu_present_map, MAX_LOCAL_APIC)) {
		topology_register_boot_apic(0);
		/* Pretend to be a proper enumerated system. */
		smp_found_config = 1;
	}

	known = bitmap_weight(phys_cpu_present_map, MAX_LOCAL_APIC);
	for (apicid = 0; known < nr_cpu_ids && apicid < MAX_LOCAL_APIC; apicid++) {
		if (test_bit(apicid, phys_cpu_present_map))
			continue;
		topology_register_apic(apicid, CPU_ACPIID_INVALID, true);
		known++;
	}
}
#endif

/**
 * mach_pv_init_platform - set the APIC driver and the function that registers CPUs
 *
 * This must come before the kernel reads the host's tables. Xen has no local APIC for
 * the guest; the kernel maps a dummy page instead. The default driver would read the
 * boot CPU's ID from that page.
 */
void __init mach_pv_init_platform(void)
{
	x86_32_probe_apic();
	apic_update_callback(read, xen_read_apic);

#ifdef CONFIG_SMP
	if (xen_initial_domain())
		x86_init.mpparse.parse_smp_cfg = xen_pv_dom0_smp_config;
#endif
}
