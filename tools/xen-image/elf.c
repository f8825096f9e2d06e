// SPDX-License-Identifier: GPL-2.0
/*
 * The ELF file, through elfutils' libelf.  What makes no sense is refused before
 * libelf sees it, and afterwards what no loader could load right: some loaders
 * would load such a file all the same, and jump into the ruins.
 */
#include <gelf.h>
#include <libelf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "xen-image.h"

/* All note segments and sections together. */
#define NOTE_ROOM (4 * XI_MIB)

/* The names of all sections: a kernel's are a few KiB. */
#define NAMES_MAX XI_MIB

static int bad(struct xi_error *e)
{
	return xi_fail(e, "ELF: %s", elf_errmsg(-1));
}

/* The header, before libelf computes with it. */
static int check_header(const uint8_t *p, size_t n, struct xi_error *e)
{
	const Elf32_Ehdr *h32 = (const void *)p;
	const Elf64_Ehdr *h64 = (const void *)p;
	uint64_t phoff, shoff, phnum, shnum, phent, shent, phwant, shwant, many = 0;

	if (n < sizeof(*h32))
		return xi_fail(e, "ELF: truncated in the header");
	if (p[EI_DATA] == ELFDATA2MSB)
		return xi_fail(e, "ELF: big-endian, no x86 kernel");
	if (p[EI_DATA] != ELFDATA2LSB || p[EI_VERSION] != EV_CURRENT)
		return xi_fail(e, "ELF: byte order %u, version %u: no such thing",
			       p[EI_DATA], p[EI_VERSION]);
	switch (p[EI_CLASS]) {
	case ELFCLASS32:
		phoff = h32->e_phoff;
		shoff = h32->e_shoff;
		phnum = h32->e_phnum;
		shnum = h32->e_shnum;
		phent = h32->e_phentsize;
		shent = h32->e_shentsize;
		phwant = sizeof(Elf32_Phdr);
		shwant = sizeof(Elf32_Shdr);
		if (shoff && shoff < n && n - shoff >= shwant)
			memcpy(&many, p + shoff + offsetof(Elf32_Shdr, sh_size), 4);
		break;
	case ELFCLASS64:
		if (n < sizeof(*h64))
			return xi_fail(e, "ELF: truncated in the header");
		phoff = h64->e_phoff;
		shoff = h64->e_shoff;
		phnum = h64->e_phnum;
		shnum = h64->e_shnum;
		phent = h64->e_phentsize;
		shent = h64->e_shentsize;
		phwant = sizeof(Elf64_Phdr);
		shwant = sizeof(Elf64_Shdr);
		if (shoff && shoff < n && n - shoff >= shwant)
			memcpy(&many, p + shoff + offsetof(Elf64_Shdr, sh_size), 8);
		break;
	default:
		return xi_fail(e, "ELF: class %u is neither 32-bit nor 64-bit", p[EI_CLASS]);
	}
	if (!phnum)
		return xi_fail(e, "ELF: no program headers, nothing to load");
	if (phnum > XI_MAX_SEGS)
		return xi_fail(e, "ELF: %llu program headers, no kernel has more than %u",
			       (unsigned long long)phnum, XI_MAX_SEGS);
	if (phent != phwant || (shnum && shent != shwant))
		return xi_fail(e, "ELF: headers of %llu and %llu bytes, not %llu and %llu",
			       (unsigned long long)phent, (unsigned long long)shent,
			       (unsigned long long)phwant, (unsigned long long)shwant);
	if (phoff > n || phnum * phent > n - phoff)
		return xi_fail(e, "ELF: program headers end beyond the file: truncated");
	/* libelf would take the number from the first section, and memory for each. */
	if (!shnum && many >= SHN_LORESERVE)
		return xi_fail(e, "ELF: %llu sections, no kernel has so many",
			       (unsigned long long)many);
	if (shnum && (shoff > n || shnum * shent > n - shoff))
		return xi_fail(e, "ELF: section headers end beyond the file: truncated");
	return 0;
}

static bool loaded(const struct xi_seg *s)
{
	return s->type == PT_LOAD && s->memsz;
}

static int check_segments(const struct xi_elf *elf, struct xi_error *e)
{
	uint64_t top = elf->is64 ? UINT64_MAX : UINT32_MAX;
	const struct xi_seg *s, *t;
	unsigned int i, j;
	bool any = false;

	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_LOAD)
			continue;
		any |= loaded(s);
		if (s->offset > elf->size || s->filesz > elf->size - s->offset)
			return xi_fail(e, "ELF: segment %u ends beyond the file: truncated", i);
		if (s->filesz > s->memsz)
			return xi_fail(e, "ELF: segment %u is larger in the file than in memory", i);
		if (s->memsz && (s->paddr > top || s->memsz - 1 > top - s->paddr))
			return xi_fail(e, "ELF: segment %u wraps around the end of the physical address space",
				       i);
		if (s->memsz && (s->vaddr > top || s->memsz - 1 > top - s->vaddr))
			return xi_fail(e, "ELF: segment %u wraps around the end of the virtual address space",
				       i);
		for (j = 0; loaded(s) && j < i; j++) {
			t = &elf->seg[j];
			if (loaded(t) && s->paddr <= t->paddr + (t->memsz - 1) &&
			    t->paddr <= s->paddr + (s->memsz - 1))
				return xi_fail(e, "ELF: segments %u and %u overlap at physical address %#llx",
					       j, i, (unsigned long long)
					       (s->paddr > t->paddr ? s->paddr : t->paddr));
		}
	}
	if (!any)
		return xi_fail(e, "ELF: no segment to load");
	return 0;
}

/*
 * The last note of grub-i386-xen.bin says it is longer than its segment, and than
 * the file: libelf gives up, but Xen reads the string that is there.
 */
static int last_note(struct xi_elf *elf, uint64_t at, GElf_Nhdr *nh,
		     uint64_t *name, uint64_t *desc)
{
	Elf32_Nhdr h;

	memcpy(&h, elf->data + at, sizeof(h));
	*name = at + sizeof(h);
	*desc = *name + (h.n_namesz + UINT64_C(3)) / 4 * 4;
	if (*desc >= elf->size)
		return -1;
	nh->n_type = h.n_type;
	nh->n_namesz = h.n_namesz;
	nh->n_descsz = h.n_descsz;
	elf->overrun = true;
	return 0;
}

/* The notes between two offsets of the file. */
static int read_notes(struct xi_elf *elf, Elf *file, uint64_t start,
		      uint64_t size, bool section, uint64_t *room,
		      struct xi_error *e)
{
	size_t at, next, rname, rdesc;
	uint64_t name, desc;
	struct xi_note *note;
	GElf_Nhdr nh;
	Elf_Data *data;

	if (size > *room)
		return xi_fail(e, "ELF: more than %llu MiB of notes: a note bomb",
			       (unsigned long long)(NOTE_ROOM / XI_MIB));
	*room -= size;
	if (size < sizeof(Elf32_Nhdr))
		return 0;
	data = elf_getdata_rawchunk(file, start, size, ELF_T_NHDR);
	if (!data)
		return bad(e);
	for (at = 0; at + sizeof(Elf32_Nhdr) <= size; at = next) {
		next = gelf_getnote(data, at, &nh, &rname, &rdesc);
		name = start + rname;
		desc = start + rdesc;
		if (!next) {
			next = size;
			if (last_note(elf, start + at, &nh, &name, &desc))
				return xi_fail(e, "ELF: the note at offset %#llx runs out of the file",
					       (unsigned long long)(start + at));
		}
		if (elf->nnote == XI_MAX_NOTES)
			return xi_fail(e, "ELF: more than %u notes: a note bomb", XI_MAX_NOTES);
		if (!(elf->nnote & (elf->nnote - 1))) {
			note = realloc(elf->note, (2 * elf->nnote + 1) * sizeof(*note));
			if (!note)
				return xi_fail(e, "no memory for notes");
			elf->note = note;
		}
		note = &elf->note[elf->nnote++];
		note->type = nh.n_type;
		note->namesz = nh.n_namesz;
		note->name = name;
		note->descsz = nh.n_descsz;
		note->desc = desc;
		note->section = section;
		note->at_zero = !start;
		xi_note_decode(note, elf);
	}
	return 0;
}

/*
 * The table of the sections' names is looked at before libelf is asked for a name:
 * it would look for the table's last NUL each time.  Returns -1 if there is
 * something wrong with it; *@strndx becomes SHN_UNDEF if there is none.
 */
static int check_names(const struct xi_elf *elf, Elf *file, size_t *strndx,
		       struct xi_error *e)
{
	Elf_Scn *scn;
	GElf_Shdr sh;

	if (elf_getshdrstrndx(file, strndx))
		*strndx = SHN_UNDEF;
	scn = *strndx == SHN_UNDEF ? NULL : elf_getscn(file, *strndx);
	if (!scn || !gelf_getshdr(scn, &sh) || sh.sh_type != SHT_STRTAB || !sh.sh_size) {
		*strndx = SHN_UNDEF;
		return 0;
	}
	if (sh.sh_offset > elf->size || sh.sh_size > elf->size - sh.sh_offset)
		return xi_fail(e, "ELF: section %zu ends beyond the file: truncated", *strndx);
	if (sh.sh_size > NAMES_MAX)
		return xi_fail(e, "ELF: %llu bytes of section names, no kernel has so many",
			       (unsigned long long)sh.sh_size);
	if (elf->data[sh.sh_offset + sh.sh_size - 1])
		return xi_fail(e, "ELF: the table of section names does not end in a NUL");
	return 0;
}

/* A list of names and values, up to a NUL, which may lie behind the section. */
static int check_legacy(const struct xi_elf *elf, struct xi_error *e)
{
	uint64_t room = elf->size - elf->legacy_off;

	if (elf->legacy_size > XI_MAX_LEGACY)
		return xi_fail(e, "ELF: a __xen_guest section of %llu bytes, no kernel's is over %u",
			       (unsigned long long)elf->legacy_size, XI_MAX_LEGACY);
	if (room > XI_MAX_LEGACY &&
	    !memchr(elf->data + elf->legacy_off, 0, XI_MAX_LEGACY))
		return xi_fail(e, "ELF: no NUL ends the __xen_guest section, nor is there one near it");
	return 0;
}

static int read_sections(struct xi_elf *elf, Elf *file, uint64_t *room,
			 struct xi_error *e)
{
	Elf_Scn *scn = NULL, *link;
	size_t strndx, shnum;
	const char *name;
	GElf_Shdr sh, str;
	bool symtab = false;

	if (elf_getshdrnum(file, &shnum))
		return bad(e);
	if (check_names(elf, file, &strndx, e))
		return -1;
	while ((scn = elf_nextscn(file, scn))) {
		if (!gelf_getshdr(scn, &sh))
			return bad(e);
		if (sh.sh_type != SHT_NOBITS &&
		    (sh.sh_offset > elf->size || sh.sh_size > elf->size - sh.sh_offset))
			return xi_fail(e, "ELF: section %zu ends beyond the file: truncated",
				       elf_ndxscn(scn));
		if (sh.sh_type == SHT_NOTE &&
		    read_notes(elf, file, sh.sh_offset, sh.sh_size, true, room, e))
			return -1;
		if (sh.sh_type == SHT_SYMTAB && !symtab &&
		    sh.sh_link != SHN_UNDEF && sh.sh_link < shnum) {
			symtab = true;
			elf->symtab = sh.sh_size;
			link = elf_getscn(file, sh.sh_link);
			if (link && gelf_getshdr(link, &str) &&
			    str.sh_type == SHT_STRTAB) {
				elf->has_strtab = true;
				elf->strtab = str.sh_size;
			}
		}
		name = strndx == SHN_UNDEF ? NULL : elf_strptr(file, strndx, sh.sh_name);
		if (name && !strcmp(name, "__xen_guest") && !elf->legacy &&
		    sh.sh_type != SHT_NOBITS) {
			elf->legacy = true;
			elf->legacy_off = sh.sh_offset;
			elf->legacy_size = sh.sh_size;
			if (check_legacy(elf, e))
				return -1;
		}
	}
	return 0;
}

static int read_all(struct xi_elf *elf, Elf *file, struct xi_error *e)
{
	uint64_t room = NOTE_ROOM;
	GElf_Ehdr eh;
	GElf_Phdr ph;
	struct xi_seg *s;
	unsigned int i;
	size_t n;

	if (!gelf_getehdr(file, &eh) || elf_getphdrnum(file, &n))
		return bad(e);
	elf->is64 = eh.e_ident[EI_CLASS] == ELFCLASS64;
	elf->type = eh.e_type;
	elf->machine = eh.e_machine;
	elf->flags = eh.e_flags;
	elf->entry = eh.e_entry;
	if (elf->machine != EM_386 && elf->machine != EM_X86_64)
		return xi_fail(e, "ELF: for machine %u, not for x86", elf->machine);
	if (elf->type != ET_EXEC && elf->type != ET_DYN)
		return xi_fail(e, "ELF: type %u, not an executable", elf->type);
	for (i = 0; i < n && i < XI_MAX_SEGS; i++) {
		if (!gelf_getphdr(file, i, &ph))
			return bad(e);
		s = &elf->seg[elf->nseg++];
		s->type = ph.p_type;
		s->flags = ph.p_flags;
		s->offset = ph.p_offset;
		s->vaddr = ph.p_vaddr;
		s->paddr = ph.p_paddr;
		s->filesz = ph.p_filesz;
		s->memsz = ph.p_memsz;
		s->align = ph.p_align;
	}
	if (check_segments(elf, e))
		return -1;
	for (i = 0; i < elf->nseg; i++) {
		s = &elf->seg[i];
		if (s->type != PT_NOTE)
			continue;
		if (s->offset > elf->size || s->filesz > elf->size - s->offset)
			return xi_fail(e, "ELF: note segment %u ends beyond the file: truncated",
				       i);
		if (read_notes(elf, file, s->offset, s->filesz, false, &room, e))
			return -1;
	}
	if (eh.e_shnum)
		return read_sections(elf, file, &room, e);
	return 0;
}

/**
 * xi_elf_read() - read an ELF file
 * @elf: filled in; to be freed also after failure
 * @data: the file, which must stay
 * @size: how much
 * @e: what is wrong with it
 *
 * Return: 0 or -1
 */
int xi_elf_read(struct xi_elf *elf, const uint8_t *data, size_t size,
		struct xi_error *e)
{
	Elf *file;
	int rc;

	memset(elf, 0, sizeof(*elf));
	elf->data = data;
	elf->size = size;
	if (check_header(data, size, e))
		return -1;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return bad(e);
	/* The prototype has no const, libelf only reads. */
	file = elf_memory((char *)data, size);
	if (!file)
		return bad(e);
	rc = read_all(elf, file, e);
	elf_end(file);
	return rc;
}

/**
 * xi_elf_free() - give it back
 * @elf: may be zeroes
 */
void xi_elf_free(struct xi_elf *elf)
{
	free(elf->note);
	elf->note = NULL;
	elf->nnote = 0;
}
