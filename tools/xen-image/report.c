// SPDX-License-Identifier: GPL-2.0
/*
 * The report in words, and as a picture.
 */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "xen-image.h"

/* Of a text in a file nobody reads more. */
#define SHOWN_TEXT	320

/**
 * xi_say_quoted() - append what is part of the file, in quotes
 * @out: to this
 * @s: that part; a NUL ends it
 * @n: its size
 *
 * Only what is printable, and not too much of it, in a way that is JSON, too.
 */
void xi_say_quoted(struct xi_out *out, const char *s, size_t n)
{
	size_t i;

	xi_say(out, "\"");
	for (i = 0; i < n && i < SHOWN_TEXT && s[i]; i++) {
		unsigned char c = s[i];

		if (c == '"' || c == '\\')
			xi_say(out, "\\%c", c);
		else if (c < ' ' || c > '~')
			xi_say(out, "\\u%04x", c);
		else
			xi_say(out, "%c", c);
	}
	xi_say(out, i < n && s[i] ? "...\"" : "\"");
}

static void say_string(struct xi_out *out, const char *s)
{
	xi_say_quoted(out, s, strlen(s));
}

/**
 * xi_machine_name() - which processor is it for?
 * @elf: the file
 *
 * Return: its name
 */
const char *xi_machine_name(const struct xi_elf *elf)
{
	return elf->machine == EM_386 ? "i386" : "x86_64";
}

static const char *seg_type(uint32_t type)
{
	switch (type) {
	case PT_LOAD:
		return "LOAD";
	case PT_NOTE:
		return "NOTE";
	case PT_DYNAMIC:
		return "DYNAMIC";
	case PT_INTERP:
		return "INTERP";
	case PT_PHDR:
		return "PHDR";
	case PT_TLS:
		return "TLS";
	case PT_GNU_STACK:
		return "STACK";
	case PT_GNU_RELRO:
		return "RELRO";
	default:
		return "other";
	}
}

/**
 * xi_source_name() - what Xen goes by
 * @source: that
 *
 * Return: its name
 */
const char *xi_source_name(enum xi_source source)
{
	switch (source) {
	case XI_NOTES_SEGMENT:
		return "notes";
	case XI_NOTES_SECTION:
		return "notes in sections";
	case XI_LEGACY:
		return "__xen_guest";
	default:
		return "nothing";
	}
}

static const char *pae_name(enum xi_pae pae)
{
	switch (pae) {
	case XI_PAE_YES:
		return "yes";
	case XI_PAE_EXTCR3:
		return "yes, page directory anywhere";
	case XI_PAE_BIMODAL:
		return "yes, or without";
	default:
		return "no";
	}
}

static void one_line(struct xi_out *out, const struct xi_image *img)
{
	if (img->outer.comp != XI_PLAIN)
		xi_say(out, "%s of ", xi_comp_name(img->outer.comp));
	if (img->has_setup) {
		xi_say(out, "bzImage, boot protocol %u.%02u",
		       img->setup.version >> 8, img->setup.version & 0xff);
		if (img->setup.version >= 0x208)
			xi_say(out, ", payload in %s", img->inside.comp == XI_PLAIN ?
			       "no compression" : xi_comp_name(img->inside.comp));
		xi_say(out, ": ");
	}
	if (img->found == XI_FOUND)
		xi_say(out, "ELF %s, %s, %s", img->elf.is64 ? "64-bit" : "32-bit",
		       xi_machine_name(&img->elf), img->elf.type == ET_DYN ?
		       "shared object" : "executable");
	else
		xi_say(out, "%s", img->why.text);
}

static void features(struct xi_out *out, uint32_t bits)
{
	unsigned int i;

	for (i = 0; i < 32; i++) {
		if (!(bits & (1u << i)))
			continue;
		if (xi_feature_name(i))
			xi_say(out, " %s", xi_feature_name(i));
		else
			xi_say(out, " bit %u", i);
	}
}

static void show_note(struct xi_out *out, const struct xi_note *n)
{
	xi_say(out, "  %-8s ", n->section ? "section" : "segment");
	if (!n->xen) {
		xi_say_quoted(out, (const char *)n->owner, n->owner_len);
		xi_say(out, " type %u, %u bytes\n", n->type, n->descsz);
		return;
	}
	if (n->label)
		xi_say(out, "Xen %s", n->label);
	else
		xi_say(out, "Xen type %u", n->type);
	switch (n->kind) {
	case XI_NOTE_TEXT:
		xi_say(out, " = ");
		if (n->text)
			say_string(out, n->text);
		else
			xi_say(out, "(does not end)");
		break;
	case XI_NOTE_NUMBER:
		xi_say(out, " = %#" PRIx64, n->number);
		break;
	case XI_NOTE_BYTES:
		xi_say(out, ", %u bytes", n->descsz);
		break;
	}
	xi_say(out, "\n");
}

static void show_elf(struct xi_out *out, const struct xi_elf *elf,
		     const struct xi_guest *guest)
{
	const struct xi_dom *dom = &guest->dom;
	const struct xi_seg *s;
	unsigned int i;

	xi_say(out, "entry     %#" PRIx64 "\n", elf->entry);
	xi_say(out, "segments  type     physical                           virtual                            file     flags\n");
	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		xi_say(out, "  %3u     %-8s %016" PRIx64 "-%016" PRIx64 "  %016" PRIx64 "-%016" PRIx64 "  %-8" PRIx64 " %c%c%c\n",
		       i, seg_type(s->type), s->paddr, s->paddr + s->memsz,
		       s->vaddr, s->vaddr + s->memsz, s->filesz,
		       s->flags & PF_R ? 'r' : '-', s->flags & PF_W ? 'w' : '-',
		       s->flags & PF_X ? 'x' : '-');
	}
	xi_say(out, "notes     %u%s\n", elf->nnote, elf->overrun ?
	       ", the last of a segment or section reaches beyond it" : "");
	for (i = 0; i < guest->repeats && i < XI_SHOWN_NOTES; i++)
		show_note(out, &elf->note[i]);
	if (i < elf->nnote && i == guest->repeats)
		xi_say(out, "  section  %u more, of which Xen reads none if one above is its own\n",
		       elf->nnote - i);
	else if (i < elf->nnote)
		xi_say(out, "  ... and %u more\n", elf->nnote - i);
	xi_say(out, "legacy    ");
	if (elf->legacy) {
		xi_say(out, "__xen_guest: ");
		xi_say_quoted(out, (const char *)elf->data + elf->legacy_off, elf->legacy_size);
		xi_say(out, "\n");
	} else {
		xi_say(out, "no __xen_guest section\n");
	}
	if (!guest->is_xen) {
		xi_say(out, "Xen       does not take it: %s\n", guest->why.text);
		return;
	}
	xi_say(out, "Xen       goes by %s: kernel at %#" PRIx64 " to %#" PRIx64 ", entry %#" PRIx64 " (%s)\n",
	       xi_source_name(dom->source), dom->kstart, dom->kend, dom->virt_entry, dom->entry_why);
	xi_say(out, "          VIRT_BASE %#" PRIx64 " (%s), less paddr offset %#" PRIx64 " (%s)\n",
	       dom->virt_base, dom->base_why, dom->paddr_offset, dom->offset_why);
	if (guest->both)
		xi_say(out, "          __xen_guest %s%s\n", guest->differs ?
		       "says something else: " : "agrees",
		       guest->differs ? guest->differs : "");
	xi_say(out, "          PAE: %s; initrd: %s\n", pae_name(dom->pae),
	       dom->unmapped_initrd ? "need not be mapped" : "is mapped");
	xi_say(out, "          supports:");
	features(out, dom->supported);
	xi_say(out, "\n          requires:");
	features(out, dom->required);
	xi_say(out, "\n");
}

/**
 * xi_show_text() - what is in an image, in words
 * @out: appended to
 * @img: the image
 */
void xi_show_text(struct xi_out *out, const struct xi_image *img)
{
	const struct xi_setup *s = &img->setup;

	xi_say(out, "format    ");
	one_line(out, img);
	xi_say(out, "\n");
	if (img->has_setup) {
		xi_say(out, "bzImage   %u setup sectors, code32_start %#x, init_size %#x at %#" PRIx64 "%s, alignment %#x\n",
		       s->sects, s->code32_start, s->init_size, s->pref_address,
		       s->relocatable ? " or elsewhere" : "", s->kernel_alignment);
		xi_say(out, "          initrd below %#x, command line to %u, EFI handover %s\n",
		       s->initrd_addr_max, s->cmdline_size,
		       s->handover_offset ? "yes" : "no");
		xi_say(out, "          payload %u bytes at %#" PRIx64 ", unpacked %" PRIu64 "\n",
		       s->payload_length, s->payload, img->inside.unpacked);
	}
	if (img->multiboot)
		xi_say(out, "multiboot header\n");
	if (img->found == XI_FOUND)
		show_elf(out, &img->elf, &img->guest);
}

/**
 * xi_verdict_text() - one loader's verdict, in a line
 * @out: appended to
 * @loader: that loader
 * @takes: it takes the image
 * @unknown: nobody can say
 * @why: it does not take it
 */
void xi_verdict_text(struct xi_out *out, const struct xi_loader *loader,
		     bool takes, bool unknown, const struct xi_error *why)
{
	xi_say(out, "%-10s %s%s\n", loader->name,
	       takes ? "takes it" : unknown ? "cannot tell: " : "refuses it: ",
	       takes ? "" : why->text);
}

/**
 * xi_check_text() - what became of a check
 * @out: appended to
 * @check: that check
 * @name: of the file
 * @tool: what the program is called
 */
void xi_check_text(struct xi_out *out, const struct xi_check *check,
		   const char *name, const char *tool)
{
	unsigned int i;

	for (i = 0; i < check->nlost; i++)
		xi_verdict_text(out, check->lost[i].loader, false,
				check->lost[i].unknown, &check->lost[i].why);
	xi_say(out, "mach-xen: %s%s: ", check->verdict == XI_CHECK_GOOD ?
	       "" : "error: ", name);
	switch (check->verdict) {
	case XI_CHECK_GOOD:
		xi_say(out, "%u loaders would take it", check->taken);
		break;
	case XI_CHECK_NO_LOADER:
		xi_say(out, "no loader would take this image (above); it is left there to look at with %s",
		       tool);
		break;
	case XI_CHECK_LOADER_LOST:
		xi_say(out, "not every loader would take this image (above); it is left there to look at with %s",
		       tool);
		break;
	case XI_CHECK_NO_LEGACY:
		xi_say(out, "has no __xen_guest section beside its notes");
		break;
	case XI_CHECK_LEGACY_DIFFERS:
		xi_say(out, "__xen_guest and the notes say different things: %s", check->more);
		break;
	case XI_CHECK_MAPPED_INITRD:
		xi_say(out, "has no MOD_START_PFN note, so a Xen loader maps the initrd: it has to fit below the hypervisor, too");
		break;
	}
	xi_say(out, "\n");
}

static void edge(struct xi_out *out, int width, uint64_t at, bool has_p,
		 uint64_t phys, const char *more)
{
	/* The end of a 32-bit address space is written as what fits in it. */
	xi_say(out, "  %0*" PRIx64 " +----------------------+", width,
	       at == UINT64_C(0x100000000) && width == 8 ? at - 1 : at);
	if (has_p)
		xi_say(out, " %0*" PRIx64, width, phys);
	xi_say(out, "%s\n", more);
}

static void picture(struct xi_out *out, const struct xi_plan *p)
{
	int width = p->box_wide ? 16 : 8;
	const struct xi_box *b;

	if (!p->nbox)
		return;
	xi_say(out, "  %-*s%s\n", width + 26, p->pv ? "virtual" : "physical",
	       p->pv ? "pseudo-physical" : "");
	for (b = p->box; b < p->box + p->nbox; b++) {
		if (!b->joins)
			edge(out, width, b->end, b->has_p, b->pend,
			     b->overlaps ? "  (overlaps what is above)" : "");
		xi_say(out, "  %*s | %-20s |\n", width, "", b->name);
		edge(out, width, b->start, b->has_p, b->pstart, "");
		if (b->gap)
			xi_say(out, "  %*s :                      :\n", width, "");
	}
}

/**
 * xi_plan_text() - a plan in words, with a picture of the address space
 * @out: appended to
 * @p: the plan
 */
void xi_plan_text(struct xi_out *out, const struct xi_plan *p)
{
	int width = p->wide ? 16 : 8;
	unsigned int i;

	xi_say(out, "%s: %s\n", p->loader->name, p->loader->title);
	if (!p->takes)
		xi_say(out, "  %s: %s\n", p->unknown ? "CANNOT TELL" : "REFUSED", p->why.text);
	else
		xi_say(out, "  takes it\n");
	if (p->takes && !p->exact)
		xi_say(out, "  the places below are not exact, they depend on the machine\n");
	if (p->placed) {
		if (p->entry_why)
			xi_say(out, "  entry        %0*" PRIx64 " %s, %s\n", width, p->entry,
			       p->pv ? "virtual" : "physical", p->entry_why);
		if (p->pv)
			xi_say(out, "  VIRT_BASE    %0*" PRIx64 ", less paddr offset %0*" PRIx64 " (%s)\n",
			       width, p->virt_base, width, p->paddr_offset, p->offset_why);
		for (i = 0; i < p->nseg; i++)
			xi_say(out, "  segment %-4u virtual %0*" PRIx64 "-%0*" PRIx64 ", physical %08" PRIx64 "-%08" PRIx64 "\n",
			       i, width, p->seg[i].vstart, width, p->seg[i].vend,
			       p->seg[i].pstart, p->seg[i].pend);
		for (i = 0; i < p->narea; i++) {
			const struct xi_range *r = &p->area[i];

			xi_say(out, "  %-12s", r->name);
			if (r->has_v)
				xi_say(out, " virtual %0*" PRIx64 "-%0*" PRIx64 "%s",
				       width, r->vstart, width, r->vend,
				       r->has_p ? "," : "");
			if (r->has_p)
				xi_say(out, " physical %08" PRIx64 "-%08" PRIx64,
				       r->pstart, r->pend);
			xi_say(out, "\n");
		}
		if (p->map.has_v)
			xi_say(out, "  mapped       virtual %0*" PRIx64 "-%0*" PRIx64 " by %" PRIu64 " page tables, %" PRIu64 " pages of memory\n",
			       width, p->map.vstart, width, p->map.vend,
			       p->nr_pt_frames, p->nr_pages);
		picture(out, p);
	}
	for (i = 0; i < p->nremark; i++)
		xi_say(out, "  note: %s\n", p->remark[i].text);
	xi_say(out, "\n");
}
