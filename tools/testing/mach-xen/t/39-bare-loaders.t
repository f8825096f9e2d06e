#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same file without a hypervisor by the loaders that are not GRUB on BIOS: GRUB on
# 32-bit UEFI, and QEMU's own -kernel. (kexec is in 55-smp-again.t.)
# Fails when: a loader does not take the image, or puts it elsewhere than planned.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

# bare NAME HOW LOADER ID OPTIONS...
bare()
{
	bare_name=$1 bare_how=$2 bare_loader=$3 bare_id=$4
	shift 4
	boot "$bare_name" "$bare_how" --mem 256 --run report --timeout 300 --cmdline nokaslr "$@"
	ok "$bare_name: user space reached, report passed, machine off" booted
	ok "$bare_name: nothing of the kernel's is a complaint" kernel_content
	ok "$bare_name: entry: boot protocol" fact_is mach_xen/entry boot-protocol
	ok "$bare_name: the loader says who it is" fact_is mach_xen/loader "$bare_id"
	ok "$bare_name: no hypervisor's hole" fact_is mach_xen/hypervisor_start 00000000
	common_facts
}
bare uefi grub grub-efi '0x7[0-9a-f] GRUB' --firmware uefi32
ok "uefi: the firmware is EFI, of 32 bits" fact_is efi_bits 32
# Firmware of this kind has 13 MiB of its own where the kernel wants to be.
ok "uefi: the kernel is where xen-image's plan says, or at a place of its alignment above" \
	info_planned --or-above grub-efi "$MX_KERNEL" 256
ok "uefi: its initrd is no higher than the plan says" initrd_below grub-efi "$MX_KERNEL" 256
bare qemu qemu qemu '0xb[0-9a-f] QEMU'
ok "qemu: the firmware is BIOS" lacks '^efi: EFI'
ok "qemu: the kernel is where xen-image's plan says" info_planned qemu "$MX_KERNEL" 256
ok "qemu: its initrd is where the plan says" planned_initrd qemu "$MX_KERNEL" 256
done_testing
