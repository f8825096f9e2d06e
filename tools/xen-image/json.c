// SPDX-License-Identifier: GPL-2.0
/*
 * The report for programs, by json-c.
 */
#include <json-c/json.h>
#include <string.h>

#include "xen-image.h"

/* One character of UTF-8, its length, or 0 if it is none. */
static unsigned int utf8(const unsigned char *s, uint32_t *to)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int len, i;

	len = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 :
		(s[0] & 0xf8) == 0xf0 ? 4 : 0;
	if (!len)
		return 0;
	*to = len == 1 ? s[0] : s[0] & (0x7f >> len);
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*to = *to << 6 | (s[i] & 0x3f);
	}
	if (*to < least[len] || *to > 0x10ffff || (*to >= 0xd800 && *to < 0xe000))
		return 0;
	return len;
}

/*
 * A file's name for JSON, all of it.  A byte that is no UTF-8 becomes what Python,
 * which made that a custom, turns back into it: U+DC00 and the byte.
 */
static void say_name(struct xi_out *out, const char *name)
{
	const unsigned char *s = (const unsigned char *)name;
	unsigned int len;
	uint32_t c;

	xi_say(out, "\"");
	for (; *s; s += len) {
		len = utf8(s, &c);
		if (!len) {
			c = 0xdc00 | *s;
			len = 1;
		}
		if (c == '"' || c == '\\')
			xi_say(out, "\\%c", (char)c);
		else if (c >= ' ' && c <= '~')
			xi_say(out, "%c", (char)c);
		else if (c < 0x10000)
			xi_say(out, "\\u%04x", c);
		else
			xi_say(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10),
			       0xdc00 | (c & 0x3ff));
	}
	xi_say(out, "\"");
}

/* Like the library's functions, this takes @value over. */
static void put(struct json_object *to, const char *key, struct json_object *value,
		bool *failed)
{
	if (value && to && !(key ? json_object_object_add(to, key, value) :
			     json_object_array_add(to, value)))
		return;
	json_object_put(value);
	*failed = true;
}

static void put_null(struct json_object *to, const char *key, bool *failed)
{
	if (!to || json_object_object_add(to, key, NULL))
		*failed = true;
}

static void put_number(struct json_object *to, const char *key, uint64_t v, bool *failed)
{
	put(to, key, json_object_new_uint64(v), failed);
}

static void put_bool(struct json_object *to, const char *key, bool v, bool *failed)
{
	put(to, key, json_object_new_boolean(v), failed);
}

/* Words of the program's own, which are ASCII. */
static void put_string(struct json_object *to, const char *key, const char *s,
		       bool *failed)
{
	put(to, key, json_object_new_string(s), failed);
}

/*
 * What is not the program's own may be in any encoding or in none.  The library would
 * write its bytes as they are, so it is given the text that is to be written.
 */
static void put_text(struct json_object *to, const char *key, struct xi_out *text,
		     bool *failed)
{
	struct json_object *v = text->failed ? NULL : json_object_new_string("");

	if (v) {
		json_object_set_serializer(v, json_object_userdata_to_json_string,
					   text->text, json_object_free_userdata);
		/* It is the object's now. */
		memset(text, 0, sizeof(*text));
	}
	xi_out_free(text);
	put(to, key, v, failed);
}

static void put_quoted(struct json_object *to, const char *key, const char *s,
		       size_t n, bool *failed)
{
	struct xi_out text = { 0 };

	xi_say_quoted(&text, s, n);
	put_text(to, key, &text, failed);
}

static void put_setup(struct json_object *to, const struct xi_image *img, bool *failed)
{
	struct json_object *o = json_object_new_object();
	const struct xi_setup *s = &img->setup;

	put_number(o, "protocol", s->version, failed);
	put_number(o, "setup_sects", s->sects, failed);
	put_number(o, "loadflags", s->loadflags, failed);
	put_number(o, "xloadflags", s->xloadflags, failed);
	put_number(o, "code32_start", s->code32_start, failed);
	put_number(o, "pref_address", s->pref_address, failed);
	put_number(o, "init_size", s->init_size, failed);
	put_bool(o, "relocatable", s->relocatable, failed);
	put_number(o, "kernel_alignment", s->kernel_alignment, failed);
	put_number(o, "initrd_addr_max", s->initrd_addr_max, failed);
	put_number(o, "cmdline_size", s->cmdline_size, failed);
	put_number(o, "handover_offset", s->handover_offset, failed);
	put_number(o, "payload", s->payload, failed);
	put_number(o, "payload_length", s->payload_length, failed);
	put_string(o, "payload_compression", xi_comp_name(img->inside.comp), failed);
	put_number(o, "payload_unpacked", img->inside.unpacked, failed);
	put(to, "bzimage", o, failed);
}

static void put_segments(struct json_object *to, const struct xi_elf *elf, bool *failed)
{
	struct json_object *a = json_object_new_array(), *o;
	const struct xi_seg *s;

	for (s = elf->seg; s < elf->seg + elf->nseg; s++) {
		o = json_object_new_object();
		put_number(o, "type", s->type, failed);
		put_number(o, "flags", s->flags, failed);
		put_number(o, "offset", s->offset, failed);
		put_number(o, "vaddr", s->vaddr, failed);
		put_number(o, "paddr", s->paddr, failed);
		put_number(o, "filesz", s->filesz, failed);
		put_number(o, "memsz", s->memsz, failed);
		put(a, NULL, o, failed);
	}
	put(to, "segments", a, failed);
}

static void put_notes(struct json_object *to, const struct xi_elf *elf, bool *failed)
{
	struct json_object *a = json_object_new_array(), *o;
	const struct xi_note *n;
	unsigned int i, shown = 0;

	for (i = 0; i < elf->nnote && shown < XI_SHOWN_NOTES; i++) {
		n = &elf->note[i];
		if (!n->xen)
			continue;
		shown++;
		o = json_object_new_object();
		put_number(o, "type", n->type, failed);
		put_string(o, "name", n->label ? n->label : "", failed);
		put_bool(o, "section", n->section, failed);
		put_number(o, "size", n->descsz, failed);
		if (n->kind == XI_NOTE_TEXT)
			put_quoted(o, "text", n->text ? n->text : "",
				   n->text ? strlen(n->text) : 0, failed);
		else
			put_number(o, "number", n->number, failed);
		put(a, NULL, o, failed);
	}
	put(to, "xen_notes", a, failed);
}

static void put_features(struct json_object *to, const char *key, uint32_t bits,
			 bool *failed)
{
	struct json_object *a = json_object_new_array();
	unsigned int bit;

	for (bit = 0; bit < 32; bit++)
		if (bits & (1u << bit))
			put_number(a, NULL, bit, failed);
	put(to, key, a, failed);
}

static void put_dom(struct json_object *to, const struct xi_dom *dom, bool *failed)
{
	struct json_object *o = json_object_new_object();

	put_string(o, "source", xi_source_name(dom->source), failed);
	put_number(o, "virt_base", dom->virt_base, failed);
	put_number(o, "paddr_offset", dom->paddr_offset, failed);
	put_number(o, "virt_entry", dom->virt_entry, failed);
	put_number(o, "virt_kstart", dom->kstart, failed);
	put_number(o, "virt_kend", dom->kend, failed);
	put_bool(o, "pae", dom->pae != XI_PAE_NO, failed);
	put_bool(o, "unmapped_initrd", dom->unmapped_initrd, failed);
	put_quoted(o, "guest_os", dom->guest_os, strlen(dom->guest_os), failed);
	put_quoted(o, "loader", dom->loader, strlen(dom->loader), failed);
	put_quoted(o, "xen_version", dom->xen_ver, strlen(dom->xen_ver), failed);
	put_features(o, "features_supported", dom->supported, failed);
	put_features(o, "features_required", dom->required, failed);
	put(to, "xen", o, failed);
}

static void put_elf(struct json_object *to, const struct xi_elf *elf,
		    const struct xi_guest *guest, bool *failed)
{
	struct json_object *o = json_object_new_object();

	put_number(o, "class", elf->is64 ? 64 : 32, failed);
	put_string(o, "machine", xi_machine_name(elf), failed);
	put_number(o, "type", elf->type, failed);
	put_number(o, "entry", elf->entry, failed);
	put_segments(o, elf, failed);
	put_number(o, "notes_total", elf->nnote, failed);
	put_bool(o, "notes_overrun", elf->overrun, failed);
	put_notes(o, elf, failed);
	if (elf->legacy)
		put_quoted(o, "legacy", (const char *)elf->data + elf->legacy_off,
			   elf->legacy_size, failed);
	else
		put_null(o, "legacy", failed);
	if (guest->both)
		put_bool(o, "legacy_agrees", !guest->differs, failed);
	if (guest->is_xen) {
		put_dom(o, &guest->dom, failed);
	} else {
		put_null(o, "xen", failed);
		put_string(o, "why_not_xen", guest->why.text, failed);
	}
	put(to, "elf", o, failed);
}

static struct json_object *image(const struct xi_image *img, bool *failed)
{
	struct json_object *o = json_object_new_object();
	struct xi_out name = { 0 };

	say_name(&name, img->name);
	put_text(o, "file", &name, failed);
	put_number(o, "size", img->size, failed);
	put_string(o, "compression", xi_comp_name(img->outer.comp), failed);
	put_bool(o, "multiboot", img->multiboot, failed);
	if (img->has_setup)
		put_setup(o, img, failed);
	if (img->found == XI_FOUND) {
		put_elf(o, &img->elf, &img->guest, failed);
	} else {
		put_null(o, "elf", failed);
		put_string(o, "why_no_elf", img->why.text, failed);
	}
	return o;
}

static struct json_object *pair(uint64_t start, uint64_t end, bool *failed)
{
	struct json_object *a = json_object_new_array();

	put_number(a, NULL, start, failed);
	put_number(a, NULL, end, failed);
	return a;
}

static struct json_object *range(const struct xi_range *r, bool *failed)
{
	struct json_object *o = json_object_new_object();

	put_string(o, "name", r->name, failed);
	if (r->has_v)
		put(o, "virtual", pair(r->vstart, r->vend, failed), failed);
	if (r->has_p)
		put(o, "physical", pair(r->pstart, r->pend, failed), failed);
	return o;
}

static void put_places(struct json_object *o, const struct xi_plan *p, bool *failed)
{
	struct json_object *a;
	unsigned int i;

	put_bool(o, "pv", p->pv, failed);
	put_bool(o, "exact", p->exact, failed);
	put_number(o, "entry", p->entry, failed);
	put_string(o, "entry_from", p->entry_why ? p->entry_why : "", failed);
	if (p->pv) {
		put_number(o, "virt_base", p->virt_base, failed);
		put_number(o, "paddr_offset", p->paddr_offset, failed);
		put_string(o, "paddr_offset_from", p->offset_why, failed);
		put_number(o, "pages", p->nr_pages, failed);
		put_number(o, "page_tables", p->nr_pt_frames, failed);
	}
	if (p->hole != XI_UNSET)
		put(o, "hypervisor", pair(p->hole, p->hole_end - 1, failed), failed);
	if (p->map.has_v)
		put(o, "mapped", range(&p->map, failed), failed);
	a = json_object_new_array();
	for (i = 0; i < p->nseg; i++)
		put(a, NULL, range(&p->seg[i], failed), failed);
	put(o, "segments", a, failed);
	a = json_object_new_array();
	for (i = 0; i < p->narea; i++)
		put(a, NULL, range(&p->area[i], failed), failed);
	put(o, "areas", a, failed);
}

static struct json_object *plan(const struct xi_plan *p, bool *failed)
{
	struct json_object *o = json_object_new_object(), *a;
	unsigned int i;

	put_string(o, "loader", p->loader->name, failed);
	if (p->unknown)
		put_null(o, "takes", failed);
	else
		put_bool(o, "takes", p->takes, failed);
	if (!p->takes)
		put_string(o, "why", p->why.text, failed);
	if (p->placed)
		put_places(o, p, failed);
	a = json_object_new_array();
	for (i = 0; i < p->nremark; i++)
		put_string(a, NULL, p->remark[i].text, failed);
	put(o, "remarks", a, failed);
	return o;
}

/* Writes an object, and gives it back. */
static void say_object(struct xi_out *out, struct json_object *o, bool failed)
{
	const char *text = failed ? NULL :
		json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
					       JSON_C_TO_STRING_NOSLASHESCAPE);

	if (text)
		xi_say(out, "%s\n", text);
	else
		out->failed = true;
	json_object_put(o);
}

/**
 * xi_show_json() - what is in an image, for programs
 * @out: appended to
 * @img: the image
 */
void xi_show_json(struct xi_out *out, const struct xi_image *img)
{
	bool failed = false;
	struct json_object *o = image(img, &failed);

	say_object(out, o, failed);
}

/**
 * xi_plans_json() - plans, for programs
 * @out: appended to
 * @img: of this image
 * @opt: with these options
 * @plans: the plans
 * @n: how many
 */
void xi_plans_json(struct xi_out *out, const struct xi_image *img,
		   const struct xi_options *opt, const struct xi_plan *plans,
		   unsigned int n)
{
	bool failed = false;
	struct json_object *o = image(img, &failed), *a = json_object_new_array();
	unsigned int i;

	put_number(o, "memory", opt->memory, &failed);
	put_number(o, "initrd", opt->initrd, &failed);
	put_number(o, "initrd_unpacked", opt->initrd_unpacked, &failed);
	put_bool(o, "pv32", !opt->no_pv32, &failed);
	for (i = 0; i < n; i++)
		put(a, NULL, plan(&plans[i], &failed), &failed);
	put(o, "plans", a, &failed);
	say_object(out, o, failed);
}
