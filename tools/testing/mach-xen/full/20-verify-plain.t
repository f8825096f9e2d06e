#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Without SUBARCH=xen the object code is the base kernel's.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/full.sh"
BUILD=$MX_BUILD
export BUILD
ok "make verify-plain" make -C "$top" verify-plain BUILD="$MX_BUILD"
grep -v '^make' "$T/out" | tail -n 30 | sed 's/^/# /'
done_testing
