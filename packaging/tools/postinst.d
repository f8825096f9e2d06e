#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# /etc/kernel/postinst.d/zzz-mach-xen VERSION IMAGE: say before the reboot whether the
# boot chain takes the kernel.  The name sorts behind those of initramfs-tools and
# zz-update-grub, whose work is looked at.
set -eu

check=${DPKG_ROOT:-}/usr/sbin/mach-xen-check
[ -x "$check" ] || exit 0
# The package that is being configured, or nothing known: not on a removal
case ${DEB_MAINT_PARAMS:-configure} in
*configure*) ;;
*) exit 0 ;;
esac
# Only a machine that is left without a kernel is worth a failed installation.
rc=0
"$check" --hook "$@" || rc=$?
[ $rc -ne 3 ]
