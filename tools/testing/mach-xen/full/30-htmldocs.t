#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# "make htmldocs" builds our chapters with the base's, without a warning about ours.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/full.sh"

out=$full/docs
rm -rf "$out"
mkdir -p "$out"
ok "make htmldocs" make -C "$MX_BUILD/linux" O="$out" SPHINXDIRS=arch/x86 htmldocs
cp "$T/out" "$out/log"
html=$out/Documentation/output/arch/x86
[ -d "$html" ] || html=$out/Documentation/output
for f in "$top"/Documentation/arch/x86/mach-xen/*.rst; do
	page=mach-xen/$(basename "$f" .rst).html
	ok "$page" [ -s "$html/$page" ]
done
unwarned() { ! grep -iE 'mach[-_]xen.*(warning|error|critical)' "$out/log"; }
ok "no warning about ours" unwarned
done_testing
