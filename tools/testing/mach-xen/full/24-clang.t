#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The test config built with clang and lld, booted in both worlds. By version 19:
# the default 14 of Debian 12 does not compile the base kernel for i386 either
# (mm/maccess.c, "invalid output size for constraint '=a'").
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"
command -v clang-19 >/dev/null || { fail "clang-19 is missing: scripts/deps full"; done_testing; exit 1; }
ok "configure" test_config clang LLVM=-19
ok "build" kbuild clang LLVM=-19 bzImage
MX_KERNEL=$full/clang/arch/x86/boot/bzImage
boots
done_testing
