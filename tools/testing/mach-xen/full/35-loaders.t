#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The loader that "make check" leaves out, pygrub, and more in guests of xl: the
# self-check, high memory, several vcpus; the other forms of the image to user space.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

entry pygrub
entry domu-selfcheck
entry pvgrub2-selfcheck
entry shim-selfcheck
entry domu-vcpus
entry domu-2048

gzip -dc "$(dirname "$MX_VMLINUX")/vmlinuz" >"$T/vmlinux"
ok "old-legacy is made" "$top/tools/xen-image/tests/reform" \
	"$T/vmlinux" "$T/old-legacy" old legacy
MX_KERNEL=$T/old-legacy MX_TAG=old-legacy
entry domu
entry pvgrub2
MX_KERNEL=$(dirname "$MX_VMLINUX")/vmlinuz MX_TAG=vmlinuz
entry domu
entry pvgrub2
entry shim
done_testing
