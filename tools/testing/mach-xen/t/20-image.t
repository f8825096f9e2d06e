#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# One image for two kinds of loaders: the ELF headers hold physical addresses,
# for those that load without paging; Xen's notes hold VIRT_BASE and the virtual
# entry, for those that add it; and the bzImage holds that very ELF, in gzip,
# which every unpacker knows.
# Fails when: LOAD_OFFSET is not applied to a segment or to the entry, a note
# is missing or holds the wrong kind of address, the compressor changes, or the funnel
# of rendezvous.c, which runs where it was copied to, needs a relocation.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

base=$((0xc0000000))

# value HEX...: little-endian bytes to a number
le()
{
	le_v=
	for b; do le_v=$b$le_v; done
	echo $((0x${le_v:-0}))
}

# at FILE OFFSET COUNT: a little-endian number in a file
at()
{
	# shellcheck disable=SC2046
	le $(od -An -v -tx1 -j"$2" -N"$3" "$1")
}

# check_elf NAME FILE
check_elf()
{
	readelf -lW "$2" >"$T/segments" 2>/dev/null
	readelf -hW "$2" >"$T/header" 2>/dev/null
	ok "$1: is a 32-bit i386 executable" \
		grep -Eq 'Machine: +Intel 80386' "$T/header"

	# Type Offset VirtAddr PhysAddr ...
	loads=0
	bad=
	while read -r type _ vaddr paddr _; do
		[ "$type" = LOAD ] || continue
		loads=$((loads + 1))
		[ $((vaddr)) -eq $((paddr + base)) ] || bad="$bad $vaddr/$paddr"
		[ $((paddr)) -lt $((0x40000000)) ] || bad="$bad $paddr"
	done <"$T/segments"
	ok "$1: segments have physical addresses in p_paddr${bad:+ ($bad)}" \
		[ $loads -gt 0 -a -z "$bad" ]

	entry=$(sed -n 's/.*Entry point address: *//p' "$T/header")
	# A virtual address would be in no segment, unless they are virtual too.
	inside=n
	while read -r type _ _ paddr _ memsz _; do
		[ "$type" = LOAD ] || continue
		if [ $((${entry:-0})) -lt $base ] &&
		   [ $((${entry:-0})) -ge $((paddr)) ] &&
		   [ $((${entry:-0})) -lt $((paddr + memsz)) ]; then
			inside=y
		fi
	done <"$T/segments"
	ok "$1: the entry point $entry is physical, in a segment" \
		[ $inside = y ]
}

# notes FILE: Xen's notes as "TYPE BYTES...", from the raw segments: readelf
# gives some of the numbers other systems' names.
notes()
{
	readelf -lW "$1" 2>/dev/null | awk '$1 == "NOTE" { print $2, $5 }' |
	while read -r offset size; do
		od -An -v -tx1 -w1 -j$((offset)) -N$((size)) "$1"
	done | awk '
	function hex(s,  i, v) {
		v = 0
		for (i = 1; i <= length(s); i++)
			v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
		return v
	}
	function word(i) { return hex(b[i + 3] b[i + 2] b[i + 1] b[i]) }
	function pad(n) { return int((n + 3) / 4) * 4 }
	{ b[n++] = $1 }
	END {
		for (i = 0; i + 12 <= n; i = d + pad(len)) {
			len = word(i + 4)
			d = i + 12 + pad(word(i))
			if (b[i + 12] b[i + 13] b[i + 14] b[i + 15] != "58656e00")
				continue
			printf "%x", word(i + 8)
			for (j = 0; j < len; j++)
				printf " %s", b[d + j]
			print ""
		}
	}'
}

# note TYPE: "yes" and the bytes of one of them
note() { sed -n "s/^$1 /yes /p" "$T/notes" | head -n 1; }

number() { set -- $(note "$1"); [ "${1:-}" = yes ] || return 1; shift; le "$@"; }
text()
{
	set -- $(note "$1")
	[ "${1:-}" = yes ] || return 1
	shift
	for b; do
		# shellcheck disable=SC2059
		[ "$b" = 00 ] || printf "\\$(printf %o "0x$b")"
	done
}

number_is()
{
	number_v=$(number "$1") || { echo "no note of type 0x$1"; return 1; }
	[ "$number_v" -eq $(($2)) ] && return
	printf 'note 0x%s is %#x, not %s\n' "$1" "$number_v" "$2"
	return 1
}

text_is()
{
	text_v=$(text "$1") || { echo "no note of type 0x$1"; return 1; }
	echo "$text_v" | grep -Eqx -e "$2" && return
	echo "note 0x$1 is '$text_v'"
	return 1
}

# symbol NAME: its address, or 0
symbol()
{
	nm "$MX_VMLINUX" 2>/dev/null |
		awk -v s="$1" '$3 == s { a = "0x" $1 } END { print a == "" ? 0 : a }'
}

[ -f "$MX_VMLINUX" ] || { fail "there is a vmlinux: $MX_VMLINUX"; done_testing; exit 1; }
check_elf vmlinux "$MX_VMLINUX"
ok "the entry point is startup_32, less LOAD_OFFSET" \
	[ $((${entry:-0} + base)) -eq $(($(symbol startup_32))) ]

notes "$MX_VMLINUX" >"$T/notes"
# The numbers are those of Xen's public/elfnote.h.
ok "no note is there twice" \
	[ -z "$(cut -d' ' -f1 "$T/notes" | sort | uniq -d)" ]
# Above 4 GiB of machine memory a page directory is allowed by either of these.
ok "note: page directories above 4 GiB" sh -c \
	"grep -q '^9 .*65 78 74 65 6e 64' $T/notes ||
	 grep -q '^a .*70 61 65 5f 70 67 64 69 72 5f 61 62 6f 76 65' $T/notes"
ok "note: VIRT_BASE is 0xC0000000" number_is 3 0xc0000000
ok "note: PADDR_OFFSET is 0: p_paddr is physical already" number_is 4 0
xen_entry=$(number 1 || echo 0)
ok "note: ENTRY is virtual" [ "$xen_entry" -ge $base ]
ok "note: ENTRY is not the bare-metal entry" \
	[ "$xen_entry" -ne $((${entry:-0} + base)) ]
ok "note: PAE_MODE" \
	text_is 9 'yes(,extended-cr3|\[extended-cr3\])?(,bimodal)?'
ok "note: LOADER is generic" text_is 8 generic
ok "note: GUEST_OS is linux" text_is 6 linux
ok "note: XEN_VERSION" text_is 5 xen-3.0
ok "note: HV_START_LOW leaves the hypervisor its place" \
	sh -c "[ $(number c || echo 0) -gt $((0xe0000000)) ] &&
	       [ $(number c || echo 0) -le $((0xf5800000)) ]"
ok "note: FEATURES" text_is a '!writable_page_tables\|pae_pgdir_above_4gb'
# public/features.h: writable_page_tables, dom0, linux_rsdp_unrestricted
ok "note: SUPPORTED_FEATURES" number_is 11 '1 | 1 << 11 | 1 << 15'
ok "note: MOD_START_PFN, the initrd need not be mapped" number_is 10 1
ok "note: PHYS32_ENTRY, for PVH, is physical" \
	sh -c "[ $(number 12 || echo 0) -gt 0 ] && [ $(number 12 || echo 0) -lt $base ]"
ok "note: L1_MFN_VALID is PRESENT, mask and value" \
	[ "$(note d)" = "yes 01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00" ]

[ -f "$MX_KERNEL" ] || { fail "there is a bzImage: $MX_KERNEL"; done_testing; exit 1; }
setup=$(at "$MX_KERNEL" $((0x1f1)) 1)
payload=$((($(at "$MX_KERNEL" $((0x248)) 4)) + (setup + 1) * 512))
length=$(at "$MX_KERNEL" $((0x24c)) 4)
ok "bzImage: the payload is in gzip" \
	[ "$(od -An -tx1 -j$payload -N2 "$MX_KERNEL" | tr -d ' ')" = 1f8b ]
# Four bytes of length follow what gzip made.
tail -c +$((payload + 1)) "$MX_KERNEL" | head -c "$length" |
	gzip -dcq >"$T/payload" 2>/dev/null
check_elf "bzImage's payload" "$T/payload"
notes "$T/payload" >"$T/payload.notes"
ok "bzImage's payload has vmlinux's notes" sh -c \
	"[ -s $T/notes ] && cmp $T/notes $T/payload.notes"

# Of the linked kernel one cannot tell any more what the linker has filled in.
funnel=$(dirname "$(readlink -f "$MX_VMLINUX")")/arch/i386/rendezvous/funnel.o
unrelocated()
{
	objdump -r "$funnel" >"$T/relocations" &&
		grep -q 'elf32-i386' "$T/relocations" &&
		! grep -E '^[0-9a-f]+ +R_386_' "$T/relocations"
}
ok "the funnel has no relocation in it" unrelocated
done_testing
