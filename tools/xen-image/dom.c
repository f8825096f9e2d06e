// SPDX-License-Identifier: GPL-2.0
/*
 * What Xen's own ELF library, which hypervisor, tool stack and shim share, makes
 * of notes and of the __xen_guest section, and where the kernel belongs then.  In
 * that library's order, with its words for what it refuses.
 */
#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "xen-image.h"

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
 * xi_feature_name() - name of a feature
 * @bit: which
 *
 * Return: the name, NULL if it cannot be named in a string
 */
const char *xi_feature_name(unsigned int bit)
{
	return bit < NFEATURES ? features[bit] : NULL;
}

/**
 * xi_dom_unset() - nothing has been read yet
 * @dom: made so
 */
void xi_dom_unset(struct xi_dom *dom)
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

/**
 * xi_dom_note() - read one of Xen's notes
 * @dom: what it says goes there
 * @note: the note
 * @e: why Xen refuses it, in Xen's words
 *
 * Return: 0 or -1
 */
int xi_dom_note(struct xi_dom *dom, const struct xi_note *note, struct xi_error *e)
{
	uint64_t val = note->number;
	const char *s = note->text;
	uint32_t word;

	/* A string without an end is as good as no note. */
	if (note->kind == XI_NOTE_TEXT && !s)
		return 0;
	switch (note->type) {
	case XI_NOTE_LOADER:
		copy_string(dom->loader, sizeof(dom->loader), s);
		break;
	case XI_NOTE_GUEST_OS:
		copy_string(dom->guest_os, sizeof(dom->guest_os), s);
		break;
	case XI_NOTE_GUEST_VERSION:
		copy_string(dom->guest_ver, sizeof(dom->guest_ver), s);
		break;
	case XI_NOTE_XEN_VERSION:
		copy_string(dom->xen_ver, sizeof(dom->xen_ver), s);
		break;
	case XI_NOTE_PAE_MODE:
		if (!strcmp(s, "yes"))
			dom->pae = XI_PAE_EXTCR3;
		if (strstr(s, "bimodal"))
			dom->pae = XI_PAE_BIMODAL;
		break;
	case XI_NOTE_BSD_SYMTAB:
		if (!strcmp(s, "yes"))
			dom->bsd_symtab = true;
		break;
	case XI_NOTE_VIRT_BASE:
		dom->virt_base = val;
		break;
	case XI_NOTE_ENTRY:
		dom->virt_entry = val;
		break;
	case XI_NOTE_INIT_P2M:
		dom->p2m_base = val;
		break;
	case XI_NOTE_MOD_START_PFN:
		dom->unmapped_initrd = val;
		break;
	case XI_NOTE_PADDR_OFFSET:
		dom->paddr_offset = val;
		break;
	case XI_NOTE_HYPERCALL_PAGE:
		dom->hypercall = val;
		break;
	case XI_NOTE_HV_START_LOW:
		dom->hv_start_low = val;
		break;
	case XI_NOTE_PHYS32_ENTRY:
		dom->phys_entry = (uint32_t)val;
		break;
	case XI_NOTE_SUPPORTED_FEATURES:
		dom->has_supported = true;
		if (note->descsz % 4 == 0 && note->value_len >= 4) {
			memcpy(&word, note->value, 4);
			dom->supported |= word;
		}
		break;
	case XI_NOTE_FEATURES:
		if (parse_features(dom, s))
			return xi_fail(e, "the FEATURES note requires what Xen does not know: %s", s);
		break;
	}
	return 0;
}

/**
 * xi_dom_legacy() - read the __xen_guest section
 * @dom: what it says goes there
 * @elf: the file, which has one
 *
 * NAME=VALUE,NAME=VALUE,... until a NUL, which may lie beyond the section.
 */
void xi_dom_legacy(struct xi_dom *dom, const struct xi_elf *elf)
{
	const char *p = (const char *)elf->data + elf->legacy_off;
	const char *end = (const char *)elf->data + elf->size;
	char name[32], value[128];
	unsigned int len;

	dom->source = XI_LEGACY;
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

/**
 * xi_dom_place() - where the kernel belongs, by all that was read
 * @dom: the rest of it is filled in
 * @elf: the file
 * @e: why Xen refuses it, in Xen's words
 *
 * Return: 0 or -1
 */
int xi_dom_place(struct xi_dom *dom, const struct xi_elf *elf, struct xi_error *e)
{
	uint64_t end;

	if (check_notes(dom, e))
		return -1;
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
