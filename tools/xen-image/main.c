// SPDX-License-Identifier: GPL-2.0
/*
 * xen-image show|plan|check FILE: the command line.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xen-image.h"

#define MAX_MEMORY	(UINT64_C(16) << 40)

/* Also for --help: the whole of the interface. */
static const char usage[] =
"usage: xen-image show FILE [--json]\n"
"       xen-image plan FILE [--loader NAME[,NAME...]]... [--memory SIZE]\n"
"                      [--initrd SIZE|FILE] [--no-pv32] [--json]\n"
"       xen-image check FILE [--config FILE]\n"
"\n"
"show says what FILE is: vmlinux, bzImage, or either of them compressed.\n"
"plan says which loaders take it, and where they put what.\n"
"check says whether a build for Xen and bare metal may end with it: each loader that\n"
"should take its form does, with 256 MiB; __xen_guest says what the notes say; and\n"
"the initrd need not be mapped.\n"
"\n"
"  --loader NAME  ask this one, or several; without it all but 2006\n"
"  --memory SIZE  the guest's or machine's memory, in MiB or with K, M, G (512)\n"
"  --initrd SIZE  of the initrd, in bytes or with K, M, G; or the file itself,\n"
"                 as the tool stack unpacks one in gzip\n"
"  --no-pv32      the hypervisor is built without CONFIG_PV32, as Debian's\n"
"  --json         for programs; numbers are decimal\n"
"  --config FILE  the kernel's: without CONFIG_PVH QEMU need not take a vmlinux\n"
"\n"
"Exit status: 0 if every loader asked takes it (without --loader: any), or nothing\n"
"is wrong with it for check; 1 if not; 2 if nothing could be said.  Loaders:\n";

static void one_line(char *p)
{
	for (; p && *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
}

/* One line, whatever a file is called. */
static int fail(const char *fmt, const char *a, const char *b)
{
	char *text = NULL;

	fflush(stdout);
	if (asprintf(&text, fmt, a, b) < 0)
		text = NULL;
	one_line(text);
	fprintf(stderr, "xen-image: %s\n", text ? text : "no memory");
	free(text);
	return 2;
}

static void help(FILE *f)
{
	unsigned int i;

	fputs(usage, f);
	for (i = 0; i < xi_nloaders; i++)
		fprintf(f, "  %-14s %s%s%s\n", xi_loaders[i].name, xi_loaders[i].title,
			xi_loaders[i].alias ? "; also called " : "",
			xi_loaders[i].alias ? xi_loaders[i].alias : "");
}

/* A size: a number, decimal or 0x and hexadecimal, and perhaps one of K, M, G, T. */
static int size(const char *s, uint64_t unit, uint64_t *to)
{
	static const char units[] = "KMGT";
	unsigned long long v;
	const char *u;
	char *end;

	if (*s < '0' || *s > '9')
		return -1;
	errno = 0;
	v = strtoull(s, &end, s[0] == '0' && (s[1] | 0x20) == 'x' ? 16 : 10);
	if (errno)
		return -1;
	if (*end) {
		u = strchr(units, *end & ~0x20);
		if (!u || end[1])
			return -1;
		unit = UINT64_C(1024) << 10 * (u - units);
	}
	if (v > UINT64_MAX / unit)
		return -1;
	*to = v * unit;
	return 0;
}

static int find_loader(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < xi_nloaders; i++)
		if ((strlen(xi_loaders[i].name) == len &&
		     !strncmp(xi_loaders[i].name, name, len)) ||
		    (xi_loaders[i].alias && strlen(xi_loaders[i].alias) == len &&
		     !strncmp(xi_loaders[i].alias, name, len)))
			return i;
	return -1;
}

static int flush_out(struct xi_out *out, FILE *f)
{
	int rc = 0;

	if (out->failed)
		rc = fail("%s%s", "no memory", "");
	else if ((out->len && fwrite(out->text, 1, out->len, f) != out->len) ||
		 fflush(f))
		rc = fail("%s%s", "cannot write", "");
	xi_out_free(out);
	return rc;
}

static int show(const struct xi_image *img, bool json)
{
	struct xi_out out = { 0 };
	int rc;

	if (json)
		xi_show_json(&out, img);
	else
		xi_show_text(&out, img);
	rc = flush_out(&out, stdout);
	if (!rc && img->found == XI_DAMAGED)
		rc = fail("%s: %s", img->name, img->why.text);
	return rc;
}

static int plan(const struct xi_image *img, const struct xi_options *opt,
		unsigned int asked, bool json)
{
	struct xi_plan *plans = calloc(xi_nloaders, sizeof(*plans));
	bool all = true, any = false;
	struct xi_out out = { 0 };
	unsigned int i, n = 0;
	int rc;

	if (!plans)
		return fail("%s%s", "no memory", "");
	for (i = 0; i < xi_nloaders; i++) {
		if (asked ? !(asked & (1u << i)) : xi_loaders[i].by_name)
			continue;
		xi_plan_make(&plans[n], &xi_loaders[i], img, opt);
		all &= plans[n].takes;
		any |= plans[n].takes;
		n++;
	}
	if (json)
		xi_plans_json(&out, img, opt, plans, n);
	for (i = 0; !json && n > 1 && i < n; i++)
		xi_verdict_text(&out, plans[i].loader, plans[i].takes,
				plans[i].unknown, &plans[i].why);
	if (!json && n > 1)
		xi_say(&out, "\n");
	for (i = 0; !json && i < n; i++)
		xi_plan_text(&out, &plans[i]);
	rc = flush_out(&out, stdout);
	free(plans);
	if (rc)
		return rc;
	return (asked ? all : any) ? 0 : 1;
}

static int check(struct xi_image *img, const char *config)
{
	struct xi_check result;
	struct xi_out out = { 0 };
	struct xi_error e;
	bool pvh = true;
	char *name;
	int rc;

	if (config && xi_read_config(&pvh, config, &e))
		return fail("--config %s: %s", config, e.text);
	if (xi_image_read(img, &xi_default_limits, &e)) {
		xi_check_broken(&result);
		result.why = e;
	} else if (xi_check(&result, img, pvh)) {
		return fail("%s%s", "no memory", "");
	}
	if (result.why.text[0])
		fail("%s: %s", img->name, result.why.text);
	name = strdup(img->name);
	one_line(name);
	xi_check_text(&out, &result, name ? name : "?", program_invocation_name);
	free(name);
	if (result.verdict == XI_CHECK_GOOD)
		return flush_out(&out, stdout);
	rc = flush_out(&out, stderr);
	return rc ? rc : 1;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "loader", required_argument, NULL, 'l' },
		{ "memory", required_argument, NULL, 'm' },
		{ "initrd", required_argument, NULL, 'i' },
		{ "no-pv32", no_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct xi_options opt = { .memory = 512 * XI_MIB };
	struct xi_image img = { 0 };
	struct xi_error e;
	unsigned int asked = 0;
	bool json = false;
	const char *p, *end, *verb, *planning = NULL, *config = NULL;
	int c, rc, i, which = 0;

	while ((c = getopt_long(argc, argv, "", options, &which)) != -1) {
		if (c == 'l' || c == 'm' || c == 'i' || c == 'n')
			planning = options[which].name;
		switch (c) {
		case 'l':
			for (p = optarg; ; p = end + 1) {
				end = strchrnul(p, ',');
				i = find_loader(p, end - p);
				if (i < 0)
					return fail("unknown loader in '%s', --help names them%s", optarg, "");
				asked |= 1u << i;
				if (!*end)
					break;
			}
			break;
		case 'm':
			if (size(optarg, XI_MIB, &opt.memory) || !opt.memory ||
			    opt.memory > MAX_MEMORY)
				return fail("--memory %s: %s", optarg, "no such size");
			opt.memory &= ~(XI_PAGE - 1);
			break;
		case 'i':
			if (size(optarg, 1, &opt.initrd) &&
			    xi_read_initrd(&opt, optarg, &e))
				return fail("--initrd %s: %s", optarg, "neither a size nor a file");
			if (opt.initrd > MAX_MEMORY)
				return fail("--initrd %s: %s", optarg, "no such size");
			break;
		case 'n':
			opt.no_pv32 = true;
			break;
		case 'j':
			json = true;
			break;
		case 'c':
			config = optarg;
			break;
		case 'h':
			help(stdout);
			return 0;
		default:
			return 2;
		}
	}
	verb = argc - optind == 2 ? argv[optind] : "";
	if (strcmp(verb, "show") && strcmp(verb, "plan") && strcmp(verb, "check")) {
		help(stderr);
		return 2;
	}
	if (planning && strcmp(verb, "plan"))
		return fail("%s: --%s is for plan", verb, planning);
	if (config && strcmp(verb, "check"))
		return fail("%s: --config is for check%s", verb, "");
	if (json && !strcmp(verb, "check"))
		return fail("%s: --json is for show and plan%s", verb, "");
	img.name = argv[optind + 1];
	if (xi_read_file(&img.file, img.name, &e))
		rc = fail(strcmp(verb, "check") ? "%s: %s" : "there is no %s to check: %s",
			  img.name, e.text);
	else if (!strcmp(verb, "check"))
		rc = check(&img, config);
	else if (xi_image_read(&img, &xi_default_limits, &e))
		rc = fail("%s: %s", img.name, e.text);
	else if (!strcmp(verb, "plan"))
		rc = plan(&img, &opt, asked, json);
	else
		rc = show(&img, json);
	xi_image_free(&img);
	return rc;
}
