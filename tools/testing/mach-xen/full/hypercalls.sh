# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the tests in which hypercalls fail, by hypercalls.py. Sourced after boot.sh.

# What says that something failed
# shellcheck disable=SC2034
trace_of_a_failure='WARNING: CPU|kernel BUG at|Oops: |Kernel panic|multicall\(s\) failed|\(XEN\) Domain [0-9]+ .*crashed'

# hypercall_sites: all calls are "call __SCT__xen_hypercall", which Xen's page replaces by
# another target
hypercall_sites()
{
	SITES=$T/sites
	export SITES
	objdump -d --no-show-raw-insn "$MX_VMLINUX" | awk '
		/^[0-9a-f]+ <.*>:$/ { gsub(/[<>:]/, "", $2); fn = $2 }
		/call .*<__SCT__xen_hypercall>$/ { sub(":", "", $1); print $1, fn }' >"$SITES"
	ok "there are hypercalls" [ "$(wc -l <"$SITES")" -gt 100 ]
}
