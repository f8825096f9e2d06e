# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests whose kernel starts more than once in a boot.  Sourced after boot.sh.

# with_kexec: $T/kexec.gz, the initrd with the kernel under test and its initrd in it, for
# one to start by kexec
with_kexec()
{
	{
		echo "dir /kexec 0755 0 0"
		echo "file /kexec/kernel $(readlink -f "$MX_KERNEL") 0644 0 0"
		echo "file /kexec/initrd $(readlink -f "$MX_INITRD") 0644 0 0"
	} >"$T/list"
	ok "an initrd with a kernel in it" joined "$T/kexec.gz"
}

# in_first COMMAND...: in the log of the kernel before the kexec
in_first() { (log=$log.first; "$@"); }

# called N: so many kernels of this boot called all three other CPUs together
called()
{
	ca_n=$(cat "$log.first" "$log" 2>/dev/null | grep -c 'rendezvous: called 3 CPUs at once')
	echo "so many did: $ca_n"
	[ "$ca_n" -eq "$1" ]
}
