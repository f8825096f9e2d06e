// SPDX-License-Identifier: GPL-2.0
/*
 * How this kernel was entered and where it lies: a line in the log and files in
 * /sys/kernel/mach_xen, the same on bare metal and under Xen.
 *
 * Documentation/ABI/testing/sysfs-kernel-mach_xen describes the files. Tests compare
 * the files with the prediction of tools/xen-image of the mach-xen repository.
 */
#include <linux/array_size.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/sysfs.h>
#include <linux/vmalloc.h>

#include <xen/interface/hvm/start_info.h>
#include <xen/xen.h>

#include <asm/fixmap.h>
#include <asm/mach_layout.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/xen/cpuid.h>

/*
 * The identifiers of Documentation/arch/x86/boot.rst, without the version in
 * the lower four bits of bootloader_type; above 0xf, the extended ones.
 */
static const char * const loader_names[] = {
	[0x0] = "LILO",
	[0x1] = "Loadlin",
	[0x2] = "bootsect-loader",
	[0x3] = "Syslinux",
	[0x4] = "Etherboot",
	[0x5] = "ELILO",
	[0x7] = "GRUB",
	[0x8] = "U-Boot",
	[0x9] = "Xen",
	[0xa] = "Gujin",
	[0xb] = "QEMU",
	[0xc] = "Arcturus",
	[0xd] = "kexec",
	[0x11] = "Minimal Linux Bootloader",
	[0x12] = "OVMF",
	[0x13] = "barebox",
};

#define LOADER_KEXEC	0xd

/* Was the PVH entry used? pvh_start_info is gone after init, so keep the answer. */
static bool entered_by_pvh __ro_after_init;

static const char *loader_name(void)
{
	unsigned int id = bootloader_type >> 4;

	if (id >= ARRAY_SIZE(loader_names) || !loader_names[id])
		return "unknown";

	return loader_names[id];
}

static const char *entry_name(void)
{
	if (xen_pv_domain())
		return xen_initial_domain() ? "xen-pv-initial-domain" :
					      "xen-pv-guest";
	if (entered_by_pvh)
		return "pvh";
	if (bootloader_type >> 4 == LOADER_KEXEC)
		return "kexec";
	return "boot-protocol";
}

/*
 * The PV shim is a Xen that runs as an HVM guest of another Xen. That other Xen answers
 * a plain CPUID instruction (without Xen's prefix) with the leaves for HVM guests. A
 * nested Xen looks the same. If CPUID faults, the shim looks like a Xen on the machine
 * itself, and the answer is "unknown".
 */
static const char *shim(void)
{
	u32 base, eax, ebx, ecx = 0, edx;

	if (!xen_pv_domain() || xen_initial_domain())
		return "no";

	for (base = XEN_CPUID_FIRST_LEAF; base < XEN_CPUID_FIRST_LEAF + 0x10000;
	     base += 0x100) {
		eax = base;
		native_cpuid(&eax, &ebx, &ecx, &edx);
		if (ebx != XEN_CPUID_SIGNATURE_EBX ||
		    ecx != XEN_CPUID_SIGNATURE_ECX ||
		    edx != XEN_CPUID_SIGNATURE_EDX)
			continue;
		if (eax < base + 4)
			return "unknown";
		eax = base + 4;
		ecx = 0;
		native_cpuid(&eax, &ebx, &ecx, &edx);
		return eax ? "yes" : "unknown";
	}

	return "no";
}

static int __init mach_xen_entered(void)
{
	entered_by_pvh = IS_ENABLED(CONFIG_PVH) &&
			 pvh_start_info.magic == XEN_HVM_START_MAGIC_VALUE;

	if (xen_pv_domain())
		pr_info("mach-xen: entered as Xen PV %s, hypervisor from %#lx, PV shim: %s\n",
			xen_initial_domain() ? "initial domain" : "guest",
			mach_hypervisor_start, shim());
	else if (entered_by_pvh)
		pr_info("mach-xen: entered by the PVH entry point\n");
	else
		pr_info("mach-xen: entered by the boot protocol, loader type %#x (%s)\n",
			bootloader_type, loader_name());

	return 0;
}
early_initcall(mach_xen_entered);

/* show(NAME, MODE, FORMAT, ...): define a file with one line */
#define show(name, mode, fmt, ...)					\
static ssize_t name##_show(struct kobject *kobj,			\
			   struct kobj_attribute *attr, char *buf)	\
{									\
	return sysfs_emit(buf, fmt "\n", __VA_ARGS__);			\
}									\
static struct kobj_attribute name##_attr = __ATTR(name, mode, name##_show, NULL)

#define show_range(name, mode, first, last)				\
	show(name, mode, "%08lx-%08lx", (unsigned long)(first),		\
	     (unsigned long)(last))

show(entry, 0444, "%s", entry_name());
show(loader, 0444, "%#x %s", bootloader_type, loader_name());
show(pv_shim, 0444, "%s", shim());
show(load_offset, 0444, "%08lx", (unsigned long)LOAD_OFFSET);
show(virt_base, 0444, "%08lx", (unsigned long)MACH_XEN_VIRT_BASE);
show(hypervisor_start, 0444, "%08lx", mach_hypervisor_start);
/* Only root may read addresses that KASLR randomizes. */
show_range(image_virtual, 0400, _text, _end - 1);
show_range(image_physical, 0400, __pa_symbol(_text), __pa_symbol(_end) - 1);
show(fixmap_top, 0400, "%08lx", (unsigned long)FIXADDR_TOP);
show_range(vmalloc, 0400, VMALLOC_START, VMALLOC_END - 1);

static const struct attribute *const mach_xen_attrs[] = {
	&entry_attr.attr,
	&loader_attr.attr,
	&pv_shim_attr.attr,
	&load_offset_attr.attr,
	&virt_base_attr.attr,
	&hypervisor_start_attr.attr,
	&image_virtual_attr.attr,
	&image_physical_attr.attr,
	&fixmap_top_attr.attr,
	&vmalloc_attr.attr,
	NULL
};

static int __init mach_xen_info_init(void)
{
	struct kobject *kobj = kobject_create_and_add("mach_xen", kernel_kobj);
	int rc;

	if (!kobj)
		return -ENOMEM;

	rc = sysfs_create_files(kobj, mach_xen_attrs);
	if (rc)
		kobject_put(kobj);

	return rc;
}
subsys_initcall(mach_xen_info_init);
