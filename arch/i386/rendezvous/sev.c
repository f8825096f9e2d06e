// SPDX-License-Identifier: GPL-2.0
/*
 * Guests whose hypervisor cannot start a CPU by INIT and start-up IPIs.
 *
 * With SEV-ES and SEV-SNP the registers of a vcpu are encrypted, so only the guest can
 * set where a vcpu starts. That needs the GHCB protocol and a handler for #VC, and
 * 32-bit kernels have neither. Such a guest may stop early for that reason. If it gets
 * this far, it runs on one CPU.
 */
#include <asm/msr.h>
#include <asm/processor.h>

#include "rendezvous.h"

#define CPUID_SEV		0x8000001f
#define CPUID_SEV_FEATURE	BIT(1)

/**
 * rendezvous_judge_guest - can a guest's CPUs be started by IPIs?
 * @hypervisor:	CPUID says that there is one
 * @features:	%eax of CPUID 0x8000001f, 0 where it does not exist
 * @status:	the SEV status MSR, 0 where it does not exist
 *
 * Return: NULL if they can, else the kind of guest, for a message.
 */
const char *rendezvous_judge_guest(bool hypervisor, u32 features, u64 status)
{
	/* A host has the feature bits and the MSR too. */
	if (!hypervisor || !(features & CPUID_SEV_FEATURE))
		return NULL;
	if (!(status & MSR_AMD64_SEV_ENABLED))
		return NULL;
	if (status & MSR_AMD64_SEV_SNP_ENABLED)
		return "an SEV-SNP guest";
	if (status & MSR_AMD64_SEV_ES_ENABLED)
		return "an SEV-ES guest";

	/* With SEV alone, all memory is private while paging is off. That is fine. */
	return NULL;
}

/**
 * rendezvous_obstacle - is this a guest whose CPUs IPIs cannot start?
 *
 * Return: NULL if not, else the kind of guest, for a message.
 */
const char *rendezvous_obstacle(void)
{
	u32 features = 0;
	u64 status = 0;

	if (cpuid_eax(0x80000000) >= CPUID_SEV)
		features = cpuid_eax(CPUID_SEV);
	if ((features & CPUID_SEV_FEATURE) &&
	    rdmsrl_safe(MSR_AMD64_SEV, &status))
		status = 0;

	return rendezvous_judge_guest(boot_cpu_has(X86_FEATURE_HYPERVISOR),
				      features, status);
}
