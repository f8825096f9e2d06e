// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of cpuid.c and apic.c: the answers of CPUID that are kept are Xen's, and
 * no vcpu takes another one's APIC ID. What needs Xen is skipped on bare metal.
 */
#include <kunit/test.h>

#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/processor.h>

#include "mach-xen.h"
#include "test.h"

/* Leaves that differ between vcpus, and all of a hypervisor's, are asked for anew. */
static void cacheable(struct kunit *test)
{
	static const u32 no[] = { 0xb, 0xd, 0x1f, 0x8000001e };
	static const u32 yes[] = { 0, 1, 2, 4, 7, 0x80000000, 0x80000008, 0x3fffffff,
				   0x40010000 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(no); i++)
		KUNIT_EXPECT_FALSE(test, xen_cpuid_cacheable(no[i]));
	for (i = 0; i < ARRAY_SIZE(yes); i++)
		KUNIT_EXPECT_TRUE(test, xen_cpuid_cacheable(yes[i]));
	for (i = 0x40000000; i < 0x40010000; i += 0x100)
		KUNIT_EXPECT_FALSE(test, xen_cpuid_cacheable(i));
}

/* Whatever is asked: an answer to that, a free entry, or none */
static void lookup(struct kunit *test)
{
	u32 leaf, subleaf;

	for (leaf = 0; leaf < 0x200; leaf++) {
		for (subleaf = 0; subleaf < 8; subleaf++) {
			struct xen_cpuid_answer *a = xen_cpuid_find(leaf * 0x00810001, subleaf);

			if (!a || !a->known)
				continue;
			KUNIT_EXPECT_EQ(test, a->leaf, leaf * 0x00810001);
			KUNIT_EXPECT_EQ(test, a->subleaf, subleaf);
		}
	}
}

/* Xen answers an online vcpu. This compares the kept answers with Xen's. */
static void kept_answers(struct kunit *test)
{
	static const u32 first[] = { 0, 0x80000000 };
	unsigned int i, n = 0;
	u32 leaf;

	xen_test_needs_pv(test);
	for (i = 0; i < ARRAY_SIZE(first); i++) {
		for (leaf = first[i]; leaf <= cpuid_eax(first[i]); leaf++) {
			struct xen_cpuid_answer *a = xen_cpuid_find(leaf, 0);
			u32 ax, bx, cx, dx;

			if (!a || !a->known)
				continue;
			cpuid_count(leaf, 0, &ax, &bx, &cx, &dx);
			KUNIT_EXPECT_EQ_MSG(test, ax, a->ax, "leaf %#x", leaf);
			/* The APIC ID and the HT bit do not come from Xen. */
			if (leaf == 1) {
				bx = (bx & 0xffffff) | (a->bx & 0xff000000);
				dx |= a->dx & BIT(X86_FEATURE_HT % 32);
			}
			KUNIT_EXPECT_EQ_MSG(test, bx, a->bx, "leaf %#x", leaf);
			KUNIT_EXPECT_EQ_MSG(test, cx, a->cx, "leaf %#x", leaf);
			KUNIT_EXPECT_EQ_MSG(test, dx, a->dx, "leaf %#x", leaf);
			n++;
		}
	}
	/* leaves 0, 1 and 0x80000000 at least */
	KUNIT_EXPECT_GE(test, n, 3);
}

struct said {
	u32 apicid, initial;
	bool threads;
};

static void ask(void *info)
{
	struct said *said = info;

	said->apicid = xen_vcpu_apic_id();
	said->initial = cpuid_ebx(1) >> 24;
	said->threads = cpuid_edx(1) & BIT(X86_FEATURE_HT % 32);
}

/* Each vcpu says who it is, the same in each way, and shows no threads. */
static void apic_ids(struct kunit *test)
{
	unsigned int cpu, other;

	xen_test_needs_pv(test);
	for_each_online_cpu(cpu) {
		struct said said = { };

		KUNIT_ASSERT_EQ(test, 0, smp_call_function_single(cpu, ask, &said, 1));
		KUNIT_EXPECT_EQ(test, said.apicid, cpuid_to_apicid[cpu]);
		KUNIT_EXPECT_EQ(test, said.initial, cpuid_to_apicid[cpu]);
		KUNIT_EXPECT_FALSE(test, said.threads);
	}
	for_each_possible_cpu(cpu) {
		for_each_possible_cpu(other) {
			if (cpu != other)
				KUNIT_EXPECT_NE(test, cpuid_to_apicid[cpu], cpuid_to_apicid[other]);
		}
	}
}

static struct kunit_case cpuid_cases[] = {
	KUNIT_CASE(cacheable),
	KUNIT_CASE(lookup),
	KUNIT_CASE(kept_answers),
	KUNIT_CASE(apic_ids),
	{ }
};

static struct kunit_suite cpuid_suite = {
	.name = "mach-xen-cpuid",
	.test_cases = cpuid_cases,
};

kunit_test_suite(cpuid_suite);
