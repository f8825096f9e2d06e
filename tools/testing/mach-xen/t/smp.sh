# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that want all CPUs to prove that they run.  Sourced after boot.sh.
# shellcheck disable=SC2086

# One host thread for all CPUs. With one for each, this emulator now and then runs
# text that another CPU has patched since (an int3 oops in a kernel on bare metal,
# the unpatched base too).
one_thread='--accel tcg,thread=single'

# with_kexec: let the kernel under test and its initrd join the initrd, for one to start
# by kexec. MX_PLAIN is what it was.
with_kexec()
{
	{
		echo "dir /kexec 0755 0 0"
		echo "file /kexec/kernel $(readlink -f "$MX_KERNEL") 0644 0 0"
		echo "file /kexec/initrd $(readlink -f "$MX_INITRD") 0644 0 0"
	} >"$T/list"
	ok "an initrd with a kernel in it" joined "$T/kexec.gz"
	# shellcheck disable=SC2034
	MX_PLAIN=$MX_INITRD
	MX_INITRD=$T/kexec.gz
}

# cpus NAME HOW N OPTIONS...: boot with N CPUs and $cpus_add on the command
# line, and judge each of them
cpus()
{
	cpus_name=$1 cpus_how=$2 cpus_n=$3
	shift 3
	boot "$cpus_name" "$cpus_how" --mem 384 --vcpus "$cpus_n" \
		--run report,smp --timeout 600 \
		--cmdline "machxen.cpus=$cpus_n $cpus_add" \
		$one_thread "$@"
	ok "$cpus_name: user space reached, machine off" booted
	ok "$cpus_name: $cpus_n CPUs run" fact_is cpus "$cpus_n"
	ktap smp
	ok "$cpus_name: nothing of the kernel's is a complaint" kernel_content
	if [ "$cpus_how" = xen ]; then
		ok "$cpus_name: Xen has no complaint" xen_content
		ok "$cpus_name: no IPI from us" lacks 'rendezvous: called'
	fi
}
cpus_add=
