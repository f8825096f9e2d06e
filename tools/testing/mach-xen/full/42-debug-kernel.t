#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that checks itself has nothing to say, as initial domain and on bare metal. It has
# what i386 has of the base's checks: locks and where a task sleeps, page tables in use, pages
# and objects that are used after they were given back, lists, shifts and array bounds, the
# entry code; and it is preemptible. i386 has no KASAN, no KMSAN and no PAGE_TABLE_CHECK, and
# DEBUG_VM_PGTABLE not with PAE. Guests of xl are not in it: the test rig does not wait long
# enough for such a kernel.
# Fails when: one of the checks finds something.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

set -- PREEMPT DEBUG_PREEMPT PROVE_LOCKING DEBUG_ATOMIC_SLEEP RCU_EQS_DEBUG \
	DEBUG_VM DEBUG_VM_MAPLE_TREE DEBUG_VM_RB DEBUG_VM_PGFLAGS DEBUG_VIRTUAL \
	DEBUG_PER_CPU_MAPS DEBUG_HIGHMEM DEBUG_KMAP_LOCAL_FORCE_MAP \
	DEBUG_PAGEALLOC DEBUG_PAGEALLOC_ENABLE_DEFAULT PAGE_POISONING \
	SLUB_DEBUG SLUB_DEBUG_ON KFENCE HARDENED_USERCOPY FORTIFY_SOURCE \
	DEBUG_LIST DEBUG_PLIST DEBUG_SG DEBUG_NOTIFIERS DEBUG_MAPLE_TREE \
	BUG_ON_DATA_CORRUPTION SCHED_STACK_END_CHECK DEBUG_OBJECTS DEBUG_OBJECTS_FREE \
	DEBUG_OBJECTS_TIMERS DEBUG_OBJECTS_WORK DEBUG_OBJECTS_RCU_HEAD \
	DEBUG_OBJECTS_PERCPU_COUNTER DEBUG_KOBJECT_RELEASE DEBUG_SHIRQ \
	UBSAN UBSAN_BOUNDS UBSAN_SHIFT UBSAN_BOOL UBSAN_ENUM \
	DEBUG_ENTRY X86_DEBUG_FPU SOFTLOCKUP_DETECTOR DETECT_HUNG_TASK
# config OPTION...: each is on in the end
config()
{
	test_config debug || return
	co_on=$(printf -- ' -e %s' "$@")
	# shellcheck disable=SC2086
	change_config debug -d PREEMPT_NONE -d SLUB_TINY $co_on || return
	for co_option; do
		grep -qx "CONFIG_$co_option=y" "$full/debug/.config" || {
			echo "there is no $co_option"
			return 1
		}
	done
}
ok "configure, with $# checks" config "$@"
ok "build" kbuild debug CC="$cc" bzImage
# shellcheck disable=SC2034
MX_KERNEL=$full/debug/arch/x86/boot/bzImage

# What these checks say, beside what counts for any kernel
found="$lock_finds|UBSAN: |KFENCE: |ODEBUG: |pagealloc: |BUG: |BUG [a-z]|INFO: task .* blocked|list_(add|del) corruption|bad: |page:.* refcount"
silent() { lacks "$found"; }

# gntdev_ioctl_map_grant_ref() of the base calls copy_to_user() with the mutex that its
# gntdev_mmap() takes. The lock validator says so once, and is off then. All else counts.
only_gntdev()
{
	sed -n '/possible circular locking dependency/,/^DS: .*EFLAGS:/p' "$log" >"$T/report"
	if [ -s "$T/report" ]; then
		grep -A 1 'is trying to acquire lock:' "$T/report" | grep ', at: gntdev_mmap+' ||
			return
	fi
	sed '/possible circular locking dependency/,/^DS: .*EFLAGS:/d' "$log" >"$T/rest"
	(log=$T/rest; silent && no_complaint)
}

boots
done_testing
