#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# tools/xen-image on small images made for this: which loader takes what and why
# not, where everything lands, and one line for each way to be broken.  The places
# expected here are counted by hand, from the loaders' sources; 16-xen-image-real.t
# and the boot tests compare with the loaders themselves.
# Fails when: a rule of a loader is lost, an address is off, a broken file is taken
# or crashes the tool, or the exit status says something else than the text.
MX_TOP=${MX_TOP:-$(cd "$(dirname "$0")/../../.." && pwd)}
. "$MX_TOP/tools/testing/mach-xen/t/tap.sh"

tools=$top/tools/xen-image/tests
export DEPS=skip BUILD="$T/build"
ok "make xen-image" make -C "$top" xen-image
xi=$T/build/xen-image
ok "it is there" test -x "$xi"
ok "the images are made" "$tools/mkimages" "$T/img" all
cd "$T/img" || exit 1

# takes IMAGE LETTERS: one letter for each loader in this order, y or n, or ? if
# xen-image cannot tell
takes()
{
	takes_got=$("$xi" plan --memory 128 "$1" | awk '
		NF == 0 { exit }
		{ print $1 }
		$2 == "takes" { l = l "y" }
		$2 == "refuses" { l = l "n" }
		$2 == "cannot" { l = l "?" }
		END { print l }' | tr '\n' ' ')
	[ "$takes_got" = "dom0 domu pvgrub2 shim grub-bios grub-efi qemu kexec $2 " ] && return
	echo "$1: $takes_got, not $2"
	return 1
}

# at LOADER IMAGE AREA START END [OPTIONS...]: its virtual addresses, in hex; an
# area named physical:AREA is asked for the physical ones
at()
{
	at_l=$1 at_i=$2 at_a=$3 at_want="$4${5:+ $5}"
	shift 5
	"$xi" plan --loader "$at_l" "$@" "$at_i" >"$T/plan" || {
		cat "$T/plan"
		return 1
	}
	at_got=$(awk -v a="$at_a" '
		BEGIN {
			kind = sub(/^physical:/, "", a) ? "physical" : "virtual"
			sub(/segment/, "segment ", a)
		}
		index($0, "  " a " ") == 1 && a == "entry" { print $2; exit }
		index($0, "  " a " ") == 1 {
			for (i = 1; i < NF; i++)
				if ($i == kind) {
					sub(/,$/, "", $(i + 1))
					split($(i + 1), r, "-")
					for (j = 1; j <= 2; j++)
						sub(/^0+/, "", r[j])
					print r[1], r[2]
					exit
				}
		}' "$T/plan")
	[ "$at_got" = "$at_want" ] && return
	echo "$at_l $at_i $at_a: $at_got, not $at_want"
	return 1
}

# --- who takes what ---------------------------------------------------------
# dom0 domu pvgrub2 shim grub-bios grub-efi qemu kexec
while read -r image letters why; do
	[ -n "$image" ] || continue
	ok "$image: $why" takes "$image" "$letters"
done <<'END'
good32			yyyynnyy an ELF file is nothing for GRUB, and PVH for QEMU
good64			yyyynnnn 64-bit guest, without a PVH entry
bz-gzip			yyyyyyyy everybody takes a bzImage with gzip
bz-xz			yyyyyyyy and one with xz
bz-zstd			yynyyyyy PvGrub2 has no zstd
bz-lzo			ynyyyyyy Debian's tool stack has no lzo
bz-lzma			yynyyyyy nor has PvGrub2 lzma
bz-plain		yyyyyyyy a payload that is not compressed
bz-bzip2		??n?yyyy Xen unpacks it, this tool does not; PvGrub2 has no bzip2
bz-64			yyyyyyyy a 64-bit bzImage
bz-bad-size		nnnnyyyy Xen reads the size from the last four bytes, PvGrub2 has no zstd
bz-old			nnnnyyyy before 2.08 there is no payload in the header
bz-no-flag		yynynnyn the boot sector's signature counts for some
bz-zimage		yyyynnnn nobody loads a zImage any more, or it is not planned
bz-old-segments		yyyynnnn virtual addresses: the decompressor would write there
bz-gzip.gz		nyyyyyny who unpacks twice
legacy-and-notes	yyyynnyy notes win, the section is not needed
old-legacy		yyyynnnn old addresses with the section alone
phys-legacy		nnnnnnny new addresses with the section alone: VIRT_BASE is taken off
phys-legacy-offset	yyyynnny unless it says 0
old-notes		nnnnnnnn old addresses with notes: nothing is taken off
old-notes-offset	yyyynnnn unless a note says so
no-offset		yyyynnyy new addresses with notes: 0 is the default
section-notes		yyyynnny notes found by a section; QEMU wants a segment
note-overrun		yyyynnyy a last note that reaches beyond the file, as PvGrub2's own
no-entry-note		yyyynnyy e_entry then
symbols			yyyynnyy room for symbols
no-pae			nnnnnnyy no PAE, no guest
not-xen			nnnnnnny somebody else's notes only
no-notes		nnnnnnny none at all
other-os		nnynnnyy neither generic nor linux; PvGrub2 does not ask
xen-2			nnynnnyy for Xen 2; PvGrub2 does not ask
feature			nnynnnyy a feature that nobody knows is required
domu-only		nyyynnyy no dom0 among the features; the shim's is none
dom0-only		ynyynnyy dom0 is required
hv-high			nyyynnyy asks for less hypervisor than there is
entry-outside		nnnnnnyy the virtual entry is outside
p2m-inside		nnynnnyy the p2m list is inside; PvGrub2 does not ask
offset-no-base		nnnnnnyy an offset without a base
hypercall-outside	nnnnnnyy the hypercall page is nowhere
unaligned		ynyynnyy does not begin at a page, which the tool stack wants
huge-bss		nnnnnnnn too large for 128 MiB
high-base		nnnnnnyy reaches into the hypervisor
supervisor		nyynnnyy wants what no Xen has
other-loader		yynynnyy built for another loader, but for linux: only PvGrub2 minds
base-unaligned		ynnynnyy VIRT_BASE is not at a page
no-room			nnnnnnyy no room behind the kernel
p2m-overlap		nyynnnnn the p2m list is inside what is mapped; only Xen's own builder minds
x32			nynnnnyn 32-bit ELF for x86_64: the tool stack and QEMU go by the machine
legacy-xen-2		nnynnnnn the section is for Xen 2
legacy-os		nnnnnnnn the section is for nobody, and PvGrub2 sees no PAE= without a comma behind it
legacy-no-entry		nnnnnnnn no VIRT_ENTRY: e_entry, which is physical here
multiboot		yyyynnny a multiboot header: QEMU would go by that
elf-flags		yyyynnny flags that QEMU does not want
bz-plain.xz		nnynyyny who unpacks xz as a whole, and then a bzImage
bz-sects		yyyynnyy more setup sectors than GRUB wants
bz-202			nnnnnnyy GRUB wants 2.03
bz-header		yyyynnyy a longer header than GRUB has room for
bz-init-size		yyyynnyy less memory asked for than there is file; GRUB would overrun
bz-fixed		yyyyyyyy not relocatable
good32.gz-bad-size	nnynnnny the last four bytes are not the size
good32.gz		yyyynnny compressed as a whole: gzip
good32.xz		nnynnnny xz has no size at its end, which Xen would read
good32.xz-sized		ynyynnny with one
good32.zst-sized	ynnynnnn zstd
good32.lzo-sized	ynyynnnn lzo
good32.lzma-sized	ynnynnny lzma
END

# --- where it lands ---------------------------------------------------------
# good32 ends at c100c000.  64 MiB are 0x4000 pages: a p2m of 0x10000 bytes.  To
# the next 4 MiB, c1400000, 10 tables of 2 MiB each, and at the levels above:
# the hypervisor has one and four, the tool stack one and one.
ok "dom0: p2m" at dom0 good32 p2m c100c000 c101c000 --memory 64
ok "dom0: start_info and the console's information" \
	at dom0 good32 start_info c101c000 c101c4b8 --memory 64
ok "dom0: 15 page tables" at dom0 good32 page_tables c101d000 c102c000 --memory 64
ok "dom0: stack" at dom0 good32 stack c102c000 c102d000 --memory 64
ok "dom0: mapped to 4 MiB" at dom0 good32 mapped c0000000 c1400000 --memory 64
ok "dom0: the initrd is behind the power of two that holds it" \
	at dom0 good32 physical:initrd 2000000 2012345 --memory 64 --initrd 0x12345
ok "dom0: a mapped initrd is behind the kernel" \
	at dom0 mapped-initrd initrd c100c000 c101e345 --memory 64 --initrd 0x12345
ok "dom0: and the p2m behind that" \
	at dom0 mapped-initrd p2m c101f000 c102f000 --memory 64 --initrd 0x12345
ok "domu: start_info" at domu good32 start_info c101c000 c101d000 --memory 64
ok "domu: xenstore's page" at domu good32 xenstore c101d000 c101e000 --memory 64
ok "domu: the console's page" at domu good32 console c101e000 c101f000 --memory 64
ok "domu: 12 page tables" at domu good32 page_tables c101f000 c102b000 --memory 64
ok "domu: stack" at domu good32 stack c102b000 c102c000 --memory 64
ok "domu: the initrd is behind what is mapped" \
	at domu good32 physical:initrd 1400000 1412345 --memory 64 --initrd 0x12345
# PvGrub2 wants 1 MiB of stack, and maps a page at 0 with two tables more.
ok "pvgrub2: 14 page tables" at pvgrub2 good32 page_tables c101f000 c102d000 --memory 64
ok "pvgrub2: stack" at pvgrub2 good32 stack c102d000 c112d000 --memory 64
ok "shim: start_info without the console's information" \
	at shim good32 start_info c101c000 c101c490 --memory 64
ok "shim: page tables behind two shared pages" \
	at shim good32 page_tables c101f000 c102e000 --memory 64
ok "dom0: segments are at p_paddr plus VIRT_BASE" \
	at dom0 good32 segment1 c1004000 c100c000
ok "dom0: old addresses, too" at dom0 old-legacy segment1 c1004000 c100c000
ok "dom0: and physically without" at dom0 old-legacy physical:segment1 1004000 100c000
ok "domu: old addresses" at domu old-notes-offset physical:segment0 1000000 1002000
ok "2006: old addresses are left" at 2006 old-legacy segment0 c1000000 c1002000
ok "2006: new ones are guessed" at 2006 phys-legacy segment0 c1000000 c1002000
ok "2006: the entry, too" at 2006 phys-legacy entry c1000010 ""
ok "kexec: p_paddr" at kexec good32 physical:segment1 1004000 100c000
ok "qemu: a bzImage goes to 1 MiB" \
	at qemu bz-gzip physical:loaded 100000 \
	"$(printf %x $((0x100000 + $(wc -c <bz-gzip) - 1024)))"
ok "qemu: a bzImage's initrd is moved to the end of memory as SeaBIOS says" \
	at qemu bz-gzip physical:initrd 1ffcd000 1ffdf345 --initrd 0x12345
ok "qemu: unless the header wants it lower" \
	at qemu bz-gzip physical:initrd 7ffed000 7ffff345 --memory 3G --initrd 0x12345
ok "qemu: by PVH it stays where QEMU put it" \
	at qemu good32 physical:initrd 1ffc5000 1ffd7345 --initrd 0x12345
ok "grub: where the header asks for" \
	at grub-bios bz-gzip physical:workspace 1000000 1010000
# symbols: 4 bytes of size, 4 and 64 of header, 3 sections of 40, 48 and 32
ok "symbols are part of the kernel" at dom0 symbols p2m c100d000 c101d000 --memory 64
# 64-bit: the list is where its note wants it, 0x4000 * 8 bytes
ok "64-bit: INIT_P2M" at domu good64 p2m 8000000000 8000020000 --memory 64
ok "64-bit: without it is behind the kernel" \
	at domu good64-no-p2m p2m ffffffff8100c000 ffffffff8102c000 --memory 64
# above that, 2 MiB * 10, 1 GiB, 512 GiB, and the top
ok "64-bit: 13 page tables" \
	at domu good64-no-p2m page_tables ffffffff8102f000 ffffffff8103c000 --memory 64
gz=$(printf '%s' "$T/rd.gz")
head -c 100000 /dev/zero | gzip >"$gz"
ok "the tool stack unpacks an initrd in gzip, and adds 16" \
	at domu good32 physical:initrd 1400000 14186b0 --memory 64 --initrd "$gz"
ok "GRUB does it for the hypervisor, without that" \
	at dom0 good32 physical:initrd 2000000 20186a0 --memory 64 --initrd "$gz"
ok "PvGrub2 hands it on" at pvgrub2 good32 physical:initrd 1400000 \
	"$(printf %x $((0x1400000 + $(wc -c <"$gz"))))" --memory 64 --initrd "$gz"

# --- the words, and the exit status -----------------------------------------
refused "dom0 says what Xen says: PAE" 'REFUSED: Mismatch between Xen and DOM0 kernel' "$xi" plan --loader dom0 no-pae
refused "domu: guest type" 'guest type xen-3.0-x86_32 not supported' "$xi" plan --loader domu no-pae
refused "without CONFIG_PV32: dom0" 'Found 32-bit PV kernel, but CONFIG_PV32 missing' "$xi" plan --loader dom0 --no-pv32 good32
refused "without CONFIG_PV32: domu" 'guest type xen-3.0-x86_32p not supported' "$xi" plan --loader domu --no-pv32 good32
refused "without CONFIG_PV32: PvGrub2" 'does not start without CONFIG_PV32' "$xi" plan --loader pvgrub --no-pv32 good32
ok "without CONFIG_PV32: the shim has it" "$xi" plan --loader shim --no-pv32 good32
ok "without CONFIG_PV32: 64-bit" "$xi" plan --loader dom0,domu,pvgrub2 --no-pv32 good64
refused "out of bounds" 'ELF start or entries are out of bounds' "$xi" plan --loader domu phys-legacy
refused "no notes" "No ELF notes or '__xen_guest' section found" "$xi" plan --loader dom0 no-notes
refused "a required feature" 'requires what Xen does not know: !time_travel' "$xi" plan --loader dom0 feature
refused "dom0 only" 'does not support unprivileged' "$xi" plan --loader domu dom0-only
refused "too high a hypervisor" 'too high a hypervisor start address' "$xi" plan --loader dom0 hv-high
refused "too little memory: dom0" 'allocation is too small' "$xi" plan --loader dom0 --memory 24 good32
refused "too little memory: domu" 'not enough memory' "$xi" plan --loader domu --memory 18 good32
refused "an initrd larger than the memory" 'too large' "$xi" plan --loader domu --memory 64 --initrd 60M good32
refused "too little memory: domu's p2m list" 'not enough memory for initial mapping' "$xi" plan --loader domu --memory 20 good64
refused "too little memory: PvGrub2" 'out of memory: the initial mapping' "$xi" plan --loader pvgrub2 --memory 19 good32
refused "too little memory: PvGrub2's initrd" 'out of memory: .* bytes are needed' "$xi" plan --loader pvgrub2 --memory 24 --initrd 8M good32
refused "too little memory: GRUB, relocatable" 'out of memory: no .* from 16 MiB' "$xi" plan --loader grub-bios --memory 16 bz-gzip
refused "too little memory: GRUB, not relocatable" 'out of memory: .* at 0x100000' "$xi" plan --loader grub-bios --memory 1 bz-fixed
refused "too little memory: QEMU" 'out of memory' "$xi" plan --loader qemu --memory 16 bz-gzip
refused "too little memory: kexec" 'Could not find a free area' "$xi" plan --loader kexec --memory 16 bz-gzip
refused "too large an initrd: GRUB" 'initrd is too big' "$xi" plan --loader grub-efi --memory 64 --initrd 48M bz-gzip
refused "too large an initrd: QEMU" 'initrd is too large' "$xi" plan --loader qemu --memory 64 --initrd 64M bz-gzip
refused "too large an initrd: kexec" 'free area of memory for the initrd' "$xi" plan --loader kexec --memory 64 --initrd 63M bz-gzip
refused "2006: no bzImage" '2006 knew no bzImage' "$xi" plan --loader 2006 bz-gzip
refused "2006: Xen 2" 'built for Xen v3.0' "$xi" plan --loader 2006 legacy-xen-2
refused "2006: another system" 'generic loader or Linux' "$xi" plan --loader 2006 legacy-os
refused "2006: a segment at VIRT_BASE itself" 'begins at VIRT_BASE itself' "$xi" plan --loader 2006 legacy-at-base
refused "2006: entry outside" 'entry 0xc0001010 is not in it' "$xi" plan --loader 2006 entry-2006
refused "the size at the end" "last four bytes of the zstd" "$xi" plan --loader dom0 bz-bad-size
refused "virtual addresses on bare metal" 'c1000000, and there is RAM to .* physical address is a virtual one' "$xi" plan --loader kexec old-legacy
refused "2006 knew no notes" "'__xen_guest' section not found" "$xi" plan --loader 2006 good32
refused "one that refuses of two asked" 'grub-bios  refuses it' "$xi" plan --loader dom0,grub-bios good32
ok "pygrub is the tool stack" "$xi" plan --loader pygrub good32
ok "without --loader one that takes it suffices" "$xi" plan not-xen
refused "none takes it" 'kexec      refuses it' "$xi" plan old-notes
ok "JSON is JSON" sh -c "'$xi' show --json bz-gzip | python3 -m json.tool &&
	'$xi' plan --json bz-gzip | python3 -m json.tool"
# A file's name comes back from JSON whatever it is: no UTF-8, long, quotes, a newline.
roundtrip()
{
	cp good32 "$1" && "$xi" show --json -- "$1" >"$T/json" &&
		"$xi" plan --json -- "$1" >"$T/json2" || return
	ROUNDTRIP=$1 python3 -c '
import json, os, sys
for f in sys.argv[1:]:
    name = json.load(open(f))["file"]
    print(ascii(name))
    if os.fsencode(name) != os.environb[b"ROUNDTRIP"]:
        sys.exit("another name")' "$T/json" "$T/json2"
}
ok "JSON: a name in UTF-8" roundtrip "$(printf 'k\303\244\342\202\254\360\237\220\247')"
ok "JSON: it is that, read as such" grep -q 'k.xe4.u20ac.U0001f427' "$T/last"
ok "JSON: a name in no UTF-8" roundtrip "$(printf 'k\344\355\240\200\300\200 "\\x')"
mkdir -p "$T/img/long/$(printf '%0200d' 1)"
ok "JSON: a long name" roundtrip "long/$(printf '%0200d/%0200d' 1 2)"
ok "a name with a newline: one line" sh -c \
	"! '$xi' plan 'no
such' 2>'$T/e' && [ \$(wc -l <'$T/e') -eq 1 ]"
refused "show has no loaders" 'show: --loader is for plan' "$xi" show --loader dom0 good32
refused "show has no memory" 'show: --memory is for plan' "$xi" show --memory 64 good32
ok "010 MiB are 10" sh -c "'$xi' plan --json --memory 010 good32 | grep -q '\"memory\":10485760,'"
refused "64x is no size" 'no such size' "$xi" plan --memory 64x good32
refused "0x is no size" 'no such size' "$xi" plan --memory 0x good32
refused "-1 is no size" 'no such size' "$xi" plan --memory=-1 good32
# exact LOADER IMAGE: does the text say that places are not exact, as JSON does?
for e in "dom0 good32 true" "domu good32 true" "pvgrub2 good32 true" "shim good32 false" \
		"grub-bios bz-gzip false" "grub-efi bz-gzip false" "qemu bz-gzip true" \
		"qemu good32 true" "kexec bz-gzip false" "kexec good32 false"; do
	# shellcheck disable=SC2086
	set -- $e
	ok "$1 $2: exact: $3" sh -c "'$xi' plan --json --loader $1 $2 | grep -q '\"exact\":$3' &&
		'$xi' plan --loader $1 $2 | grep -c 'not exact, they depend' |
			grep -qx $([ "$3" = true ]; echo $?)"
done
# ordered LOADER IMAGE: no address in the picture is above the one before it
ordered()
{
	"$xi" plan --loader "$1" --memory 128 --initrd 1M "$2" | tee /dev/stderr |
		awk '$2 ~ /^[+]--/ { if (n++ && $1 > last) bad = 1; last = $1 }
			END { exit bad || n < 3 }'
}
for e in "dom0 good32" "domu good64" "pvgrub2 bz-gzip" "grub-bios bz-gzip" "grub-efi bz-gzip" \
		"qemu bz-gzip" "qemu good32" "kexec bz-gzip"; do
	# shellcheck disable=SC2086
	ok "$e: the picture is in the order of addresses" ordered $e
done
ok "show: format" sh -c "'$xi' show bz-xz | grep -q 'bzImage, boot protocol 2.15, payload in xz: ELF 32-bit, i386'"
ok "show: notes" sh -c "'$xi' show good32 | grep -q 'Xen ENTRY = 0xc1000010'"
ok "show: section" sh -c "'$xi' show old-legacy | grep -q '__xen_guest: \"GUEST_OS=linux,'"
ok "show: offset" sh -c "'$xi' show old-legacy | grep -q 'offset 0xc0000000 (VIRT_BASE, the default'"
ok "the picture has the hypervisor on top" sh -c \
	"'$xi' plan --loader dom0 good32 | grep -A1 ffffffff | grep -q 'the hypervisor'"

# --- what is wrong ----------------------------------------------------------
# broken IMAGE PATTERN: status 2, nothing on stdout, one line that matches; and soon,
# in seconds of its own as this machine may have others to work for
broken()
{
	timeout 240 sh -c 'ulimit -t 20; exec "$@"' sh "$xi" plan "$1" >"$T/o" 2>"$T/e"
	broken_rc=$?
	cat "$T/o" "$T/e"
	echo "status $broken_rc"
	[ $broken_rc -eq 2 ] && [ ! -s "$T/o" ] && [ "$(wc -l <"$T/e")" -eq 1 ] &&
		grep -Eq -e "^xen-image: $1: .*$2" "$T/e"
}
while read -r image pattern; do
	[ -n "$image" ] || continue
	ok "$image: one line" broken "$image" "$pattern"
done <<'END'
bad-empty		empty
bad-text		neither ELF nor bzImage
bad-header		truncated in the header
bad-phdrs		program headers end beyond the file
bad-truncated		segment 0 ends beyond the file
bad-overlap		segments 0 and 1 overlap at physical address 0x1004000
bad-wrap32		segment 0 wraps .* physical
bad-wrap32-virtual	segment 0 wraps .* virtual
bad-wrap64		segment 0 wraps .* physical
bad-filesz		larger in the file than in memory
bad-nothing		no segment to load
bad-endian		big-endian
bad-class		class 3
bad-phnum		65535 program headers
bad-phentsize		headers of 16
bad-machine		machine 40
bad-type		not an executable
bad-sections		section headers end beyond the file
bad-note-segment	note segment 2 ends beyond the file
bad-section		section 1 ends beyond the file
bad-byte-order		byte order 0
bad-header64		truncated in the header
bad-no-phdrs		no program headers
bad-note-size		note at offset .* runs out of the file
bad-gzip		gzip: truncated
bad-gzip-content	what is in the gzip is neither
bad-xz			xz: broken
bad-xz-dictionary	dictionary no kernel needs
bad-xz-cut		xz: truncated
bad-zstd		zstd: truncated
bad-zstd-data		zstd: broken
bad-zstd-window		window no kernel needs
bad-lzo			lzo: truncated
bad-lzo-header		lzo: truncated, or not
bad-lzo-data		lzo: broken
bomb-gzip		decompression bomb
bomb-zstd		decompression bomb
bomb-notes		note bomb
bomb-notes-size		note bomb
bad-legacy-size		section 9 ends beyond the file
bad-names		section names does not end in a NUL
bomb-names		2097152 bytes of section names
bomb-strtab		67108864 bytes of section names
bomb-sections		1677721 sections
bomb-legacy		__xen_guest section of 67108864 bytes
bomb-legacy-endless	no NUL ends the __xen_guest section
END
# A bzImage is one whatever its payload; but nobody boots this.
for b in bad-bz-payload bad-bz-offset bad-bz-gzip bad-bz-noelf bad-bz-garbage bad-bz-elf; do
	ok "$b: nobody takes it" takes $b nnnnnnnn
	ok "$b: which is status 1, loaders can be asked" sh -c "'$xi' plan $b; [ \$? -eq 1 ]"
	ok "$b: for show it is broken, 2" sh -c "'$xi' show $b; [ \$? -eq 2 ]"
done
refused "bad-bz-payload: why" 'payload ends at .* truncated' "$xi" plan --loader domu bad-bz-payload
refused "bad-bz-gzip: why, on bare metal" 'would be loaded, and then stop: payload: gzip: truncated' "$xi" plan --loader grub-bios bad-bz-gzip
refused "bad-bz-garbage: why" 'neither ELF nor in a known compression' "$xi" plan --loader kexec bad-bz-garbage
refused "bad-bz-elf: why" 'payload: ELF: big-endian' "$xi" plan --loader dom0 bad-bz-elf
refused "bad-bz-cut: why" 'ends in the setup sectors' "$xi" plan --loader qemu bad-bz-cut
refused "show says so, too" 'payload: gzip: truncated' "$xi" show bad-bz-gzip
ok "legacy-long: Xen reads beyond the section, PvGrub2 does not" takes legacy-long yynynnny
# In a file with a hole, which costs nothing: no second 700 MiB are made of it.
ok "a file with a __xen_guest of 700 MiB" sh -c \
	"cp bad-legacy-size hole-legacy && truncate -s 740M hole-legacy"
ok "takes less than 1 GiB, and one line" sh -c \
	"ulimit -v 1048576; '$xi' plan hole-legacy 2>&1 | grep -q 'a __xen_guest section of 734003200'"
ok "a bomb takes less than 1 GiB" sh -c "ulimit -v 1048576; '$xi' plan bomb-gzip; [ \$? -eq 2 ]"
mkfifo "$T/fifo"
refused "a FIFO" 'not a file' "$xi" show "$T/fifo"
refused "a directory" 'not a file' "$xi" show "$T"
refused "nothing" 'No such file' "$xi" show "$T/none"
ok "no control character of a file gets out" sh -c \
	"'$xi' show escape >'$T/o' && '$xi' show --json escape >>'$T/o' &&
	 '$xi' plan --json escape >>'$T/o'; '$xi' plan escape >>'$T/o';
	 grep -q 'plan.u001b9' '$T/o' && ! LC_ALL=C tr -d '\\n\\040-\\176' <'$T/o' | grep -q ."
ok "an unknown loader is usage, not a verdict" sh -c "'$xi' plan --loader lilo good32; [ \$? -eq 2 ]"
ok "no memory is usage" sh -c "'$xi' plan --memory 0 good32; [ \$? -eq 2 ]"
ok "no such initrd is usage" sh -c "'$xi' plan --initrd /nowhere good32; [ \$? -eq 2 ]"
ok "a full disk is no success" sh -c "'$xi' plan good32 >/dev/full; [ \$? -eq 2 ]"

# --- installed, without the repository ---------------------------------------
cp -r "$top/tools/xen-image" "$T/alone"
rm -rf "$T/alone/build" "$T/alone/tests" "$T/alone/fuzz"
inst() { env -i PATH="$PATH" make -C "$T/alone" install DESTDIR="$T/root" "$@"; }
ok "make install" inst
ok "what it installs runs" "$T/root/usr/local/bin/xen-image" plan --loader dom0 good32
ok "it installs these two files" [ "$(cd "$T/root" && find . -type f | sort | tr '\n' ' ')" = \
	"./usr/local/bin/xen-image ./usr/local/share/man/man1/xen-image.1 " ]
ok "below another prefix" inst PREFIX=/usr
page=$T/root/usr/share/man/man1/xen-image.1
ok "the page is there" test -s "$page"
"$xi" --help >"$T/help"
# named WORD...: the page has them
named()
{
	for named_w in "$@"; do
		sed 's/\\-/-/g' "$page" | grep -qw -e "$named_w" && continue
		echo "not in the page: $named_w"
		return 1
	done
}
# shellcheck disable=SC2046
ok "the page has each option" named $(grep -o -e '--[a-z][a-z0-9-]*' "$T/help" | sort -u)
loaders=$(sed -n '/Loaders:$/,$s/^  \([a-z0-9-]*\) .*/\1/p' "$T/help")
ok "nine loaders" [ "$(echo "$loaders" | wc -l)" -eq 9 ]
# shellcheck disable=SC2086
ok "the page has each loader" named $loaders
ok "mandoc has nothing to say about it" mandoc -T lint "$page"

# --- ours -------------------------------------------------------------------
# Only where there is one: not in a run of this test alone.
if [ -n "${MX_KERNEL:-}" ] && [ -f "$MX_KERNEL" ]; then
	ok "our bzImage: everybody takes it" "$xi" plan --memory 256 --loader \
		dom0,domu,pvgrub2,shim,grub-bios,grub-efi,qemu,kexec "$MX_KERNEL"
	ok "our vmlinux: everybody but GRUB" "$xi" plan --memory 256 --loader \
		dom0,domu,pvgrub2,shim,qemu,kexec "$MX_VMLINUX"
fi
done_testing
