// SPDX-License-Identifier: GPL-2.0
/*
 * The vDSO's note on segments: there, well-formed, and enabled where an access
 * with a negative offset from %gs would fault.
 */
#include <elf.h>
#include <string.h>
#include <sys/auxv.h>

#include "ktap.h"

#define NOTE_GNU_HWCAP	2

static const Elf32_Nhdr *find_note(const char *vdso)
{
	const Elf32_Ehdr *eh = (const void *)vdso;
	const Elf32_Phdr *ph = (const void *)(vdso + eh->e_phoff);
	unsigned int i;

	for (i = 0; i < eh->e_phnum; i++) {
		const char *at = vdso + ph[i].p_offset;
		const char *end = at + ph[i].p_filesz;

		if (ph[i].p_type != PT_NOTE)
			continue;
		while (at < end) {
			const Elf32_Nhdr *n = (const void *)at;

			if (n->n_type == NOTE_GNU_HWCAP &&
			    !strcmp((const char *)(n + 1), "GNU"))
				return n;
			at += sizeof(*n) + ((n->n_namesz + 3) & ~3) +
			      ((n->n_descsz + 3) & ~3);
		}
	}
	return NULL;
}

TEST(vdso_nosegneg)
{
	const char *vdso = (const char *)getauxval(AT_SYSINFO_EHDR);
	const Elf32_Nhdr *n;
	const uint32_t *desc;
	const char *entry;
	uint32_t limit;

	check(vdso, "no vDSO");
	n = find_note(vdso);
	check(n, "no note");
	desc = (const uint32_t *)((const char *)(n + 1) + ((n->n_namesz + 3) & ~3));
	check(n->n_descsz == 8 + 1 + sizeof("nosegneg"), "%u bytes", n->n_descsz);
	check(desc[0] == 1, "%u entries", desc[0]);
	entry = (const char *)(desc + 2);
	check(entry[0] == 1 && !strcmp(entry + 1, "nosegneg"), "bit %d", entry[0]);

	asm("mov %%ss, %0; lsl %0, %0" : "=r" (limit));
	check(desc[1] == (limit == UINT32_MAX ? 0U : 2U),
	      "mask %#x, segments end at %#x", desc[1], limit);
}
