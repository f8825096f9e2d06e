/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xen-image: says of a kernel image, before the reboot, which loader takes it
 * and where it lands.
 *
 * read.c reads the file, image.c finds the ELF file in it (unpack.c unpacks), elf.c reads
 * it with elfutils' libelf, notes.c what it says of itself: dom.c as Xen's own
 * library does, dom-pvgrub2.c as PvGrub2 does.
 * plan.c asks the loaders, a file for each in loaders/, which fill in a struct
 * xi_plan; report.c and json.c write what is in these structures.  Nothing below
 * main.c prints or exits, so that all of it can be fuzzed in one process.
 */
#ifndef XEN_IMAGE_H
#define XEN_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XI_PAGE		UINT64_C(4096)
#define XI_MIB		UINT64_C(0x100000)
#define XI_UNSET	UINT64_MAX

/* No kernel has more; a file that has is not worth a table of them. */
#define XI_MAX_SEGS	128
#define XI_MAX_NOTES	4096
#define XI_MAX_LEGACY	65536

#define xi_printf(a, b)	__attribute__((format(printf, a, b)))

/* @to is a power of two. */
static inline uint64_t xi_up(uint64_t x, uint64_t to)
{
	return (x + to - 1) & ~(to - 1);
}

static inline uint64_t xi_page_up(uint64_t x)
{
	return xi_up(x, XI_PAGE);
}

/**
 * struct xi_error - why something did not work, in one line
 * @text: no newline in it, and nothing unprintable
 */
struct xi_error {
	char text[224];
};

int xi_fail(struct xi_error *e, const char *fmt, ...) xi_printf(2, 3);

/**
 * struct xi_mem - the bytes of a file, or of what was unpacked from it
 * @data: first byte
 * @size: bytes
 * @map: mapping they are in
 * @map_size: its size; the page after @data + @size is not accessible, so that
 *	a library that reads on is caught and not believed
 */
struct xi_mem {
	uint8_t *data;
	size_t size;
	void *map;
	size_t map_size;
};

int xi_mem_copy(struct xi_mem *m, const void *data, size_t size);
void xi_mem_free(struct xi_mem *m);

/**
 * struct xi_limits - how much an image may cost
 * @file: bytes of the file
 * @packed: bytes of a file, if it is compressed or a bzImage
 * @unpacked: bytes that come out of one decompression
 * @dict: memory for the dictionary of xz and zstd
 */
struct xi_limits {
	uint64_t file;
	uint64_t packed;
	uint64_t unpacked;
	uint64_t dict;
};

extern const struct xi_limits xi_default_limits;

enum xi_comp {
	XI_PLAIN, XI_GZIP, XI_BZIP2, XI_XZ, XI_LZMA, XI_LZO, XI_LZ4, XI_ZSTD,
};

const char *xi_comp_name(enum xi_comp comp);
enum xi_comp xi_comp_of(const uint8_t *p, size_t n);
bool xi_comp_known(enum xi_comp comp);
int xi_unpack(enum xi_comp comp, const uint8_t *p, size_t n,
	      const struct xi_limits *lim, struct xi_mem *out,
	      struct xi_error *e);

/**
 * struct xi_layer - something compressed
 * @comp: how
 * @packed: bytes before
 * @unpacked: bytes after
 * @said: the last four bytes before, which Xen's loaders take for @unpacked
 */
struct xi_layer {
	enum xi_comp comp;
	uint64_t packed;
	uint64_t unpacked;
	uint32_t said;
};

/**
 * struct xi_setup - what a bzImage says in its header (the boot protocol)
 * @sects: setup sectors as they are written, 0 means 4
 * @version: of the protocol
 * @boot_flag: 0xaa55 is there
 * @end: of the header as byte 0x201 has it
 * @payload: where the payload begins in the file
 *
 * The others have the protocol's names.  What the version does not have is 0.
 */
struct xi_setup {
	unsigned int sects;
	unsigned int version;
	bool boot_flag;
	unsigned int end;
	uint64_t payload;
	/* private: known by name to the boot protocol */
	unsigned int loadflags;
	unsigned int xloadflags;
	uint32_t code32_start;
	uint32_t initrd_addr_max;
	uint32_t kernel_alignment;
	unsigned int relocatable;
	unsigned int min_alignment;
	uint32_t cmdline_size;
	uint32_t payload_offset;
	uint32_t payload_length;
	uint64_t pref_address;
	uint32_t init_size;
	uint32_t handover_offset;
};

/* A program header, 32-bit or 64-bit. */
struct xi_seg {
	uint32_t type;
	uint32_t flags;
	uint64_t offset;
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t filesz;
	uint64_t memsz;
	uint64_t align;
};

enum xi_note_kind { XI_NOTE_BYTES, XI_NOTE_NUMBER, XI_NOTE_TEXT };

/* The numbers of Xen's public/elfnote.h. */
enum {
	XI_NOTE_INFO, XI_NOTE_ENTRY, XI_NOTE_HYPERCALL_PAGE, XI_NOTE_VIRT_BASE,
	XI_NOTE_PADDR_OFFSET, XI_NOTE_XEN_VERSION, XI_NOTE_GUEST_OS,
	XI_NOTE_GUEST_VERSION, XI_NOTE_LOADER, XI_NOTE_PAE_MODE, XI_NOTE_FEATURES,
	XI_NOTE_BSD_SYMTAB, XI_NOTE_HV_START_LOW, XI_NOTE_L1_MFN_VALID,
	XI_NOTE_SUSPEND_CANCEL, XI_NOTE_INIT_P2M, XI_NOTE_MOD_START_PFN,
	XI_NOTE_SUPPORTED_FEATURES, XI_NOTE_PHYS32_ENTRY, XI_NOTE_MAX
};

/**
 * struct xi_note - an ELF note, Xen's or not
 * @type: of the note
 * @namesz: as written
 * @name: its offset in the ELF file
 * @descsz: as written
 * @desc: its offset in the ELF file
 * @section: it was found through a section, not through a segment
 * @at_zero: in a segment at offset 0 of the file, which Xen skips
 * @owner: its name, as far as the file has it
 * @owner_len: how much that is
 * @xen: Xen takes it for one of its own
 * @kind: what Xen takes it for, if so
 * @label: what Xen calls it, or NULL
 * @text: its string up to the NUL, wherever that is, which is how Xen reads it; NULL if
 *	there is none within 4096 bytes or the file
 * @number: 0 for a size that Xen does not take for one of a number
 * @grub: PvGrub2 takes it for one of Xen's
 * @value: its bytes for PvGrub2, NULL if they are not in the file
 * @value_len: as many as say the note and the file
 * @word: the word at its beginning, which PvGrub2 reads whatever the length is
 *
 * Loaders read notes in more than one way: here is what each of them gets, so that none
 * has to look at the bytes again.
 */
struct xi_note {
	uint32_t type;
	uint32_t namesz;
	uint64_t name;
	uint32_t descsz;
	uint64_t desc;
	bool section;
	bool at_zero;
	const uint8_t *owner;
	uint64_t owner_len;
	bool xen;
	enum xi_note_kind kind;
	const char *label;
	const char *text;
	uint64_t number;
	bool grub;
	const uint8_t *value;
	uint32_t value_len;
	uint64_t word;
};

/**
 * struct xi_elf - an ELF file that was found sound
 * @data: its bytes
 * @size: how many
 * @is64: 64-bit
 * @type: ET_EXEC or ET_DYN
 * @machine: EM_386 or EM_X86_64
 * @flags: e_flags
 * @entry: e_entry
 * @seg: program headers
 * @nseg: how many
 * @note: all notes, those of segments first, in the order of the file
 * @nnote: how many
 * @legacy: there is a __xen_guest section
 * @legacy_off: its offset
 * @legacy_size: its size
 * @symtab: size of the symbol table, 0 without
 * @strtab: size of its strings
 * @has_strtab: they are a string table
 * @overrun: the last note of a segment reaches beyond it
 */
struct xi_elf {
	const uint8_t *data;
	uint64_t size;
	bool is64;
	unsigned int type;
	unsigned int machine;
	uint32_t flags;
	uint64_t entry;
	struct xi_seg seg[XI_MAX_SEGS];
	unsigned int nseg;
	struct xi_note *note;
	unsigned int nnote;
	bool legacy;
	uint64_t legacy_off;
	uint64_t legacy_size;
	uint64_t symtab;
	uint64_t strtab;
	bool has_strtab;
	bool overrun;
};

int xi_elf_read(struct xi_elf *elf, const uint8_t *data, size_t size,
		struct xi_error *e);
void xi_elf_free(struct xi_elf *elf);
void xi_note_decode(struct xi_note *note, const struct xi_elf *elf);

enum xi_source { XI_NOTHING, XI_NOTES_SEGMENT, XI_NOTES_SECTION, XI_LEGACY };
enum xi_pae { XI_PAE_NO, XI_PAE_YES, XI_PAE_EXTCR3, XI_PAE_BIMODAL };

#define XI_FEAT_SUPERVISOR	3
#define XI_FEAT_DOM0		11

/**
 * struct xi_dom - Xen's view of an ELF file
 * @source: where it was found
 * @any_notes: notes were looked at, though none may be Xen's
 * @guest_os: GUEST_OS, its first 15 characters as in Xen
 * @guest_ver: GUEST_VERSION
 * @xen_ver: XEN_VERSION
 * @loader: LOADER
 * @bsd_symtab: symbols are wanted behind the kernel
 * @unmapped_initrd: the initrd need not be mapped
 * @virt_base: virtual address of physical address 0
 * @paddr_offset: what is taken off p_paddr
 * @virt_entry: where it is entered
 * @hypercall: where a page of hypercalls is wanted
 * @hv_start_low: the hypervisor may begin there
 * @p2m_base: where the p2m list is wanted
 * @phys_entry: PVH's entry
 * @pae: page tables the kernel can use
 * @supported: features, a bit each
 * @required: those it cannot do without
 * @has_supported: there is a SUPPORTED_FEATURES note
 * @pstart: lowest address in a p_paddr
 * @pend: end of the highest
 * @offset: added to p_paddr for the virtual address
 * @kstart: virtual address of @pstart
 * @kend: virtual address of @pend, or of the symbols Xen puts there
 * @base_why: where @virt_base is from
 * @offset_why: where @paddr_offset is from
 * @entry_why: where @virt_entry is from
 *
 * Numbers that were not given are XI_UNSET.
 */
struct xi_dom {
	enum xi_source source;
	bool any_notes;
	char guest_os[16];
	char guest_ver[16];
	char xen_ver[16];
	char loader[16];
	enum xi_pae pae;
	bool bsd_symtab;
	bool unmapped_initrd;
	bool has_supported;
	uint32_t supported;
	uint32_t required;
	uint64_t virt_base;
	uint64_t paddr_offset;
	uint64_t virt_entry;
	uint64_t hypercall;
	uint64_t hv_start_low;
	uint64_t p2m_base;
	uint64_t phys_entry;
	uint64_t pstart;
	uint64_t pend;
	uint64_t offset;
	uint64_t kstart;
	uint64_t kend;
	const char *base_why;
	const char *offset_why;
	const char *entry_why;
};

void xi_dom_unset(struct xi_dom *dom);
int xi_dom_note(struct xi_dom *dom, const struct xi_note *note, struct xi_error *e);
void xi_dom_legacy(struct xi_dom *dom, const struct xi_elf *elf);
int xi_dom_place(struct xi_dom *dom, const struct xi_elf *elf, struct xi_error *e);
const char *xi_feature_name(unsigned int bit);

/**
 * struct xi_grub - PvGrub2's view of an ELF file
 * @any: it found a note of Xen's, or the __xen_guest section
 * @pae: the kernel can use page tables of three levels
 * @bad_loader: the note names another loader than the generic one
 * @unmapped: the initrd need not be mapped
 * @virt_base: virtual address of physical address 0
 * @paddr_offset: what is taken off p_paddr
 * @entry: where it is entered
 * @hypercall: where a page of hypercalls is wanted, or XI_UNSET
 * @p2m_base: where the p2m list is wanted, or XI_UNSET
 * @offset_why: where @paddr_offset is from
 * @entry_why: where @entry is from
 */
struct xi_grub {
	bool any;
	bool pae;
	bool bad_loader;
	bool unmapped;
	uint64_t virt_base;
	uint64_t paddr_offset;
	uint64_t entry;
	uint64_t hypercall;
	uint64_t p2m_base;
	const char *offset_why;
	const char *entry_why;
};

void xi_grub_unset(struct xi_grub *g, const struct xi_elf *elf);
void xi_grub_note(struct xi_grub *g, const struct xi_note *note);
void xi_grub_legacy(struct xi_grub *g, const struct xi_elf *elf);

/**
 * struct xi_guest - what an ELF file says of itself, as each of its readers sees it
 * @is_xen: Xen's library takes it
 * @why: it does not, in its words
 * @dom: Xen's library's view, as far as it went
 * @legacy: what __xen_guest says, and nothing else; not where the kernel belongs
 * @both: there is a __xen_guest section beside notes that Xen goes by
 * @differs: what the section says else than the notes, or NULL
 * @grub: PvGrub2's view
 * @pvh: the entry in a PHYS32_ENTRY note of a segment, which QEMU goes by, or 0
 * @repeats: number of the first note of a section, if there are any of segments: the
 *	sections mostly hold what these hold
 */
struct xi_guest {
	bool is_xen;
	struct xi_error why;
	struct xi_dom dom;
	struct xi_dom legacy;
	bool both;
	const char *differs;
	struct xi_grub grub;
	uint64_t pvh;
	unsigned int repeats;
};

void xi_guest_read(struct xi_guest *guest, const struct xi_elf *elf);

/* What became of the search for an ELF file. */
enum xi_found {
	XI_FOUND,	/* here it is */
	XI_UNPACKED_NOT,/* compressed in a way that xen-image does not unpack */
	XI_DAMAGED,	/* the file has no ELF file, or a broken one */
};

/**
 * struct xi_image - a file, taken apart
 * @name: as given; by the caller
 * @file: all of it, by the caller; given back when @inner was unpacked from it
 * @size: of the file
 * @outer: how the file itself is compressed
 * @inner: what is in it then
 * @base: @file, or @inner
 * @has_setup: @base is a bzImage
 * @setup: its header
 * @inside: how its payload is compressed
 * @payload: what is in that then
 * @multiboot: @base has a multiboot header
 * @found: what became of the search for an ELF file
 * @elf: that file
 * @guest: what it says of itself
 * @why: when it was not found
 */
struct xi_image {
	const char *name;
	struct xi_mem file;
	uint64_t size;
	struct xi_layer outer;
	struct xi_mem inner;
	const struct xi_mem *base;
	bool has_setup;
	struct xi_setup setup;
	struct xi_layer inside;
	struct xi_mem payload;
	bool multiboot;
	enum xi_found found;
	struct xi_elf elf;
	struct xi_guest guest;
	struct xi_error why;
};

int xi_image_read(struct xi_image *img, const struct xi_limits *lim,
		  struct xi_error *e);
void xi_image_free(struct xi_image *img);

/**
 * struct xi_options - what the loader is asked to do
 * @memory: the guest's, in bytes
 * @initrd: bytes of it, 0 for none
 * @initrd_unpacked: what it unpacks to if it is in gzip, else 0
 * @no_pv32: the hypervisor is built without CONFIG_PV32
 */
struct xi_options {
	uint64_t memory;
	uint64_t initrd;
	uint64_t initrd_unpacked;
	bool no_pv32;
};

int xi_read_file(struct xi_mem *m, const char *name, struct xi_error *e);
int xi_read_initrd(struct xi_options *opt, const char *name, struct xi_error *e);
int xi_read_config(bool *pvh, const char *name, struct xi_error *e);

/**
 * struct xi_range - something in memory
 * @name: what
 * @has_v: @vstart to @vend are known
 * @has_p: @pstart to @pend are known; under Xen pseudo-physical
 * @vstart: first virtual address
 * @vend: the one behind the last
 * @pstart: first physical address
 * @pend: the one behind the last
 */
struct xi_range {
	const char *name;
	bool has_v;
	bool has_p;
	uint64_t vstart;
	uint64_t vend;
	uint64_t pstart;
	uint64_t pend;
};

/**
 * struct xi_box - a box in the picture of a plan
 * @name: what is in it
 * @start: first address, virtual if the plan is a PV guest's
 * @end: the one behind the last
 * @has_p: @pstart and @pend are the pseudo-physical addresses of these
 * @pstart: that of @start
 * @pend: that of @end
 * @joins: it ends where the box above begins
 * @overlaps: it ends higher than that
 * @gap: there is something between it and the box below
 */
struct xi_box {
	char name[24];
	uint64_t start;
	uint64_t end;
	bool has_p;
	uint64_t pstart;
	uint64_t pend;
	bool joins;
	bool overlaps;
	bool gap;
};

#define XI_MAX_AREAS	16
/* each segment, each area, and the hypervisor */
#define XI_MAX_BOXES	(XI_MAX_SEGS + XI_MAX_AREAS + 1)
#define XI_MAX_REMARKS	8

/**
 * struct xi_plan - what a loader makes of an image
 * @loader: that loader
 * @takes: it does
 * @unknown: nobody can say, as the payload is in a compression that is not ours
 * @why: it does not
 * @pv: entered with paging on, as Xen PV guest
 * @virt_base: virtual address of physical address 0
 * @paddr_offset: what is taken off p_paddr for the physical address
 * @offset_why: where that is from
 * @entry: first instruction
 * @entry_why: where that is from
 * @seg: where the segments land, in their order in the file
 * @nseg: how many
 * @area: everything else: p2m, page tables, stack, ...
 * @narea: how many
 * @map: what the initial page tables map, with @pv
 * @hole: where the hypervisor begins, XI_UNSET if nowhere
 * @hole_end: and ends
 * @nr_pages: the guest's
 * @nr_pt_frames: how many page tables there are
 * @exact: false if addresses depend on what only that machine knows
 * @remark: more to say
 * @nremark: how many
 * @placed: there are addresses, though it may be refused
 * @wide: one of them needs more than 32 bits
 * @box: the picture, the highest address first
 * @nbox: how many boxes it has
 * @box_wide: one of their addresses needs more than 32 bits
 */
struct xi_plan {
	const struct xi_loader *loader;
	bool takes;
	bool unknown;
	struct xi_error why;
	bool pv;
	uint64_t virt_base;
	uint64_t paddr_offset;
	const char *offset_why;
	uint64_t entry;
	const char *entry_why;
	struct xi_range seg[XI_MAX_SEGS];
	unsigned int nseg;
	struct xi_range area[XI_MAX_AREAS];
	unsigned int narea;
	struct xi_range map;
	uint64_t hole;
	uint64_t hole_end;
	uint64_t nr_pages;
	uint64_t nr_pt_frames;
	bool exact;
	struct xi_error remark[XI_MAX_REMARKS];
	unsigned int nremark;
	bool placed;
	bool wide;
	struct xi_box box[XI_MAX_BOXES];
	unsigned int nbox;
	bool box_wide;
};

/**
 * struct xi_loader - one that can be asked
 * @name: for --loader
 * @alias: the same under another name, or NULL
 * @title: what it is
 * @plan: fills in all of a plan that was zeroed, but @loader
 * @by_name: only when asked for by name
 * @forms: in which forms the image of a build for both worlds should suit it
 */
struct xi_loader {
	const char *name;
	const char *alias;
	const char *title;
	void (*plan)(struct xi_plan *plan, const struct xi_image *img,
		     const struct xi_options *opt);
	bool by_name;
	unsigned int forms;
};

/* The forms of an image; the last one of a vmlinux with PVH's entry. */
#define XI_FORM_BZIMAGE	1
#define XI_FORM_VMLINUX	2
#define XI_FORM_VMLINUZ	4
#define XI_FORM_PVH	8
#define XI_FORM_ANY	(XI_FORM_BZIMAGE | XI_FORM_VMLINUX | XI_FORM_VMLINUZ)

/* There is room for these in a table of verdicts. */
#define XI_MAX_LOADERS	16

extern const struct xi_loader xi_loaders[];
extern const unsigned int xi_nloaders;

void xi_plan_make(struct xi_plan *plan, const struct xi_loader *loader,
		  const struct xi_image *img, const struct xi_options *opt);
void xi_refuse(struct xi_plan *plan, const char *fmt, ...) xi_printf(2, 3);
void xi_remark(struct xi_plan *plan, const char *fmt, ...) xi_printf(2, 3);
struct xi_range *xi_area(struct xi_plan *plan, const char *name);
void xi_picture_make(struct xi_plan *p);
bool xi_need_elf(struct xi_plan *plan, const struct xi_image *img);

void xi_plan_dom0(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt);
void xi_plan_shim(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt);
void xi_plan_domu(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt);
void xi_plan_pvgrub2(struct xi_plan *plan, const struct xi_image *img,
		     const struct xi_options *opt);
void xi_plan_2006(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt);
void xi_plan_grub_bios(struct xi_plan *plan, const struct xi_image *img,
		       const struct xi_options *opt);
void xi_plan_grub_efi(struct xi_plan *plan, const struct xi_image *img,
		      const struct xi_options *opt);
void xi_plan_qemu(struct xi_plan *plan, const struct xi_image *img,
		  const struct xi_options *opt);
void xi_plan_kexec(struct xi_plan *plan, const struct xi_image *img,
		   const struct xi_options *opt);

enum xi_verdict {
	XI_CHECK_GOOD,
	XI_CHECK_NO_LOADER,	/* the file is broken */
	XI_CHECK_LOADER_LOST,	/* one that should take it does not */
	XI_CHECK_NO_LEGACY,	/* no __xen_guest beside the notes */
	XI_CHECK_LEGACY_DIFFERS,
	XI_CHECK_MAPPED_INITRD,	/* no MOD_START_PFN */
};

/**
 * struct xi_lost - a loader that should take an image and does not
 * @loader: that loader
 * @unknown: nobody can say
 * @why: it does not
 */
struct xi_lost {
	const struct xi_loader *loader;
	bool unknown;
	struct xi_error why;
};

/**
 * struct xi_check - is an image what a build for both worlds should make?
 * @verdict: the first thing that is wrong
 * @more: what differs, with XI_CHECK_LEGACY_DIFFERS
 * @why: the file is broken, if an image was read
 * @taken: how many loaders take it
 * @lost: those that do not
 * @nlost: how many
 */
struct xi_check {
	enum xi_verdict verdict;
	const char *more;
	struct xi_error why;
	unsigned int taken;
	struct xi_lost lost[XI_MAX_LOADERS];
	unsigned int nlost;
};

int xi_check(struct xi_check *check, const struct xi_image *img, bool pvh);
void xi_check_broken(struct xi_check *check);

/**
 * struct xi_out - text that grows
 * @text: what there is, ends in NUL
 * @len: its length
 * @room: how long it may become as it is
 * @failed: memory ran out
 */
struct xi_out {
	char *text;
	size_t len;
	size_t room;
	bool failed;
};

void xi_say(struct xi_out *out, const char *fmt, ...) xi_printf(2, 3);
void xi_say_quoted(struct xi_out *out, const char *s, size_t n);
void xi_out_free(struct xi_out *out);

/* A file may have 4096 notes of 4 KiB.  Nobody reads that. */
#define XI_SHOWN_NOTES	48

const char *xi_machine_name(const struct xi_elf *elf);
const char *xi_source_name(enum xi_source source);

void xi_show_text(struct xi_out *out, const struct xi_image *img);
void xi_show_json(struct xi_out *out, const struct xi_image *img);
void xi_plan_text(struct xi_out *out, const struct xi_plan *plan);
void xi_verdict_text(struct xi_out *out, const struct xi_loader *loader,
		     bool takes, bool unknown, const struct xi_error *why);
void xi_check_text(struct xi_out *out, const struct xi_check *check,
		   const char *name, const char *tool);
void xi_plans_json(struct xi_out *out, const struct xi_image *img,
		   const struct xi_options *opt, const struct xi_plan *plans,
		   unsigned int n);

#endif /* XEN_IMAGE_H */
