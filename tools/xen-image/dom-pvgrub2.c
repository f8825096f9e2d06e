// SPDX-License-Identifier: GPL-2.0
/*
 * What PvGrub2 makes of notes and of the __xen_guest section, with code of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "xen-image.h"

/**
 * xi_grub_unset() - nothing has been read yet
 * @g: made so, with the defaults
 * @elf: the file
 */
void xi_grub_unset(struct xi_grub *g, const struct xi_elf *elf)
{
	memset(g, 0, sizeof(*g));
	g->entry = elf->entry;
	g->entry_why = "e_entry";
	g->offset_why = "0, the default with notes";
	g->hypercall = XI_UNSET;
	g->p2m_base = XI_UNSET;
}

/* "yes" as such, or with its NUL */
static bool text_is(const uint8_t *p, uint32_t n, const char *text)
{
	size_t len = strlen(text);

	return n >= len && !memcmp(p, text, len) && (n == len || !p[len]);
}

/**
 * xi_grub_note() - read one of Xen's notes
 * @g: what it says goes there
 * @note: the note
 */
void xi_grub_note(struct xi_grub *g, const struct xi_note *note)
{
	const uint8_t *p = note->value;
	uint32_t len = note->value_len;
	uint64_t val = note->word;

	g->any = true;
	if (!p)
		return;
	switch (note->type) {
	case XI_NOTE_ENTRY:
		g->entry = val;
		g->entry_why = "ENTRY note";
		break;
	case XI_NOTE_HYPERCALL_PAGE:
		g->hypercall = val;
		break;
	case XI_NOTE_VIRT_BASE:
		g->virt_base = val;
		break;
	case XI_NOTE_PADDR_OFFSET:
		g->paddr_offset = val;
		g->offset_why = "PADDR_OFFSET note";
		break;
	case XI_NOTE_LOADER:
		if (!text_is(p, len, "generic"))
			g->bad_loader = true;
		break;
	case XI_NOTE_PAE_MODE:
		if (text_is(p, len, "yes") ||
		    text_is(p, len, "bimodal") ||
		    text_is(p, len, "yes,bimodal"))
			g->pae = true;
		if (text_is(p, len, "no"))
			g->pae = false;
		break;
	case XI_NOTE_INIT_P2M:
		g->p2m_base = val;
		break;
	case XI_NOTE_MOD_START_PFN:
		g->unmapped = (uint32_t)val;
		break;
	}
}

/**
 * xi_grub_legacy() - read the __xen_guest section
 * @g: what it says goes there
 * @elf: the file, which has one
 *
 * Elements are told apart by the comma, and PAE's needs one behind it.
 */
void xi_grub_legacy(struct xi_grub *g, const struct xi_elf *elf)
{
	static const char *const pae[] = {
		"PAE=yes,", "PAE=yes[extended-cr3],", "PAE=bimodal,",
		"PAE=bimodal[extended-cr3],", "PAE=yes,bimodal,",
		"PAE=yes[extended-cr3],bimodal,",
	};
	char text[XI_MAX_LEGACY + 1], *p;
	bool offset = false;
	unsigned int i;

	memcpy(text, elf->data + elf->legacy_off, elf->legacy_size);
	text[elf->legacy_size] = 0;
	g->any = true;
	for (p = text; p; p = strchr(p, ','), p = p ? p + 1 : NULL) {
		if (!strncmp(p, "PAE=no,", 7))
			g->pae = false;
		for (i = 0; i < sizeof(pae) / sizeof(pae[0]); i++)
			if (!strncmp(p, pae[i], strlen(pae[i])))
				g->pae = true;
		if (!strncmp(p, "VIRT_BASE=", 10))
			g->virt_base = strtoull(p + 10, NULL, 16);
		if (!strncmp(p, "VIRT_ENTRY=", 11)) {
			g->entry = strtoull(p + 11, NULL, 16);
			g->entry_why = "VIRT_ENTRY in __xen_guest";
		}
		if (!strncmp(p, "HYPERCALL_PAGE=", 15))
			g->hypercall = strtoull(p + 15, NULL, 16);
		if (!strncmp(p, "ELF_PADDR_OFFSET=", 17)) {
			g->paddr_offset = strtoull(p + 17, NULL, 16);
			g->offset_why = "ELF_PADDR_OFFSET in __xen_guest";
			offset = true;
		}
	}
	if (g->hypercall != XI_UNSET)
		g->hypercall = (g->hypercall << 12) + g->virt_base;
	if (!offset) {
		g->paddr_offset = g->virt_base;
		g->offset_why = "VIRT_BASE, the default with __xen_guest alone";
	}
}
