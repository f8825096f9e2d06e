# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that want all CPUs to prove that they run.  Sourced after boot.sh.

# One host thread for all CPUs. With one for each, most boots of eight CPUs under
# Xen stop after all vcpus came up, with and without the rendezvous; why is not
# known.
one_thread='-accel tcg,thread=single'

# Text that is patched while other CPUs run it now and then kills a bare-metal
# kernel in this emulator, ours and the unpatched one, by an int3 that is patched
# away already; with one host thread in one boot of twenty. The text is that of
# sched_clock_cpu(), switched when the clock is found stable: see that it is not.
calm='tsc=unstable'

# cpus NAME HOW N OPTIONS...: boot with N CPUs and $cpus_add on the command
# line, and judge each of them
cpus()
{
	cpus_name=$1 cpus_how=$2 cpus_n=$3
	shift 3
	boot "$cpus_name" "$cpus_how" --mem 384 --vcpus "$cpus_n" \
		--run report,smp --timeout 600 \
		--cmdline "machxen.cpus=$cpus_n $calm $cpus_add" \
		--qemuflags "$one_thread" "$@"
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
