#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The test config built with clang and lld, booted in both worlds.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"
command -v clang >/dev/null || { fail "clang is missing: scripts/deps full"; done_testing; exit 1; }
ok "configure" test_config clang LLVM=1
ok "build" kbuild clang LLVM=1 bzImage
MX_KERNEL=$full/clang/arch/x86/boot/bzImage
boot xen xen --mem 256 --run report,selfcheck --timeout 500
ok "Xen: self-check passed, machine off" booted
boot grub grub --mem 256 --run report,selfcheck --timeout 300
ok "bare metal: self-check passed, machine off" booted
done_testing
