# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# shellcheck disable=SC2154
#
# Says how a boot ended, by the console's log and by QEMU's own words. Sourced by
# scripts/boot, whose variables it reads.

no_pv32()
{
	if grep -aq 'Found 32-bit PV kernel, but CONFIG_PV32 missing' "$1"; then
		echo "this hypervisor was built without CONFIG_PV32 and cannot run 32-bit PV guests: let 'make xen' build one (scripts/build-xen), and leave XEN= out"
	fi
}

# The line that says how a machine died.  Xen puts the reason of its panics in
# the lines around the one that announces it.
failure()
{
	tr -d '\r' < "$1" | awk '
	/^\(XEN\) (ERROR|Panic|.*[Mm]ismatch)/ && !xen { xen = $0 }
	after { print $0 (xen == "" ? "" : "; " xen); found = 1; exit }
	/^\(XEN\) Panic on CPU/ { if (xen == $0) xen = ""; after = 1 }
	match($0, /Kernel panic - not syncing.*|Dom0 crashed.*|Dom0 shutdown \(unknown.*|mach-xen: GRUB could not load.*|mach-xen: rig: (the guest (asked|crash|ended)|xl create failed|xenstored failed|xen-init).*|No bootable device.*/) {
		print substr($0, RSTART, RLENGTH); found = 1; exit }
	END { exit !found }'
}

# judge: $why is the reason of a failure, empty if the boot passed
# shellcheck disable=SC2034
judge()
{
	reason=$(sed -n 's/.*"event": "SHUTDOWN".*"reason": "\([^"]*\)".*/\1/p' "$tmp/qmp" | head -n 1)
	why=$(no_pv32 "$log")
	if [ -n "$why" ]; then
		:
	elif [ -z "$reason" ] && [ -s "$tmp/qemu.err" ]; then
		why="QEMU: $(tail -n 1 "$tmp/qemu.err")"
	elif panic=$(failure "$log"); then
		why="the machine failed: $panic"
	elif [ "$ended" = timeout ]; then
		why="no end after $timeout seconds (TIMEOUT=S gives it more)"
	elif [ "$reason" = guest-reset ]; then
		why="the machine was reset (a reboot or a triple fault) instead of switched off"
	elif [ "$reason" != guest-shutdown ] &&
	     ! grep -aq 'Dom0 halted: halting machine' "$log"; then
		why="the machine did not go down by itself (QEMU: ${reason:-exit status $qrc})"
	elif [ "$verdict" = n ]; then
		:
	elif [ "$rig" ] && ! grep -aq 'mach-xen: rig: the guest switched itself off' "$log"; then
		why="the guest did not switch itself off"
	elif ! grep -aq 'mach-xen: RESULT' "$log"; then
		why="user space did not report a result"
	elif ! tr -d '\r' < "$log" | grep -aq "mach-xen: RESULT $run pass\$"; then
		why="'$run' failed in the guest"
	fi
}
