#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Without SUBARCH=xen the object code is the base kernel's, and user-mode Linux,
# which has a SUBARCH of its own, builds as it did.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/full.sh"
BUILD=$MX_BUILD
export BUILD
ok "make verify-plain" make -C "$top" verify-plain BUILD="$MX_BUILD"
grep -v '^make' "$T/out" | tail -n 30 | sed 's/^/# /'

# um SUBARCH...: user-mode Linux up to an object that includes most headers
um()
{
	rm -rf "$full/um"
	make -s -C "$MX_BUILD/linux" O="$full/um" ARCH=um "$@" defconfig &&
		make -s -C "$MX_BUILD/linux" O="$full/um" ARCH=um "$@" kernel/fork.o
}
ok "user-mode Linux: no SUBARCH" um
bits64() { grep -q '^CONFIG_64BIT=y' "$full/um/.config"; }
bits32() { ! bits64; }
ok "user-mode Linux: SUBARCH=i386" um SUBARCH=i386
ok "user-mode Linux: SUBARCH=i386 means 32-bit" bits32
ok "user-mode Linux: SUBARCH=x86_64" um SUBARCH=x86_64
ok "user-mode Linux: SUBARCH=x86_64 means 64-bit" bits64
rm -rf "$full/um"
done_testing
