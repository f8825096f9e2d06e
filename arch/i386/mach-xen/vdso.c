// SPDX-License-Identifier: GPL-2.0
/*
 * A note in the vDSO tells the C library how to use segments.
 *
 * If the hypervisor truncates segments below itself, this file sets the bit that
 * selects libraries without negative offsets from %gs, see asm/mach_vdso.h.
 */
#include <linux/elf.h>
#include <linux/init.h>
#include <linux/string.h>

#include <xen/xen.h>

#include <asm/mach_vdso.h>
#include <asm/segment.h>
#include <asm/vdso.h>

/* NT_GNU_HWCAP of glibc's elf/elf.h */
#define NOTE_GNU_HWCAP	2

static bool __init segments_end_early(void)
{
	u32 limit;

	asm("lsl %1, %0" : "=r" (limit) : "r" (__USER_DS) : "cc");

	return limit != U32_MAX;
}

/* Find the mask in the note. The kernel's build made the vDSO, so it is well-formed. */
static u32 __init *nosegneg_mask(void *vdso)
{
	const struct elf32_hdr *eh = vdso;
	const struct elf32_phdr *ph = vdso + eh->e_phoff;
	const struct elf32_phdr *end = ph + eh->e_phnum;

	for (; ph < end; ph++) {
		void *at = vdso + ph->p_offset;
		void *stop = at + ph->p_filesz;

		if (ph->p_type != PT_NOTE)
			continue;
		while (at < stop) {
			const struct elf32_note *note = at;
			const char *name = at + sizeof(*note);
			u32 *desc = (u32 *)(name + ALIGN(note->n_namesz, 4));

			if (note->n_type == NOTE_GNU_HWCAP && !strcmp(name, "GNU"))
				return desc + 1;
			at = (void *)desc + ALIGN(note->n_descsz, 4);
		}
	}

	return NULL;
}

static int __init xen_vdso_nosegneg(void)
{
	u32 *mask = nosegneg_mask((void *)vdso_image_32.data);

	if (WARN_ON_ONCE(!mask))
		return -ENOENT;
	if (xen_pv_domain() && segments_end_early())
		*mask |= BIT(VDSO_NOSEGNEG_BIT);

	return 0;
}
subsys_initcall(xen_vdso_nosegneg);
