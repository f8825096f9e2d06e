// SPDX-License-Identifier: GPL-2.0
/*
 * ELF notes: what is in one, and what all of them and the __xen_guest section say
 * to each of their readers.
 */
#include <elf.h>
#include <string.h>

#include "xen-image.h"

/* A string of a note's that is longer has no end. */
#define TEXT_MAX	4096

static const struct {
	const char *name;
	bool text;
	/* Xen 4.17's library knows it */
	bool known;
} notes[XI_NOTE_MAX] = {
	[XI_NOTE_INFO] = { "INFO", true, false },
	[XI_NOTE_ENTRY] = { "ENTRY", false, true },
	[XI_NOTE_HYPERCALL_PAGE] = { "HYPERCALL_PAGE", false, true },
	[XI_NOTE_VIRT_BASE] = { "VIRT_BASE", false, true },
	[XI_NOTE_PADDR_OFFSET] = { "PADDR_OFFSET", false, true },
	[XI_NOTE_XEN_VERSION] = { "XEN_VERSION", true, true },
	[XI_NOTE_GUEST_OS] = { "GUEST_OS", true, true },
	[XI_NOTE_GUEST_VERSION] = { "GUEST_VERSION", true, true },
	[XI_NOTE_LOADER] = { "LOADER", true, true },
	[XI_NOTE_PAE_MODE] = { "PAE_MODE", true, true },
	[XI_NOTE_FEATURES] = { "FEATURES", true, true },
	[XI_NOTE_BSD_SYMTAB] = { "BSD_SYMTAB", true, true },
	[XI_NOTE_HV_START_LOW] = { "HV_START_LOW", false, true },
	[XI_NOTE_L1_MFN_VALID] = { "L1_MFN_VALID", false, false },
	[XI_NOTE_SUSPEND_CANCEL] = { "SUSPEND_CANCEL", false, true },
	[XI_NOTE_INIT_P2M] = { "INIT_P2M", false, true },
	[XI_NOTE_MOD_START_PFN] = { "MOD_START_PFN", false, true },
	[XI_NOTE_SUPPORTED_FEATURES] = { "SUPPORTED_FEATURES", false, true },
	[XI_NOTE_PHYS32_ENTRY] = { "PHYS32_ENTRY", false, true },
};

static bool is_text(uint32_t type)
{
	return type < XI_NOTE_MAX && notes[type].text;
}

static bool is_number(uint32_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

/**
 * xi_note_decode() - what loaders read in a note
 * @note: filled in, by what is written in its head and where it is
 * @elf: the file
 */
void xi_note_decode(struct xi_note *note, const struct xi_elf *elf)
{
	uint64_t name = note->name < elf->size ? elf->size - note->name : 0;
	uint64_t desc = note->desc < elf->size ? elf->size - note->desc : 0;
	unsigned int word = elf->is64 ? 8 : 4;

	note->owner = elf->data + (name ? note->name : 0);
	note->owner_len = note->namesz < name ? note->namesz : name;
	/* Xen compares a string and ignores the length that is given for it. */
	note->xen = name >= 4 && !memcmp(note->owner, "Xen", 4);
	note->grub = name >= 4 && note->namesz >= 3 &&
		     !memcmp(note->owner, "Xen", note->namesz == 3 ? 3 : 4);

	note->value = note->desc <= elf->size ? elf->data + note->desc : NULL;
	note->value_len = note->descsz < desc ? note->descsz : desc;
	note->kind = is_text(note->type) ? XI_NOTE_TEXT :
		     is_number(note->descsz) ? XI_NOTE_NUMBER : XI_NOTE_BYTES;
	note->label = note->type < XI_NOTE_MAX ? notes[note->type].name : NULL;
	note->text = NULL;
	if (desc && memchr(note->value, 0, desc < TEXT_MAX + 1 ? desc : TEXT_MAX + 1))
		note->text = (const char *)note->value;
	note->number = 0;
	if (is_number(note->descsz) && note->value_len == note->descsz)
		memcpy(&note->number, note->value, note->descsz);
	note->word = 0;
	if (desc >= word)
		memcpy(&note->word, note->value, word);
}

/*
 * Does __xen_guest say something else than the notes that go before it?  What,
 * or NULL.  By then what was left out of the notes has its default.
 */
static const char *differs(struct xi_dom old, const struct xi_dom *dom,
			   const struct xi_elf *elf)
{
	if (old.virt_base == XI_UNSET)
		old.virt_base = 0;
	if (old.paddr_offset == XI_UNSET)
		old.paddr_offset = old.virt_base;
	if (old.virt_entry == XI_UNSET)
		old.virt_entry = elf->entry;
	if (old.virt_base != dom->virt_base)
		return "VIRT_BASE";
	if (old.paddr_offset != dom->paddr_offset)
		return "ELF_PADDR_OFFSET";
	if (old.virt_entry != dom->virt_entry)
		return "VIRT_ENTRY";
	if (!old.pae != !dom->pae)
		return "PAE";
	/* SUPPORTED_FEATURES is a note for what came after the section. */
	if (old.required != dom->required || old.supported & ~dom->supported)
		return "FEATURES";
	if (strcmp(old.guest_os, dom->guest_os))
		return "GUEST_OS";
	if (strcmp(old.loader, dom->loader))
		return "LOADER";
	return NULL;
}

/**
 * struct reading - notes of segments, or those of sections
 * @dom: what they say to Xen's library
 * @n: how many are Xen's
 * @failed: the library stopped at one of them
 * @why: it did
 * @grub: what they say to PvGrub2
 */
struct reading {
	struct xi_dom dom;
	unsigned int n;
	bool failed;
	struct xi_error why;
	struct xi_grub grub;
};

static void read_note(struct reading *r, const struct xi_note *note)
{
	if (note->grub)
		xi_grub_note(&r->grub, note);
	/* Old binutils left the offset of note segments at 0. */
	if (r->failed || (note->at_zero && !note->section))
		return;
	r->dom.any_notes = true;
	if (!note->xen)
		return;
	r->n++;
	if (note->type < XI_NOTE_MAX && notes[note->type].known &&
	    xi_dom_note(&r->dom, note, &r->why))
		r->failed = true;
}

/* From the lowest address in a p_paddr to the highest. */
static void extent(struct xi_dom *dom, const struct xi_elf *elf)
{
	const struct xi_seg *s;
	unsigned int i;

	dom->pstart = XI_UNSET;
	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type == PT_NOTE && s->offset)
			dom->any_notes = true;
		if (s->type != PT_LOAD || !(s->flags & (PF_R | PF_W | PF_X)))
			continue;
		if (dom->pstart > s->paddr)
			dom->pstart = s->paddr;
		if (dom->pend < s->paddr + s->memsz)
			dom->pend = s->paddr + s->memsz;
	}
}

/* Notes of segments go before those of sections, and any before __xen_guest. */
static void choose(struct xi_guest *g, const struct reading *seg,
		   const struct reading *sec, const struct xi_elf *elf)
{
	const struct reading *r = seg->n ? seg : sec;
	bool any = seg->dom.any_notes || r->dom.any_notes;

	g->grub = seg->grub.any ? seg->grub : sec->grub;
	if (!g->grub.any && elf->legacy)
		xi_grub_legacy(&g->grub, elf);

	g->dom = r->dom;
	if (r->failed) {
		g->why = r->why;
		return;
	}
	if (r->n)
		g->dom.source = r == seg ? XI_NOTES_SEGMENT : XI_NOTES_SECTION;
	else if (elf->legacy)
		g->dom = g->legacy;
	g->dom.pstart = r->dom.pstart;
	g->dom.pend = r->dom.pend;
	g->dom.any_notes = any;
	g->is_xen = !xi_dom_place(&g->dom, elf, &g->why);
}

/**
 * xi_guest_read() - what an ELF file says of itself
 * @guest: filled in
 * @elf: the file
 */
void xi_guest_read(struct xi_guest *guest, const struct xi_elf *elf)
{
	struct reading segments = { .n = 0 }, sections;
	const struct xi_note *note;
	unsigned int i;

	memset(guest, 0, sizeof(*guest));
	xi_dom_unset(&guest->legacy);
	if (elf->legacy)
		xi_dom_legacy(&guest->legacy, elf);

	xi_dom_unset(&segments.dom);
	extent(&segments.dom, elf);
	xi_grub_unset(&segments.grub, elf);
	sections = segments;
	guest->repeats = elf->nnote;
	for (i = 0; i < elf->nnote; i++) {
		note = &elf->note[i];
		if (note->section && !elf->note[0].section && guest->repeats > i)
			guest->repeats = i;
		read_note(note->section ? &sections : &segments, note);
		if (!note->section && note->xen && note->type == XI_NOTE_PHYS32_ENTRY)
			guest->pvh = note->number;
	}
	choose(guest, &segments, &sections, elf);

	guest->both = guest->is_xen && elf->legacy && guest->dom.source != XI_LEGACY;
	if (guest->both)
		guest->differs = differs(guest->legacy, &guest->dom, elf);
}
