// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of desc.c: which gates of an IDT become handlers for Xen, and how. They
 * need no Xen.
 */
#include <kunit/test.h>

#include <linux/slab.h>

#include <asm/desc.h>
#include <asm/idtentry.h>
#include <asm/irq_vectors.h>

#include "mach-xen.h"

#define HANDLER	0xc1234567UL
/* TI_IF in Xen's public/arch-x86/xen.h: events are masked when the handler begins */
#define TI_IF	BIT(2)

static gate_desc gate(unsigned long addr, unsigned int type, unsigned int dpl)
{
	return (gate_desc){
		.offset_low = addr & 0xffff,
		.offset_middle = addr >> 16,
		.segment = __KERNEL_CS,
		.bits = { .type = type, .dpl = dpl, .p = 1 },
	};
}

/* Exceptions and the system call; events take the place of the other vectors. */
static void vectors(struct kunit *test)
{
	const gate_desc g = gate(HANDLER, GATE_INTERRUPT, 0);
	struct trap_info info;
	int vector;

	for (vector = 0; vector < IDT_ENTRIES; vector++) {
		bool kept = vector < 32 || vector == 0x80;

		KUNIT_EXPECT_EQ(test, xen_gate_to_trap(vector, &g, &info), kept);
		if (!kept)
			continue;
		KUNIT_EXPECT_EQ(test, info.vector, vector);
		KUNIT_EXPECT_EQ(test, info.address, HANDLER);
		KUNIT_EXPECT_EQ(test, info.cs, __KERNEL_CS);
	}
}

static void flags(struct kunit *test)
{
	struct trap_info info;
	unsigned int dpl;

	for (dpl = 0; dpl < 4; dpl++) {
		gate_desc g = gate(HANDLER, GATE_TRAP, dpl);

		KUNIT_EXPECT_TRUE(test, xen_gate_to_trap(3, &g, &info));
		KUNIT_EXPECT_EQ(test, info.flags, dpl);
		g = gate(HANDLER, GATE_INTERRUPT, dpl);
		KUNIT_EXPECT_TRUE(test, xen_gate_to_trap(3, &g, &info));
		KUNIT_EXPECT_EQ(test, info.flags, dpl | TI_IF);
	}
}

/* Xen has neither task gates nor call gates. */
static void other_gates(struct kunit *test)
{
	static const unsigned int types[] = { GATE_TASK, GATE_CALL, 0 };
	struct trap_info info;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		gate_desc g = gate(HANDLER, types[i], 0);

		KUNIT_EXPECT_FALSE(test, xen_gate_to_trap(8, &g, &info));
	}
}

/* The stubs that Xen needs replace those of bare metal, wherever they stand. */
static void replaced(struct kunit *test)
{
	gate_desc g = gate((unsigned long)asm_exc_nmi, GATE_INTERRUPT, 0);
	struct trap_info info;

	KUNIT_EXPECT_TRUE(test, xen_gate_to_trap(2, &g, &info));
	KUNIT_EXPECT_EQ(test, info.address, (unsigned long)asm_xenpv_exc_nmi);
#ifdef CONFIG_X86_MCE
	g = gate((unsigned long)asm_exc_machine_check, GATE_INTERRUPT, 0);
	KUNIT_EXPECT_TRUE(test, xen_gate_to_trap(18, &g, &info));
	KUNIT_EXPECT_EQ(test, info.address, (unsigned long)asm_xenpv_exc_machine_check);
#endif
	g = gate((unsigned long)asm_exc_page_fault, GATE_INTERRUPT, 0);
	KUNIT_EXPECT_TRUE(test, xen_gate_to_trap(14, &g, &info));
	KUNIT_EXPECT_EQ(test, info.address, (unsigned long)asm_exc_page_fault);
}

/* A whole table: no gap, in the order of the vectors, no more than there is room for */
static void whole_table(struct kunit *test)
{
	struct trap_info *traps = kunit_kcalloc(test, IDT_ENTRIES, sizeof(*traps), GFP_KERNEL);
	gate_desc *idt = kunit_kcalloc(test, IDT_ENTRIES, sizeof(*idt), GFP_KERNEL);
	struct desc_ptr desc = {
		.size = IDT_ENTRIES * sizeof(*idt) - 1,
		.address = (unsigned long)idt,
	};
	unsigned int i, n;

	KUNIT_ASSERT_NOT_NULL(test, traps);
	KUNIT_ASSERT_NOT_NULL(test, idt);
	for (i = 0; i < IDT_ENTRIES; i++)
		idt[i] = gate(HANDLER + i, GATE_INTERRUPT, 0);
	idt[8] = gate(0, GATE_TASK, 0);

	n = xen_convert_idt(&desc, traps);
	KUNIT_EXPECT_EQ(test, n, FIRST_EXTERNAL_VECTOR);
	for (i = 0; i < n; i++) {
		unsigned int vector = i < 8 ? i : i < n - 1 ? i + 1 : 0x80;

		KUNIT_EXPECT_EQ(test, traps[i].vector, vector);
		KUNIT_EXPECT_EQ(test, traps[i].address, HANDLER + vector);
	}
	KUNIT_EXPECT_EQ(test, traps[n].address, 0);
}

static struct kunit_case desc_cases[] = {
	KUNIT_CASE(vectors),
	KUNIT_CASE(flags),
	KUNIT_CASE(other_gates),
	KUNIT_CASE(replaced),
	KUNIT_CASE(whole_table),
	{ }
};

static struct kunit_suite desc_suite = {
	.name = "mach-xen-desc",
	.test_cases = desc_cases,
};

kunit_test_suite(desc_suite);
