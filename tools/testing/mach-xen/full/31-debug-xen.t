#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# On a hypervisor with CONFIG_DEBUG, as initial domain and as guest of xl: nothing that
# Xen refuses the kernel, and no assertion of its own. As Debian builds it, it is silent
# about most of that, and a refusal shows only where the kernel minds.
# Fails when: Xen refuses a page table update, a descriptor or an MSR, also one that the
# kernel does not miss; or that Xen does not say so.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/smp.sh"

ok "the hypervisor is built with CONFIG_DEBUG" "$top/scripts/build-xen" debug
MX_XEN=$MX_BUILD/xen-debug/xen.gz
# The base's, of any guest: the HPET's page, which an initial domain may only read, and
# an MSR of AMD's that the base asks for.
xen_may_say="$xen_may_say|d0: Forcing read-only access to MFN fed00"
xen_may_say="$xen_may_say|.*d[0-9]*v[0-9]* RDMSR 0xc0010055 unimplemented"

# debugged NAME OPTIONS...: a boot as initial domain
debugged()
{
	db_name=$1
	shift
	boot "$db_name" xen $one_thread --timeout 900 "$@"
	ok "$db_name: user space reached, machine off" booted
	ok "$db_name: Xen is one with its own checks" has '\(XEN\) Xen version .* debug=y '
	ok "$db_name: Xen has no complaint" xen_content
	ok "$db_name: nothing of the kernel's is a complaint" kernel_content
}
debugged selfcheck --mem 256 --vcpus 2 --run report,selfcheck
ktap selfcheck
debugged smp --mem 384 --vcpus 4 --cmdline machxen.cpus=4 --run smp,hotplug
ktap smp
ktap hotplug
debugged memory --mem 3072 --run report,memfill
ktap memfill

boot domu domu --mem 256 --run report,selfcheck --timeout 1200
ok "domu: user space reached, the guest switched itself off" booted
ktap selfcheck
ok "domu: nothing of the kernel's is a complaint" kernel_content
guest_complaints()
{
	sed '/ RDMSR 0xc0010055 unimplemented$/d' "$log" >"$T/domu.log"
	(log=$T/domu.log; guest_content)
}
ok "domu: Xen has no complaint about the guest" guest_complaints

# Would it say so? The module reads an MSR that no CPU has.
with_module
boot refused xen --mem 256 --run textpatch --timeout 600
ok "a refusal is said" has 'd0v0 RDMSR 0x7fff1234 unimplemented'
refusal_counts() { ! xen_content; }
ok "and is a complaint" refusal_counts
done_testing
