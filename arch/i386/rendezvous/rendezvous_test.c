// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the rendezvous: the layout of the funnel as it is in the
 * image, and the decision on confidential guests, with made-up values. Boot
 * tests cover the funnel while it runs.
 */
#include <kunit/test.h>

#include <asm/msr-index.h>

#include "rendezvous.h"

#define SEV		BIT(1)
#define SEV_ES		BIT(3)

static const struct rendezvous_params *params(void)
{
	return (const void *)rendezvous_funnel + RV_PARAMS;
}

static void one_blob(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, rendezvous_size, RV_LOW_SIZE);
	/* Both entries are in the blob, behind the part that is copied. */
	KUNIT_EXPECT_EQ(test, rendezvous_enter - rendezvous_funnel, RV_LOW_SIZE);
	KUNIT_EXPECT_GT(test, rendezvous_leave - rendezvous_funnel, RV_LOW_SIZE);
	KUNIT_EXPECT_LT(test, rendezvous_leave - rendezvous_funnel, rendezvous_size);
}

static void low_part(struct kunit *test)
{
	const struct rendezvous_params *p = params();

	/* The page below 1 MiB has room for it, the marks and a stack. */
	KUNIT_EXPECT_LE(test, RV_LOW_SIZE, RV_PARKED);
	KUNIT_EXPECT_LT(test, RV_PARKED + RV_SLOTS_NR, RV_STACK);
	KUNIT_EXPECT_LT(test, RV_STACK, PAGE_SIZE);
	/* The 16-bit code is all in it. */
	KUNIT_EXPECT_GT(test, p->to_pm16, RV_GDT + RV_GDT_SIZE);
	KUNIT_EXPECT_LT(test, p->to_pm16, RV_LOW_SIZE);
	KUNIT_EXPECT_GT(test, p->to_real, p->to_pm16);
	KUNIT_EXPECT_LT(test, p->to_real, RV_LOW_SIZE);
}

static void nothing_relocated(struct kunit *test)
{
	const struct rendezvous_params *p = params();

	/* Addresses are 0 in the image. They are written to the copy. */
	KUNIT_EXPECT_EQ(test, p->entry, 0);
	KUNIT_EXPECT_EQ(test, p->cr3, 0);
	KUNIT_EXPECT_EQ(test, p->slots, 0);
	KUNIT_EXPECT_EQ(test, p->gdt_base, 0);
	KUNIT_EXPECT_EQ(test, p->real_segment, 0);
	KUNIT_EXPECT_EQ(test, p->gdt[RV_CODE16 / 8], 0x00009b000000ffffULL);
	KUNIT_EXPECT_EQ(test, p->gdt[RV_DATA16 / 8], 0x000093000000ffffULL);
}

static void selectors(struct kunit *test)
{
	const struct rendezvous_params *p = params();

	KUNIT_EXPECT_EQ(test, p->code32, RV_CODE32);
	KUNIT_EXPECT_EQ(test, p->code16, RV_CODE16);
	KUNIT_EXPECT_EQ(test, p->gdt_limit, RV_GDT_SIZE - 1);
	KUNIT_EXPECT_EQ(test, p->gdt[0], 0);
	/* Flat, page granular, 32-bit; present, accessed, code and data. */
	KUNIT_EXPECT_EQ(test, p->gdt[RV_CODE32 / 8], 0x00cf9b000000ffffULL);
	KUNIT_EXPECT_EQ(test, p->gdt[RV_DATA32 / 8], 0x00cf93000000ffffULL);
}

static void bare_machine(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(false, 0, 0));
	/* A host that supports SEV guests: its status bits do not matter. */
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(false, SEV | SEV_ES, 0));
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(false, SEV | SEV_ES,
						       MSR_AMD64_SEV_ENABLED |
						       MSR_AMD64_SEV_ES_ENABLED));
}

static void plain_guest(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(true, 0, 0));
	/* The feature is shown to the guest, but not used for it. */
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(true, SEV | SEV_ES, 0));
	/* Without the feature bit the status means nothing. */
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(true, 0, ~0ULL));
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(true, SEV_ES, ~0ULL));
}

static void sev_guest(struct kunit *test)
{
	u64 on = MSR_AMD64_SEV_ENABLED;

	/* Its registers are not encrypted: start-up IPIs work. */
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(true, SEV, on));
	KUNIT_EXPECT_NULL(test, rendezvous_judge_guest(true, SEV | SEV_ES, on));

	on |= MSR_AMD64_SEV_ES_ENABLED;
	KUNIT_EXPECT_STREQ(test, rendezvous_judge_guest(true, SEV | SEV_ES, on),
			   "an SEV-ES guest");
	/* A hypervisor may use SEV-ES and hide its feature bit. */
	KUNIT_EXPECT_STREQ(test, rendezvous_judge_guest(true, SEV, on),
			   "an SEV-ES guest");

	on |= MSR_AMD64_SEV_SNP_ENABLED;
	KUNIT_EXPECT_STREQ(test, rendezvous_judge_guest(true, SEV | SEV_ES, on),
			   "an SEV-SNP guest");
}

static struct kunit_case rendezvous_cases[] = {
	KUNIT_CASE(one_blob),
	KUNIT_CASE(low_part),
	KUNIT_CASE(nothing_relocated),
	KUNIT_CASE(selectors),
	KUNIT_CASE(bare_machine),
	KUNIT_CASE(plain_guest),
	KUNIT_CASE(sev_guest),
	{}
};

static struct kunit_suite rendezvous_suite = {
	.name = "rendezvous",
	.test_cases = rendezvous_cases,
};

kunit_test_suite(rendezvous_suite);

MODULE_DESCRIPTION("KUnit tests of the rendezvous of secondary CPUs");
MODULE_LICENSE("GPL");
