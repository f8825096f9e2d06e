// SPDX-License-Identifier: GPL-2.0
/*
 * APIC IDs of vcpus, and the driver of the local APIC.
 *
 * Any real CPU may run any vcpu, so the IDs of real CPUs mean nothing to a guest and
 * there is no topology. A vcpu has the ID it was registered with: from the host's
 * tables, or made up here. The driver for PV guests is upstream's
 * (arch/x86/xen/apic.c), but its read() returns the IDs of real CPUs.
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
 * xen_vcpu_apic_id - APIC ID of the vcpu that asks
 *
 * Return: the APIC ID; the number of the vcpu before it has one.
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
 * The CPUs of an initial domain come from the host's ACPI tables, and those
 * name real CPUs: a domain with more vcpus than that gets APIC IDs here.
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
 * mach_pv_init_platform - choose the driver of the local APIC, and who counts CPUs
 *
 * This must come before the host's tables are read. With the default driver the kernel
 * would take what is mapped in the place of the local APIC for the boot CPU's ID.
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
