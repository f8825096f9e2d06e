#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# tools/xen-image on files made to hurt it: mutations of the test images, the
# same ones each time, with address and undefined-behaviour sanitizers, and
# with a page behind each file that stops a library from reading on.  The long run,
# led by coverage, is full/37-xen-image-fuzz.t.
# Fails when: it crashes, hangs, says nothing of a file it does not take, or needs
# more than 1 GiB.  That it can fail is tried with a check taken out.
MX_TOP=${MX_TOP:-$(cd "$(dirname "$0")/../../.." && pwd)}
. "$MX_TOP/tools/testing/mach-xen/t/tap.sh"

src=$top/tools/xen-image
save=${MX_LOGS:-$T}/15-xen-image-fuzz.crash
rm -f "$save"
ok "the seeds are made" "$top/tools/xen-image/tests/mkimages" "$T/seeds"
ok "the harness is built" make -C "$src" O="$T/build" "$T/build/fuzz-run"
ok "20000 runs (an input that kills it is left in $save)" \
	"$T/build/fuzz-run" --runs 20000 --seed 1 --save "$save" "$T/seeds"
tail -n 1 "$T/out" | sed 's/^/# /'
ok "all of them were made" grep -q '^fuzz-run: 20000 runs' "$T/last"

# Without the check of a length, liblzo reads beyond the file.
cp -r "$src" "$T/broken"
sed -i '/packed > n - at/,+1d' "$T/broken/unpack.c"
ok "a check is taken out" sh -c "! cmp -s $src/unpack.c $T/broken/unpack.c"
ok "it still compiles" make -C "$T/broken" O="$T/broken" "$T/broken/fuzz-run"
refused "and the harness finds that" 'AddressSanitizer: SEGV' \
	"$T/broken/fuzz-run" --runs 100000 --seed 1 --save "$T/crash" "$T/seeds"
ok "the input is left, and does it again" sh -c \
	"[ -s $T/crash ] && ! $T/broken/fuzz-run --save $T/again $T/crash >/dev/null 2>&1"
ok "but nothing to the real one" "$T/build/fuzz-run" --save "$T/again" "$T/crash"
done_testing
