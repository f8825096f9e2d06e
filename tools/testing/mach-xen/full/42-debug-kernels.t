#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Kernels that check themselves have nothing to say. "debug" has what i386 has of the
# base's checks: locks and where a task sleeps, page tables in use, pages and objects that
# are used after they were given back, lists, shifts and array bounds, the entry code; and it
# is preemptible. "rt" is the real-time kernel, with the lock validator. Each runs as initial
# domain and on bare metal. As a guest of xl, its balloon goes down and up under load, it
# is saved, restored and moved, and its disks and network interfaces come and go.
# i386 has no KASAN, no KMSAN and no PAGE_TABLE_CHECK, and DEBUG_VM_PGTABLE not with PAE.
# Fails when: one of the checks finds something.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

# config NAME OPTION...: each is on in the end
config()
{
	co=$1
	shift
	test_config "$co" || return
	co_on=$(printf -- ' -e %s' "$@")
	# shellcheck disable=SC2086
	change_config "$co" -d PREEMPT_NONE -d SLUB_TINY $co_on || return
	for co_option; do
		grep -qx "CONFIG_$co_option=y" "$full/$co/.config" || {
			echo "there is no $co_option"
			return 1
		}
	done
}

# silent: what these checks say, beside what counts for any kernel
found='UBSAN: |KFENCE: |ODEBUG: |BUG [a-z]|kernel BUG at|possible (circular|recursive|irq lock)|suspicious RCU|inconsistent lock|sleeping function called|turning off the locking|held lock freed|[iI]nvalid wait context|list_(add|del) corruption|bad: |page:.* refcount'
silent() { lacks "$found"; }

# gntdev_ioctl_map_grant_ref() of the base calls copy_to_user() with the mutex that its
# gntdev_mmap() takes. The lock validator says so once, and is off then.
only_gntdev()
{
	grep -E "$found" "$log" >"$T/found"
	cat "$T/found"
	[ -s "$T/found" ] || return 0
	[ "$(wc -l <"$T/found")" -eq 1 ] && has 'lock\){.*, at: gntdev_mmap\+'
}

# as_guest FILE ENTRY: that boot of the test that has this name, with this kernel
as_guest()
{
	MX_TAG=$kernel MX_ONLY=$2 MX_KERNEL=$MX_KERNEL MX_VMLINUX=$MX_VMLINUX MX_CYCLES=1 \
		MX_ROUNDS=3 MX_BUSY=3 "$(dirname "$0")/../t/$1.t" >"$T/guest" 2>&1
	ag_rc=$?
	grep -A 15 '^not ok ' "$T/guest"
	[ $ag_rc -eq 0 ] && grep -q '^1\.\.[1-9]' "$T/guest" && ! grep -q '^not ok ' "$T/guest"
}

# quiet NAME OPTION...: a kernel with these, everywhere
quiet()
{
	kernel=$1
	ok "$kernel: configure" config "$@"
	ok "$kernel: build" kbuild "$kernel" CC="$cc" bzImage modules
	MX_KERNEL=$full/$kernel/arch/x86/boot/bzImage
	MX_VMLINUX=$full/$kernel/vmlinux
	MX_TAG=$kernel
	boots
	MX_TAG=''
	ok "$kernel: t/57" as_guest 57-balloon mem-set
	ok "$kernel: t/58" as_guest 58-save-migrate guest
	ok "$kernel: t/64" as_guest 64-devices devices
}

quiet debug PREEMPT DEBUG_PREEMPT PROVE_LOCKING DEBUG_ATOMIC_SLEEP RCU_EQS_DEBUG \
	DEBUG_VM DEBUG_VM_MAPLE_TREE DEBUG_VM_RB DEBUG_VM_PGFLAGS DEBUG_VIRTUAL \
	DEBUG_PER_CPU_MAPS DEBUG_HIGHMEM DEBUG_KMAP_LOCAL_FORCE_MAP \
	DEBUG_PAGEALLOC DEBUG_PAGEALLOC_ENABLE_DEFAULT DEBUG_PAGE_REF PAGE_POISONING \
	SLUB_DEBUG SLUB_DEBUG_ON KFENCE HARDENED_USERCOPY FORTIFY_SOURCE \
	DEBUG_LIST DEBUG_PLIST DEBUG_SG DEBUG_NOTIFIERS DEBUG_MAPLE_TREE \
	BUG_ON_DATA_CORRUPTION SCHED_STACK_END_CHECK DEBUG_OBJECTS DEBUG_OBJECTS_FREE \
	DEBUG_OBJECTS_TIMERS DEBUG_OBJECTS_WORK DEBUG_OBJECTS_RCU_HEAD \
	DEBUG_OBJECTS_PERCPU_COUNTER DEBUG_KOBJECT_RELEASE DEBUG_SHIRQ \
	UBSAN UBSAN_BOUNDS UBSAN_SHIFT UBSAN_BOOL UBSAN_ENUM \
	DEBUG_ENTRY X86_DEBUG_FPU SOFTLOCKUP_DETECTOR DETECT_HUNG_TASK
quiet rt PREEMPT_RT PROVE_LOCKING PROVE_RAW_LOCK_NESTING DEBUG_PREEMPT DEBUG_ATOMIC_SLEEP
done_testing
