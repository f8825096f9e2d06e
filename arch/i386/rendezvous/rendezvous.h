/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interface between the funnel (funnel.S) and the CPU that calls the others into it
 * (rendezvous.c).
 */
#ifndef MACH_XEN_RENDEZVOUS_H
#define MACH_XEN_RENDEZVOUS_H

/* Offsets in the copy of the funnel's beginning below 1 MiB, one page. */
#define RV_PARAMS		0x008	/* struct rendezvous_params */
#define RV_LOW_SIZE		0x100	/* number of bytes copied there */
#define RV_PARKED		0xe00	/* one byte for each APIC ID */
#define RV_STACK		0xffe	/* stack of parked CPUs, an NMI needs it */

/* struct rendezvous_params */
#define RV_ENTRY		(RV_PARAMS + 0x00)
#define RV_CR3			(RV_PARAMS + 0x08)
#define RV_CR4			(RV_PARAMS + 0x0c)
#define RV_SLOTS		(RV_PARAMS + 0x10)
#define RV_GDTR			(RV_PARAMS + 0x16)
#define RV_TO_PM16		(RV_PARAMS + 0x1c)
#define RV_TO_REAL		(RV_PARAMS + 0x24)
#define RV_GDT			(RV_PARAMS + 0x28)

/* Selectors in the funnel's own GDT */
#define RV_CODE32		0x08
#define RV_DATA32		0x10
#define RV_CODE16		0x18
#define RV_DATA16		0x20
#define RV_GDT_SIZE		0x28

/* struct rendezvous_slot */
#define RV_SLOT_STATE		0x00
#define RV_SLOT_SP		0x04
#define RV_SLOT_GDT		0x08
#define RV_SLOT_CODE		0x0c
#define RV_SLOT_SHIFT		4

/* xAPIC IDs have 8 bits. No CPU has the last one, which is for broadcasts. */
#define RV_SLOTS_NR		256
#define RV_NO_SLOT		(RV_SLOTS_NR - 1)

/*
 * State of a slot. The calling CPU writes CALLED, RELEASED and DISMISSED. The CPU with
 * that APIC ID writes WAITING, X2APIC, and ELSEWHERE when it leaves the funnel for the
 * kernel. Before the first call the calling CPU writes ELSEWHERE to the slots of all
 * possible CPUs; the other slots stay UNLISTED.
 */
#define RV_UNLISTED		0	/* the firmware's table has no such CPU */
#define RV_ELSEWHERE		1	/* runs the kernel, sleeps, or is parked */
#define RV_CALLED		2	/* start-up IPIs are on the way */
#define RV_WAITING		3	/* is in the funnel */
#define RV_RELEASED		4	/* may leave the funnel for the kernel */
#define RV_DISMISSED		5	/* must park, or has parked */
#define RV_X2APIC		6	/* cannot be driven, has parked */

/* What to do once back in real mode */
#define RV_PARK			0
#define RV_BIOS			1

#ifndef __ASSEMBLY__
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * struct rendezvous_params - data that the funnel reads in its low copy
 * @entry:	physical address of the 32-bit part
 * @code32:	its selector; a far pointer together with @entry
 * @pad0:	not used
 * @cr3:	page table that maps the kernel, and the funnel one to one
 * @cr4:	value of CR4 that paging needs
 * @slots:	physical address of the slots
 * @pad1:	not used
 * @gdt_limit:	limit in the funnel's GDTR
 * @gdt_base:	base in the GDTR, in the low copy
 * @to_pm16:	offset part of a far pointer to 16-bit protected mode code
 * @code16:	its selector
 * @pad2:	not used
 * @to_real:	offset part of a far pointer to real mode code
 * @real_segment:	its segment
 * @gdt:	null, 32-bit code and data, 16-bit code and data
 *
 * Only @entry, @cr3, @cr4, @slots, @gdt_base, @real_segment and the bases
 * of the 16-bit segments are written at run time, to the copy.
 */
struct rendezvous_params {
	u32	entry;
	u16	code32;
	u16	pad0;
	u32	cr3;
	u32	cr4;
	u32	slots;
	u16	pad1;
	u16	gdt_limit;
	u32	gdt_base;
	u32	to_pm16;
	u16	code16;
	u16	pad2;
	u16	to_real;
	u16	real_segment;
	u64	gdt[RV_GDT_SIZE / 8];
};

static_assert(offsetof(struct rendezvous_params, entry) + RV_PARAMS == RV_ENTRY);
static_assert(offsetof(struct rendezvous_params, cr3) + RV_PARAMS == RV_CR3);
static_assert(offsetof(struct rendezvous_params, cr4) + RV_PARAMS == RV_CR4);
static_assert(offsetof(struct rendezvous_params, slots) + RV_PARAMS == RV_SLOTS);
static_assert(offsetof(struct rendezvous_params, gdt_limit) + RV_PARAMS == RV_GDTR);
static_assert(offsetof(struct rendezvous_params, gdt_base) + RV_PARAMS == RV_GDTR + 2);
static_assert(offsetof(struct rendezvous_params, to_pm16) + RV_PARAMS == RV_TO_PM16);
static_assert(offsetof(struct rendezvous_params, to_real) + RV_PARAMS == RV_TO_REAL);
static_assert(offsetof(struct rendezvous_params, gdt) + RV_PARAMS == RV_GDT);

/**
 * struct rendezvous_slot - data for a CPU, indexed by its APIC ID
 * @state:	RV_UNLISTED and so on
 * @sp:		its first stack pointer
 * @gdt:	its GDT
 * @code:	address of its first C function
 */
struct rendezvous_slot {
	u32	state;
	u32	sp;
	u32	gdt;
	u32	code;
};

static_assert(offsetof(struct rendezvous_slot, state) == RV_SLOT_STATE);
static_assert(offsetof(struct rendezvous_slot, sp) == RV_SLOT_SP);
static_assert(offsetof(struct rendezvous_slot, gdt) == RV_SLOT_GDT);
static_assert(offsetof(struct rendezvous_slot, code) == RV_SLOT_CODE);
static_assert(sizeof(struct rendezvous_slot) == 1 << RV_SLOT_SHIFT);

/* funnel.S: the blob, its entry from real mode, its entry from C, its size in bytes */
extern const u8 rendezvous_funnel[];
extern const u8 rendezvous_enter[];
extern const u8 rendezvous_leave[];
extern const u32 rendezvous_size;

/* rendezvous.c */
bool rendezvous_in_use(void);

/* sev.c */
const char *rendezvous_obstacle(void);
const char *rendezvous_judge_guest(bool hypervisor, u32 features, u64 status);

#endif /* __ASSEMBLY__ */
#endif /* MACH_XEN_RENDEZVOUS_H */
