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

ok "the hypervisor is built with CONFIG_DEBUG" "$top/scripts/build-xen" debug
MX_XEN=$MX_BUILD/xen-debug/xen.gz
# The base's, of any guest: the HPET's page, which an initial domain may only read, and
# an MSR of AMD's that the base asks for.
xen_may_say="$xen_may_say|d0: Forcing read-only access to MFN fed00"
xen_may_say="$xen_may_say|.*d[0-9]*v[0-9]* RDMSR 0xc0010055 unimplemented"

refusal_counts() { ! xen_content; }

entry selfcheck
entry smp
entry memory
entry domu
with_module
entry refused
done_testing
