// SPDX-License-Identifier: GPL-2.0
/*
 * The tool stack's builder of PV guests, the real one of libxenguest, without a
 * hypervisor: it lays a guest out in memory of its own instead of a domain's, and
 * says where everything is, for comparison with xen-image's plan.
 *
 * toolstack KERNEL MIB [INITRD [CAPS]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xenctrl.h>
#include <xentoollog.h>
#include <xenguest.h>

/* Takes the place of libxenctrl's: there is no domain with pages to clear. */
int xc_clear_domain_pages(xc_interface *xch, uint32_t domid, xen_pfn_t pfn, int n)
{
	(void)xch;
	(void)domid;
	(void)pfn;
	(void)n;
	return 0;
}

static int refused(const char *where)
{
	printf("{\"takes\":false,\"at\":\"%s\"}\n", where);
	return 1;
}

static void seg(const char *name, uint64_t start, uint64_t end, uint64_t pfn)
{
	printf(",\"%s\":[%llu,%llu,%llu]", name, (unsigned long long)start,
	       (unsigned long long)end, (unsigned long long)pfn * 4096);
}

static void page(struct xc_dom_image *dom, const char *name, uint64_t pfn)
{
	uint64_t at = xc_dom_virt_base(dom) + pfn * 4096;

	seg(name, at, at + 4096, pfn);
}

int main(int argc, char **argv)
{
	struct xentoollog_logger *log;
	struct xc_dom_image *dom;
	xc_interface *xch;
	xen_pfn_t i;

	if (argc < 3)
		return 2;
	log = (void *)xtl_createlogger_stdiostream(stderr, XTL_DETAIL, 0);
	xch = xc_interface_open(log, log, XC_OPENFLAG_DUMMY);
	dom = xch ? xc_dom_allocate(xch, "", NULL) : NULL;
	if (!dom)
		return 2;
	dom->container_type = XC_DOM_PV_CONTAINER;
	snprintf(dom->xen_caps, sizeof(dom->xen_caps), "%s",
		 argc > 4 ? argv[4] : "xen-3.0-x86_64 xen-3.0-x86_32p ");
	if (xc_dom_kernel_file(dom, argv[1]))
		return refused("kernel");
	if (argc > 3 && *argv[3] && xc_dom_module_file(dom, argv[3], NULL))
		return refused("initrd");
	if (xc_dom_parse_image(dom))
		return refused("parse");
	if (xc_dom_mem_init(dom, atoi(argv[2])))
		return refused("memory");
	/* What meminit would have got from the hypervisor. */
	dom->p2m_size = dom->total_pages;
	dom->pv_p2m = calloc(dom->p2m_size, sizeof(*dom->pv_p2m));
	for (i = 0; dom->pv_p2m && i < dom->p2m_size; i++)
		dom->pv_p2m[i] = i;
	if (xc_dom_build_image(dom))
		return refused("build");
	printf("{\"takes\":true,\"entry\":%llu,\"virt_base\":%llu,\"mapped_end\":%llu",
	       (unsigned long long)xc_dom_virt_entry(dom),
	       (unsigned long long)xc_dom_virt_base(dom),
	       (unsigned long long)dom->virt_pgtab_end);
	seg("kernel", dom->kernel_seg.vstart, dom->kernel_seg.vend, dom->kernel_seg.pfn);
	seg("p2m", dom->p2m_seg.vstart, dom->p2m_seg.vend, dom->p2m_seg.pfn);
	page(dom, "start_info", dom->start_info_pfn);
	page(dom, "xenstore", dom->xenstore_pfn);
	page(dom, "console", dom->console_pfn);
	seg("page_tables", dom->pgtables_seg.vstart, dom->pgtables_seg.vend,
	    dom->pgtables_seg.pfn);
	page(dom, "stack", dom->bootstack_pfn);
	if (dom->modules[0].blob)
		seg("initrd", dom->modules[0].seg.vstart, dom->modules[0].seg.vend,
		    dom->modules[0].seg.pfn);
	printf("}\n");
	return 0;
}
