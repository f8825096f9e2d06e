#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# One image for two kinds of loaders: the ELF headers hold physical addresses,
# for those that load without paging; Xen's notes hold VIRT_BASE and the virtual
# entry, for those that add it; and the bzImage holds that very ELF, in gzip,
# which every unpacker knows.
# Fails when: LOAD_OFFSET is not applied to a segment or to the entry, a note
# is missing or holds the wrong kind of address, or the compressor changes.
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
	inside=n
	while read -r type _ _ paddr _ memsz _; do
		[ "$type" = LOAD ] || continue
		if [ $((entry)) -ge $((paddr)) ] &&
		   [ $((entry)) -lt $((paddr + memsz)) ]; then
			inside=y
		fi
	done <"$T/segments"
	ok "$1: the entry point $entry is physical, in a segment" \
		[ $inside = y ]
}

# note TYPE: "yes" and the description of one of Xen's notes, as hex bytes
note()
{
	awk -v want="$1" '
	/^ *Xen / { xen = 1; next }
	/^ *[A-Za-z]+ +0x/ { xen = 0 }
	xen && /\(0x0*[0-9a-f]+\)/ {
		match($0, /\(0x0*[0-9a-f]+\)/)
		type = substr($0, RSTART + 3, RLENGTH - 4)
		sub(/^0+/, "", type)
		on = type == want
	}
	on && /description data:/ {
		sub(/.*description data: */, "")
		printf "yes %s\n", $0
		exit
	}' "$T/notes"
}

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

symbol() { nm "$MX_VMLINUX" | awk -v s="$1" '$3 == s { print "0x" $1; exit }'; }

[ -f "$MX_VMLINUX" ] || { fail "there is a vmlinux: $MX_VMLINUX"; done_testing; exit 1; }
check_elf vmlinux "$MX_VMLINUX"
ok "the entry point is startup_32, less LOAD_OFFSET" \
	[ $((entry + base)) -eq $(($(symbol startup_32))) ]

readelf -nW "$MX_VMLINUX" >"$T/notes" 2>/dev/null
# The numbers are those of Xen's public/elfnote.h.
ok "note: VIRT_BASE is 0xC0000000" number_is 3 0xc0000000
ok "note: PADDR_OFFSET is 0: p_paddr is physical already" number_is 4 0
xen_entry=$(number 1 || echo 0)
ok "note: ENTRY is virtual" [ "$xen_entry" -ge $base ]
ok "note: ENTRY is not the bare-metal entry" \
	[ "$xen_entry" -ne $((entry + base)) ]
ok "note: PAE_MODE, with room above 4 GiB" \
	text_is 9 'yes,extended-cr3|yes\[extended-cr3\](,bimodal)?'
ok "note: LOADER is generic" text_is 8 generic
ok "note: GUEST_OS is linux" text_is 6 linux
ok "note: XEN_VERSION" text_is 5 xen-3.0
ok "note: HV_START_LOW leaves the hypervisor its place" \
	sh -c "[ $(number c || echo 0) -gt $((0xe0000000)) ] &&
	       [ $(number c || echo 0) -le $((0xf5800000)) ]"
ok "note: FEATURES or SUPPORTED_FEATURES" \
	[ -n "$(note a)" -o -n "$(note 11)" ]
ok "note: PHYS32_ENTRY, for PVH, is physical" \
	sh -c "[ $(number 12 || echo 0) -gt 0 ] && [ $(number 12 || echo 0) -lt $base ]"
ok "note: L1_MFN_VALID" [ -n "$(note d)" ]

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
readelf -nW "$T/payload" 2>/dev/null | grep -v '^File:' >"$T/payload.notes"
ok "bzImage's payload has vmlinux's notes" sh -c \
	"grep -v '^File:' $T/notes | grep -q Xen &&
	 grep -A1 'Xen' $T/notes >$T/n1; grep -A1 'Xen' $T/payload.notes >$T/n2
	 cmp $T/n1 $T/n2"
done_testing
