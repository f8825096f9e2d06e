// SPDX-License-Identifier: GPL-2.0
/*
 * Start of day as a PV guest: from Xen's start_info to start_kernel().
 *
 * Decides which operations the kernel uses from here on and takes over what
 * the loader left: command line, initrd, console, where the hypervisor's hole
 * begins. Runs on Xen's page tables; the kernel's own are loaded by
 * setup_arch() (see mmu.c). On bare metal nothing of it runs but
 * the question whether this is a PV guest.
 */
#include <linux/acpi.h>
#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/pci.h>
#include <linux/start_kernel.h>
#include <linux/virtio_anchor.h>

#include <xen/interface/xen.h>
#include <xen/acpi.h>
#include <xen/events.h>
#include <xen/features.h>
#include <xen/hvc-console.h>
#include <xen/interface/memory.h>
#include <xen/interface/nmi.h>
#include <xen/interface/physdev.h>
#include <xen/interface/platform.h>
#include <xen/interface/sched.h>
#include <xen/interface/vcpu.h>
#include <xen/page.h>
#include <xen/xen.h>

#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/desc.h>
#include <asm/fixmap.h>
#include <asm/hypervisor.h>
#include <asm/mach_layout.h>
#include <asm/mach_traps.h>
#include <asm/mtrr.h>
#include <asm/pci_x86.h>
#include <asm/reboot.h>
#include <asm/setup.h>
#include <asm/text-patching.h>
#include <asm/tlbflush.h>
#include <asm/x86_init.h>
#include <asm/xen/cpuid.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/pci.h>

#include "mach-xen.h"
#include "cpu.h"

unsigned long mach_hypervisor_start;

/* The boot CPU's GDT while the per-cpu areas are not there yet. */
void *xen_initial_gdt;

static const struct pv_info xen_info __initconst = {
	.name = "Xen",
};

static void xen_restart(char *msg)
{
	xen_reboot(SHUTDOWN_reboot);
}

static void xen_machine_halt(void)
{
	xen_reboot(SHUTDOWN_poweroff);
}

static void xen_machine_power_off(void)
{
	do_kernel_power_off();
	xen_reboot(SHUTDOWN_poweroff);
}

static void xen_crash_shutdown(struct pt_regs *regs)
{
	xen_reboot(SHUTDOWN_crash);
}

static const struct machine_ops xen_machine_ops __initconst = {
	.restart = xen_restart,
	.halt = xen_machine_halt,
	.power_off = xen_machine_power_off,
	.shutdown = xen_machine_halt,
	.crash_shutdown = xen_crash_shutdown,
	.emergency_restart = xen_emergency_restart,
};

/* The reason of an NMI, as port 0x61 would tell it. */
static unsigned char xen_get_nmi_reason(void)
{
	unsigned long reason = HYPERVISOR_shared_info->arch.nmi_reason;

	return (test_bit(_XEN_NMIREASON_io_error, &reason) ? NMI_REASON_IOCHK : 0) |
	       (test_bit(_XEN_NMIREASON_pci_serr, &reason) ? NMI_REASON_SERR : 0);
}

static u32 xen_read_apic(u32 reg)
{
	switch (reg) {
	case APIC_LVR:
		return 0x14;
	case APIC_ID:
		return xen_vcpu_apic_id() << 24;
	}

	return 0;
}

/*
 * Choose the driver of the local APIC before the host's tables are looked at, and
 * not after: the default one would take what is mapped there for the boot CPU's
 * ID. That of PV guests is upstream's, whose read() tells the IDs of real CPUs.
 */
static void __init xen_install_apic(void)
{
	x86_32_probe_apic();
	apic_update_callback(read, xen_read_apic);
}

static void __init xen_pv_init_platform(void)
{
	/* PV guests can't operate virtio devices without grants. */
	if (IS_ENABLED(CONFIG_XEN_VIRTIO))
		virtio_set_mem_acc_cb(xen_virtio_restricted_mem_acc);

	populate_extra_pte(fix_to_virt(FIX_PARAVIRT_BOOTMAP));
	set_fixmap(FIX_PARAVIRT_BOOTMAP, xen_start_info->shared_info);
	HYPERVISOR_shared_info = (void *)fix_to_virt(FIX_PARAVIRT_BOOTMAP);

	xen_vcpu_info_reset(0);
	xen_init_time_ops();

	/* Memory types are the hypervisor's; what is RAM is write-back. */
	guest_force_mtrr_state(NULL, 0, MTRR_TYPE_WRBACK);

	/* Both before "enumeration" happens. */
	xen_install_apic();
	xen_smp_count_cpus();
}

static void __init xen_pv_guest_late_init(void)
{
	/* With SMP this is done when the boot CPU's per-cpu area is final. */
	if (!IS_ENABLED(CONFIG_SMP))
		xen_setup_vcpu_info_placement();
}

/**
 * xen_setup_vcpu_info_placement - give each vcpu its vcpu_info
 *
 * Called once the possible vcpus are known. From here on events are masked by
 * writing to the per-cpu area, and no vcpu is limited to the shared info page
 * (VCPUOP_register_vcpu_info in Xen's public/vcpu.h).
 */
void __init xen_setup_vcpu_info_placement(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(xen_vcpu_id, cpu) = cpu;
		xen_vcpu_setup(cpu);
	}

	pv_ops.irq.save_fl = __PV_IS_CALLEE_SAVE(xen_save_fl_direct);
	pv_ops.irq.irq_disable = __PV_IS_CALLEE_SAVE(xen_irq_disable_direct);
	pv_ops.irq.irq_enable = __PV_IS_CALLEE_SAVE(xen_irq_enable_direct);
	pv_ops.mmu.read_cr2 = __PV_IS_CALLEE_SAVE(xen_read_cr2_direct);
}

static int xen_cpu_dead_pv(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	xen_smp_intr_free_pv(cpu);
	xen_teardown_timer(cpu);
	return 0;
}

static int xen_cpu_up_prepare_pv(unsigned int cpu)
{
	int rc;

	if (!per_cpu(xen_vcpu, cpu))
		return -ENODEV;

	xen_setup_timer(cpu);

	rc = xen_smp_intr_init(cpu);
	if (!rc)
		rc = xen_smp_intr_init_pv(cpu);
	/* The hotplug core undoes the steps before one that fails, not that one. */
	if (WARN(rc, "no event channels for CPU %d: %d\n", cpu, rc))
		xen_cpu_dead_pv(cpu);

	return rc;
}

/*
 * The exits of entry_32.S turn to ours by alternatives, but the first events
 * come before those are applied.
 */
static void __init xen_patch_exits(void)
{
	__text_gen_insn(mach_exit_to_user, JMP32_INSN_OPCODE, mach_exit_to_user,
			xen_exit_to_user, JMP32_INSN_SIZE);
	__text_gen_insn(mach_exit_to_kernel, JMP32_INSN_OPCODE,
			mach_exit_to_kernel, xen_exit_to_kernel,
			JMP32_INSN_SIZE);
}

/* The machine-to-physical table is the lowest thing in the hole. */
static void __init xen_learn_hole(void)
{
	mach_hypervisor_start = (unsigned long)machine_to_phys_mapping;
	reserve_top_address(MACH_HYPERVISOR_HOLE);
}

static void __init xen_take_boot_params(void)
{
	unsigned long initrd = xen_start_info->mod_start;

	boot_params.hdr.type_of_loader = (9 << 4) | 0;
	if (initrd && (xen_start_info->flags & SIF_MOD_START_PFN))
		boot_params.hdr.ramdisk_image = PFN_PHYS(initrd);
	else if (initrd)
		boot_params.hdr.ramdisk_image = __pa(initrd);
	boot_params.hdr.ramdisk_size = xen_start_info->mod_len;
	boot_params.hdr.cmd_line_ptr = __pa(xen_start_info->cmd_line);
	boot_params.hdr.hardware_subarch = X86_SUBARCH_XEN;

	/* head_32.S does this on bare metal. */
	strscpy(boot_command_line, xen_start_info->cmd_line, COMMAND_LINE_SIZE);
}

static void __init xen_dom0_set_legacy_features(void)
{
	x86_platform.legacy.rtc = 1;
}

static void __init xen_domu_set_legacy_features(void)
{
	x86_platform.legacy.rtc = 0;
}

static void __init xen_setup_dom0(void)
{
	const struct dom0_vga_console_info *info =
		(void *)xen_start_info + xen_start_info->console.dom0.info_off;
	struct xen_platform_op op = {
		.cmd = XENPF_firmware_info,
		.interface_version = XENPF_INTERFACE_VERSION,
		.u.firmware_info.type = XEN_FW_KBD_SHIFT_FLAGS,
	};

	x86_platform.set_legacy_features = xen_dom0_set_legacy_features;

	xen_init_vga(info, xen_start_info->console.dom0.info_size,
		     &boot_params.screen_info);
	xen_start_info->console.domU.mfn = 0;
	xen_start_info->console.domU.evtchn = 0;

	if (HYPERVISOR_platform_op(&op) == 0)
		boot_params.kbd_status = op.u.firmware_info.u.kbd_shift_flags;

	pci_request_acs();
	xen_acpi_sleep_register();
#ifdef CONFIG_ACPI
	/* Firmware First mode is the hypervisor's to decide. */
	acpi_disable_cmcff = 1;
#endif
}

static void __init xen_setup_domu(void)
{
	x86_platform.set_legacy_features = xen_domu_set_legacy_features;
	if (pci_xen)
		x86_init.pci.arch_init = pci_xen_init;
}

static void __init xen_setup_x86_init(void)
{
	x86_platform.get_nmi_reason = xen_get_nmi_reason;
	x86_platform.realmode_reserve = x86_init_noop;
	x86_platform.realmode_init = x86_init_noop;

	x86_init.resources.memory_setup = xen_memory_setup;
	x86_init.resources.probe_roms = x86_init_noop;
	x86_init.irqs.intr_mode_select = x86_init_noop;
	x86_init.irqs.intr_mode_init = x86_init_noop;
	x86_init.oem.arch_setup = xen_arch_setup;
	x86_init.oem.banner = xen_banner;
	x86_init.hyper.init_platform = xen_pv_init_platform;
	x86_init.hyper.guest_late_init = xen_pv_guest_late_init;
}

/**
 * xen_start_kernel - first C code as a PV guest
 * @si:		what the loader says, see struct start_info in Xen's public/xen.h
 *
 * Called with events masked, on Xen's page tables and with flat segments.
 */
__visible void __init xen_start_kernel(struct start_info *si)
{
	struct physdev_set_iopl iopl = { .iopl = 1 };

	/* Tools cannot read a list of frames that begins where ours does. */
	si->flags &= ~SIF_VIRT_P2M_4TOOLS;

	xen_start_info = si;
	xen_domain_type = XEN_PV_DOMAIN;
	xen_start_flags = si->flags;
	early_boot_irqs_disabled = true;

	xen_patch_exits();
	static_call_update_early(xen_hypercall, xen_hypercall_pv);
	xen_setup_features();

	pv_info = xen_info;
	xen_init_cpu_ops();
	xen_init_desc_ops();
	xen_init_irq_ops();
	xen_vcpu_info_reset(0);

	xen_setup_x86_init();

	xen_setup_machphys_mapping();
	xen_init_mmu_ops();
	__supported_pte_mask &= ~_PAGE_GLOBAL;
	__default_kernel_pte_mask &= ~_PAGE_GLOBAL;
	xen_build_dynamic_phys_to_machine();

	/* What the CPU can do, for what is decided before identify_cpu(). */
	cpu_detect(&boot_cpu_data);
	get_cpu_cap(&boot_cpu_data);
	x86_configure_nx();
	/* For what is mapped before probe_page_size_mask() does this. */
	__default_kernel_pte_mask |= __supported_pte_mask & _PAGE_NX;
	xen_init_capabilities();
	get_cpu_address_sizes(&boot_cpu_data);
	/* setup_arch() starts from these. */
	new_cpu_data = boot_cpu_data;

	xen_setup_gdt(0);
	per_cpu(xen_vcpu_id, 0) = 0;
	idt_setup_early_handler();

	xen_init_apic();
	machine_ops = xen_machine_ops;
	xen_initial_gdt = get_cpu_gdt_rw(0);
	xen_smp_init();
	WARN_ON(xen_cpuhp_setup(xen_cpu_up_prepare_pv, xen_cpu_dead_pv));

	xen_learn_hole();
	xen_setup_kernel_pagetable((pgd_t *)si->pt_base, si->nr_pages);
	xen_reserve_special_pages();

	/* Port I/O of the kernel: Xen decides which ports. */
	if (HYPERVISOR_physdev_op(PHYSDEVOP_set_iopl, &iopl))
		xen_raw_printk("PHYSDEVOP_set_iopl failed\n");

	xen_take_boot_params();
	if (IS_ENABLED(CONFIG_RANDOMIZE_BASE))
		pr_info("KASLR disabled: a Xen loader puts the image where it is linked\n");
	if (xen_initial_domain())
		xen_setup_dom0();
	else
		xen_setup_domu();

	xen_add_preferred_consoles();
#ifdef CONFIG_PCI
	/* PCI BIOS service won't work from a PV guest. */
	pci_probe &= ~PCI_PROBE_BIOS;
#endif
	xen_setup_runstate_info(0);
	xen_efi_init(&boot_params);

	/* What i386_start_kernel() does on bare metal. */
	cr4_init_shadow();
	x86_early_init_platform_quirks();
	x86_init.resources.reserve_resources = i386_reserve_resources;

	start_kernel();
}

static u32 __init xen_platform_pv(void)
{
	if (xen_pv_domain())
		return xen_cpuid_base();

	return 0;
}

const __initconst struct hypervisor_x86 x86_hyper_xen_pv = {
	.name			= "Xen PV",
	.detect			= xen_platform_pv,
	.type			= X86_HYPER_XEN_PV,
	.runtime.pin_vcpu	= xen_pin_vcpu,
	.ignore_nopv		= true,
};
