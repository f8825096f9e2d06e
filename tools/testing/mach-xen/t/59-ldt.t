#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An unprivileged program removes an LDT entry that its other thread has in a segment
# register, on two vcpus that share a real CPU: Xen cannot load the register when it
# switches to that vcpu, and calls back, wherever the kernel was.
# Fails when: the callback handles events where the kernel had them masked, comes with
# events open, or does not go back to where it came from.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

cat >"$T/script" <<'END'
up() { create && ready; }
ok "the guest comes up" up
ok "the segment goes away again and again" guest "/tests/smpcheck ldt 40" 200
$bb sed -n 's/\r//; s/^# \([0-9]* rounds, after .*\)/mach-xen: rig: # \1/p' $console
ok "all is well after that" guest "/tests/smpcheck >/dev/null"
ok "the guest ends" bye
done_testing
END
entry ldt --script "$T/script"
done_testing
