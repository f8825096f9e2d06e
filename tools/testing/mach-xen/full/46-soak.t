#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# stress-ng's classes but "gpu" and "security" (which has no stressor that runs here), and
# trinity, with four CPUs and 2 GiB and with one and 256 MiB, under Xen and on bare metal. On
# bare metal "opcode" is left out. It executes random bytes, and QEMU lets a program's iret set
# the VM flag, which a CPU ignores outside ring 0. The kernel's vm86 code then BUGs.
# Fails when: the kernel complains, a stressor passes on bare metal and not under Xen, a class
# ends with another status, the self-check fails afterwards.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

config()
{
	test_config soak && change_config soak -e IO_URING -e USERFAULTFD -e KEYS \
		-e CHECKPOINT_RESTORE -e KSM -e COMPACTION -e MIGRATION -e POSIX_MQUEUE -e SWAP \
		-e PERF_EVENTS -e TRANSPARENT_HUGEPAGE -e FANOTIFY -e CROSS_MEMORY_ATTACH \
		-e CRYPTO_USER_API_HASH -e CRYPTO_USER_API_SKCIPHER -e MEMBARRIER -e RSEQ \
		-e CGROUP_SCHED -e BLK_CGROUP -e USER_NS -e PID_NS -e SECCOMP_FILTER -e TUN \
		-e LOCKUP_DETECTOR -e SOFTLOCKUP_DETECTOR -e DETECT_HUNG_TASK
}
ok "configure" config
ok "build" kbuild soak CC="$cc" bzImage
# shellcheck disable=SC2034
MX_KERNEL=$full/soak/arch/x86/boot/bzImage
# shellcheck disable=SC2034
MX_VMLINUX=$full/soak/vmlinux
ok "a disk with stress-ng" env BUILD="$MX_BUILD" "$top/scripts/build-guest" bookworm-soak

new_disk() { cp --sparse=always "$MX_BUILD/guest/bookworm-soak/disk.img" "$T/disk.img"; }
# stressors NAME: how they ended in that boot, and its disk
stressors()
{
	ok "$1: its file system is clean" /sbin/e2fsck -fn "$T/disk.img"
	sed -n 's/^mach-xen: soak //p' "$log" | sort >"$T/$1.stressors"
}
# compared XEN BARE: each stressor that passed on bare metal, and each class's exit status. A
# stressor is in several classes, and one pass counts: with little memory, one run may get
# none. A guest of xl has no PCI.
compared()
{
	for co in "$1" "$2"; do
		awk '$2 == "status" { print $1, $2, $3 } $2 == "passed" { print $2, $3 }' \
			"$T/$co.stressors" | grep -Evx 'passed (opcode|pci)' | sort -u >"$T/$co.good"
	done
	ok "$1: more than a hundred stressors passed" \
		[ "$(grep -c '^passed ' "$T/$1.good")" -gt 100 ]
	ok "$1: stressors end as on bare metal" same "$T/$2.good" "$T/$1.good"
}
# same BARE XEN
same()
{
	comm -23 "$1" "$2" >"$T/missing"
	sed 's/^/not under Xen: /' "$T/missing"
	[ ! -s "$T/missing" ]
}
new_disk
entry grub --disk "$T/disk.img"
stressors grub
new_disk
entry xen --disk "$T/disk.img"
stressors xen
compared xen grub
new_disk
entry grub-small --disk "$T/disk.img"
stressors grub-small
new_disk
entry domu-small --disk "$T/disk.img"
stressors domu-small
compared domu-small grub-small
done_testing
