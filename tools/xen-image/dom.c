// SPDX-License-Identifier: GPL-2.0
/*
 * What Xen's own ELF library, which hypervisor, tool stack and shim share, makes
 * of an ELF file: notes of segments, else those of sections, else the __xen_guest
 * section; then where it belongs.  In that library's order, with its words for
 * what it refuses.
 */
#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "xen-image.h"

/* The numbers of Xen's public/elfnote.h. */
enum {
	NOTE_INFO, NOTE_ENTRY, NOTE_HYPERCALL_PAGE, NOTE_VIRT_BASE,
	NOTE_PADDR_OFFSET, NOTE_XEN_VERSION, NOTE_GUEST_OS, NOTE_GUEST_VERSION,
	NOTE_LOADER, NOTE_PAE_MODE, NOTE_FEATURES, NOTE_BSD_SYMTAB,
	NOTE_HV_START_LOW, NOTE_L1_MFN_VALID, NOTE_SUSPEND_CANCEL,
	NOTE_INIT_P2M, NOTE_MOD_START_PFN, NOTE_SUPPORTED_FEATURES,
	NOTE_PHYS32_ENTRY, NOTE_MAX
};

static const struct {
	const char *name;
	bool text;
	/* Xen 4.17's library knows it */
	bool known;
} notes[NOTE_MAX] = {
	[NOTE_INFO] = { "INFO", true, false },
	[NOTE_ENTRY] = { "ENTRY", false, true },
	[NOTE_HYPERCALL_PAGE] = { "HYPERCALL_PAGE", false, true },
	[NOTE_VIRT_BASE] = { "VIRT_BASE", false, true },
	[NOTE_PADDR_OFFSET] = { "PADDR_OFFSET", false, true },
	[NOTE_XEN_VERSION] = { "XEN_VERSION", true, true },
	[NOTE_GUEST_OS] = { "GUEST_OS", true, true },
	[NOTE_GUEST_VERSION] = { "GUEST_VERSION", true, true },
	[NOTE_LOADER] = { "LOADER", true, true },
	[NOTE_PAE_MODE] = { "PAE_MODE", true, true },
	[NOTE_FEATURES] = { "FEATURES", true, true },
	[NOTE_BSD_SYMTAB] = { "BSD_SYMTAB", true, true },
	[NOTE_HV_START_LOW] = { "HV_START_LOW", false, true },
	[NOTE_L1_MFN_VALID] = { "L1_MFN_VALID", false, false },
	[NOTE_SUSPEND_CANCEL] = { "SUSPEND_CANCEL", false, true },
	[NOTE_INIT_P2M] = { "INIT_P2M", false, true },
	[NOTE_MOD_START_PFN] = { "MOD_START_PFN", false, true },
	[NOTE_SUPPORTED_FEATURES] = { "SUPPORTED_FEATURES", false, true },
	[NOTE_PHYS32_ENTRY] = { "PHYS32_ENTRY", false, true },
};

/* Bits of Xen's public/features.h that a kernel can name in a string. */
static const char *const features[] = {
	[0] = "writable_page_tables",
	[1] = "writable_descriptor_tables",
	[2] = "auto_translated_physmap",
	[XI_FEAT_SUPERVISOR] = "supervisor_mode_kernel",
	[4] = "pae_pgdir_above_4gb",
	[8] = "hvm_callback_vector",
	[XI_FEAT_DOM0] = "dom0",
};

#define NFEATURES (sizeof(features) / sizeof(features[0]))

/**
 * xi_note_name() - name of a note of Xen's
 * @type: its type
 *
 * Return: the name, NULL if there is none
 */
const char *xi_note_name(uint32_t type)
{
	return type < NOTE_MAX ? notes[type].name : NULL;
}

/**
 * xi_note_is_text() - string or number?
 * @type: of a note of Xen's
 *
 * Return: true for a string
 */
bool xi_note_is_text(uint32_t type)
{
	return type < NOTE_MAX && notes[type].text;
}

/**
 * xi_feature_name() - name of a feature
 * @bit: which
 *
 * Return: the name, NULL if it cannot be named in a string
 */
const char *xi_feature_name(unsigned int bit)
{
	return bit < NFEATURES ? features[bit] : NULL;
}

static void copy_string(char *to, size_t room, const char *from)
{
	size_t n = strlen(from);

	if (n > room - 1)
		n = room - 1;
	memcpy(to, from, n);
	to[n] = 0;
}

/*
 * "!a|b": a is required, b supported.  Xen takes 63 characters at a time, and a
 * name that is not known is an error only when it is required.
 */
static int parse_features(struct xi_dom *dom, const char *s)
{
	unsigned int len, i;
	char name[64];
	bool required;

	for (; *s; s += len) {
		memset(name, 0, sizeof(name));
		for (len = 0; len < sizeof(name) - 1 && s[len]; len++) {
			if (s[len] == '|') {
				len++;
				break;
			}
			name[len] = s[len];
		}
		required = name[0] == '!';
		for (i = 0; i < NFEATURES; i++) {
			if (!features[i] || strcmp(name + required, features[i]))
				continue;
			dom->supported |= 1u << i;
			if (required)
				dom->required |= 1u << i;
			break;
		}
		if (i == NFEATURES && required)
			return -1;
	}
	return 0;
}

static int parse_note(struct xi_dom *dom, const struct xi_elf *elf,
		      const struct xi_note *note, struct xi_error *e)
{
	uint64_t val = 0;
	uint32_t word;
	const char *s = NULL;

	if (note->type >= NOTE_MAX || !notes[note->type].known)
		return 0;
	if (notes[note->type].text) {
		s = xi_note_string(elf, note);
		if (!s)
			return 0;
	} else {
		val = xi_note_number(elf, note);
	}
	switch (note->type) {
	case NOTE_LOADER:
		copy_string(dom->loader, sizeof(dom->loader), s);
		break;
	case NOTE_GUEST_OS:
		copy_string(dom->guest_os, sizeof(dom->guest_os), s);
		break;
	case NOTE_GUEST_VERSION:
		copy_string(dom->guest_ver, sizeof(dom->guest_ver), s);
		break;
	case NOTE_XEN_VERSION:
		copy_string(dom->xen_ver, sizeof(dom->xen_ver), s);
		break;
	case NOTE_PAE_MODE:
		if (!strcmp(s, "yes"))
			dom->pae = XI_PAE_EXTCR3;
		if (strstr(s, "bimodal"))
			dom->pae = XI_PAE_BIMODAL;
		break;
	case NOTE_BSD_SYMTAB:
		if (!strcmp(s, "yes"))
			dom->bsd_symtab = true;
		break;
	case NOTE_VIRT_BASE:
		dom->virt_base = val;
		break;
	case NOTE_ENTRY:
		dom->virt_entry = val;
		break;
	case NOTE_INIT_P2M:
		dom->p2m_base = val;
		break;
	case NOTE_MOD_START_PFN:
		dom->unmapped_initrd = val;
		break;
	case NOTE_PADDR_OFFSET:
		dom->paddr_offset = val;
		break;
	case NOTE_HYPERCALL_PAGE:
		dom->hypercall = val;
		break;
	case NOTE_HV_START_LOW:
		dom->hv_start_low = val;
		break;
	case NOTE_PHYS32_ENTRY:
		dom->phys_entry = (uint32_t)val;
		break;
	case NOTE_SUPPORTED_FEATURES:
		dom->has_supported = true;
		if (note->descsz >= 4 && note->descsz % 4 == 0 &&
		    note->desc <= elf->size && elf->size - note->desc >= 4) {
			memcpy(&word, elf->data + note->desc, 4);
			dom->supported |= word;
		}
		break;
	case NOTE_FEATURES:
		if (parse_features(dom, s))
			return xi_fail(e, "the FEATURES note requires what Xen does not know: %s", s);
		break;
	}
	return 0;
}

/* Returns how many were Xen's, or -1. */
static int parse_notes(struct xi_dom *dom, const struct xi_elf *elf,
		       bool section, struct xi_error *e)
{
	const struct xi_note *note;
	unsigned int i;
	int n = 0;

	for (i = 0; i < elf->nnote; i++) {
		note = &elf->note[i];
		/* Old binutils left the offset of note segments at 0. */
		if (note->section != section || (note->at_zero && !section))
			continue;
		dom->any_notes = true;
		if (!xi_note_is_xen(elf, note))
			continue;
		n++;
		if (parse_note(dom, elf, note, e))
			return -1;
	}
	return n;
}

/* NAME=VALUE,NAME=VALUE,... until a NUL, which may lie beyond the section. */
static void parse_legacy(struct xi_dom *dom, const struct xi_elf *elf)
{
	const char *p = (const char *)elf->data + elf->legacy_off;
	const char *end = (const char *)elf->data + elf->size;
	char name[32], value[128];
	unsigned int len;

#define HERE (p < end ? *p : 0)
	while (HERE) {
		memset(name, 0, sizeof(name));
		memset(value, 0, sizeof(value));
		for (len = 0; len < sizeof(name) - 1 && HERE && *p != ',' && *p != '='; len++)
			name[len] = *p++;
		if (len < sizeof(name) - 1 && HERE == '=') {
			p++;
			for (len = 0; len < sizeof(value) - 1 && HERE && *p != ','; len++)
				value[len] = *p++;
			if (len < sizeof(value) - 1 && HERE)
				p++;
		} else if (len < sizeof(name) - 1 && HERE) {
			p++;
		}

		if (!strcmp(name, "LOADER"))
			copy_string(dom->loader, sizeof(dom->loader), value);
		if (!strcmp(name, "GUEST_OS"))
			copy_string(dom->guest_os, sizeof(dom->guest_os), value);
		if (!strcmp(name, "GUEST_VER"))
			copy_string(dom->guest_ver, sizeof(dom->guest_ver), value);
		if (!strcmp(name, "XEN_VER"))
			copy_string(dom->xen_ver, sizeof(dom->xen_ver), value);
		if (!strcmp(name, "PAE")) {
			if (!strcmp(value, "yes[extended-cr3]"))
				dom->pae = XI_PAE_EXTCR3;
			else if (!strncmp(value, "yes", 3))
				dom->pae = XI_PAE_YES;
		}
		if (!strcmp(name, "BSD_SYMTAB"))
			dom->bsd_symtab = true;
		if (!strcmp(name, "VIRT_BASE"))
			dom->virt_base = strtoull(value, NULL, 0);
		if (!strcmp(name, "VIRT_ENTRY"))
			dom->virt_entry = strtoull(value, NULL, 0);
		if (!strcmp(name, "ELF_PADDR_OFFSET"))
			dom->paddr_offset = strtoull(value, NULL, 0);
		if (!strcmp(name, "HYPERCALL_PAGE"))
			dom->hypercall = strtoull(value, NULL, 0) << 12;
		/* What is wrong here ends the list for Xen, but not the loading. */
		if (!strcmp(name, "FEATURES") && parse_features(dom, value))
			break;
	}
#undef HERE
	if (dom->virt_base != XI_UNSET && dom->hypercall != XI_UNSET)
		dom->hypercall += dom->virt_base;
}

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static int check_notes(struct xi_dom *dom, struct xi_error *e)
{
	if (!dom->any_notes && dom->source != XI_LEGACY)
		return xi_fail(e, "Not a Xen-ELF image: No ELF notes or '__xen_guest' section found");
	if (!starts(dom->loader, "generic") && !starts(dom->guest_os, "linux"))
		return xi_fail(e, "Will only load images built for the generic loader or Linux images (Not '%s' and '%s')",
			       dom->loader, dom->guest_os);
	if (!starts(dom->xen_ver, "xen-3.0"))
		return xi_fail(e, "Xen will only load images built for Xen v3.0 (Not '%s')",
			       dom->xen_ver);
	return 0;
}

/*
 * Where Xen puts the symbols for a BSD kernel: a length, an ELF header (the room
 * is always that of a 64-bit one), three section headers, symbols, strings.
 */
static uint64_t symtab_end(const struct xi_dom *dom, const struct xi_elf *elf)
{
	unsigned int word = elf->is64 ? 8 : 4;
	uint64_t size = 4;

	if (!elf->symtab || !elf->has_strtab)
		return 0;
	size += 4 + sizeof(Elf64_Ehdr);
	size += 3 * (elf->is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
	size = xi_up(size, word);
	size = xi_up(size + elf->symtab, word);
	size = xi_up(size + elf->strtab, word);
	return xi_up(dom->pend, word) + size;
}

static int place(struct xi_dom *dom, const struct xi_elf *elf, struct xi_error *e)
{
	uint64_t end;

	if (dom->paddr_offset != XI_UNSET && dom->virt_base == XI_UNSET)
		return xi_fail(e, "ELF_PADDR_OFFSET set, VIRT_BASE unset");

	dom->base_why = dom->source == XI_LEGACY ? "__xen_guest" : "its note";
	if (dom->virt_base == XI_UNSET) {
		dom->virt_base = 0;
		dom->base_why = "unset";
	}
	dom->offset_why = dom->source == XI_LEGACY ?
		"ELF_PADDR_OFFSET in __xen_guest" : "PADDR_OFFSET note";
	if (dom->paddr_offset == XI_UNSET) {
		if (dom->source == XI_LEGACY) {
			dom->paddr_offset = dom->virt_base;
			dom->offset_why = "VIRT_BASE, the default with __xen_guest alone";
		} else {
			dom->paddr_offset = 0;
			dom->offset_why = "0, the default with notes";
		}
	}
	dom->offset = dom->virt_base - dom->paddr_offset;
	dom->kstart = dom->pstart + dom->offset;
	dom->kend = dom->pend + dom->offset;
	dom->entry_why = dom->source == XI_LEGACY ?
		"VIRT_ENTRY in __xen_guest" : "ENTRY note";
	if (dom->virt_entry == XI_UNSET) {
		dom->virt_entry = elf->entry;
		dom->entry_why = "e_entry";
	}
	if (dom->bsd_symtab) {
		end = symtab_end(dom, elf);
		if (end)
			dom->kend = end + dom->offset;
	}
	if (dom->kstart > dom->kend || dom->virt_entry < dom->kstart ||
	    dom->virt_entry > dom->kend || dom->virt_base > dom->kstart)
		return xi_fail(e, "ELF start or entries are out of bounds (base %#" PRIx64 ", kernel %#" PRIx64 " to %#" PRIx64 ", entry %#" PRIx64 ")",
			       dom->virt_base, dom->kstart, dom->kend, dom->virt_entry);
	if (dom->p2m_base != XI_UNSET && dom->p2m_base >= dom->kstart &&
	    dom->p2m_base < dom->kend)
		return xi_fail(e, "P->M table base is out of bounds");
	return 0;
}

static void unset(struct xi_dom *dom)
{
	memset(dom, 0, sizeof(*dom));
	dom->virt_base = XI_UNSET;
	dom->paddr_offset = XI_UNSET;
	dom->virt_entry = XI_UNSET;
	dom->hypercall = XI_UNSET;
	dom->hv_start_low = XI_UNSET;
	dom->p2m_base = XI_UNSET;
	dom->phys_entry = XI_UNSET;
}

/**
 * xi_dom_read_legacy() - read what __xen_guest says, and nothing else
 * @dom: filled in, but for where the kernel belongs
 * @elf: the file
 */
void xi_dom_read_legacy(struct xi_dom *dom, const struct xi_elf *elf)
{
	unset(dom);
	if (!elf->legacy)
		return;
	dom->source = XI_LEGACY;
	parse_legacy(dom, elf);
}

/**
 * xi_dom_read() - read an ELF file as Xen does
 * @dom: filled in, as far as it went
 * @elf: the file
 * @e: why Xen refuses it, in Xen's words
 *
 * Return: 0 or -1
 */
int xi_dom_read(struct xi_dom *dom, const struct xi_elf *elf, struct xi_error *e)
{
	const struct xi_seg *s;
	unsigned int i;
	int n;

	unset(dom);
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

	n = parse_notes(dom, elf, false, e);
	if (n > 0)
		dom->source = XI_NOTES_SEGMENT;
	if (!n) {
		n = parse_notes(dom, elf, true, e);
		if (n > 0)
			dom->source = XI_NOTES_SECTION;
	}
	if (n < 0)
		return -1;
	if (!n && elf->legacy) {
		dom->source = XI_LEGACY;
		parse_legacy(dom, elf);
	}
	if (check_notes(dom, e))
		return -1;
	return place(dom, elf, e);
}

/**
 * xi_dom_legacy_differs() - does __xen_guest say something else than the notes?
 * @dom: what xi_dom_read() made of the notes, with defaults for what they leave out
 * @elf: the file
 *
 * Return: what it says else, or NULL
 */
const char *xi_dom_legacy_differs(const struct xi_dom *dom, const struct xi_elf *elf)
{
	struct xi_dom old;

	xi_dom_read_legacy(&old, elf);
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
