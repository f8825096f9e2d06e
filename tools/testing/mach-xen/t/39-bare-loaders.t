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
	boot "$bare_name" "$bare_how" --mem 256 --run report --timeout 300 "$@"
	ok "$bare_name: user space reached, report passed, machine off" booted
	ok "$bare_name: nothing of the kernel's is a complaint" kernel_content
	ok "$bare_name: entry: boot protocol" fact_is mach_xen/entry boot-protocol
	ok "$bare_name: the loader says who it is" fact_is mach_xen/loader "$bare_id"
	ok "$bare_name: no hypervisor's hole" fact_is mach_xen/hypervisor_start 00000000
	ok "$bare_name: the kernel is where xen-image's plan says, or moved itself from there" \
		info_planned "$bare_loader" "$MX_KERNEL" 256
	common_facts
}
bare uefi grub grub-efi '0x7[0-9a-f] GRUB' --firmware uefi32
bare qemu qemu qemu '0xb[0-9a-f] QEMU' --cmdline nokaslr
done_testing
