#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fields of the start_info that Xen gives an initial domain or a guest of xl have values that
# make no sense. The guest runs all the same, or it prints a message and ends; behind the
# message it may hang. A debugger changes the field at the kernel's first instruction.
# Not tried are fields without which the kernel has no clock or no console for a message:
# shared_info, SIF_INITDOMAIN, and a guest's console (the base's driver waits for ever for room
# in a page that nobody reads). More nr_pages than there are end in a panic that nobody sees.
# Fails when: the guest hangs or ends without a message; a bad initrd does more harm than not
# to be there.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

# Offsets as a 32-bit guest has them, by Xen's public header
cat >"$T/fields.c" <<'END'
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <xen/xen.h>
#define F(name, field) printf("%s %zu\n", name, offsetof(struct start_info, field))
int main(void)
{
	F("magic", magic);
	F("nr_pages", nr_pages);
	F("flags", flags);
	F("store_mfn", store_mfn);
	F("store_evtchn", store_evtchn);
	F("info_off", console.dom0.info_off);
	F("info_size", console.dom0.info_size);
	F("pt_base", pt_base);
	F("nr_pt_frames", nr_pt_frames);
	F("mfn_list", mfn_list);
	F("mod_start", mod_start);
	F("mod_len", mod_len);
	F("cmd_line", cmd_line);
	F("first_p2m_pfn", first_p2m_pfn);
	F("nr_p2m_frames", nr_p2m_frames);
	return 0;
}
END
offsets() { gcc -m32 -o "$T/fields" "$T/fields.c" && "$T/fields" >"$T/offsets"; }
ok "the fields' offsets" offsets
start=$(nm "$MX_VMLINUX" | awk '$3 == "startup_xen" { print $1 }')

# How it ended. A program that fails counts as a message.
outcome()
{
	if grep -q 'Unable to mount root fs' "$log"; then
		echo "lives, without an initrd"
	elif grep -Eq 'PANIC: early exception|kernel BUG at|BUG: |Oops: |Kernel panic|\(XEN\) Domain [0-9]+ \(vcpu#[0-9]+\) crashed' "$log"; then
		echo "a message"
	elif [ "$boot_rc" -eq 0 ]; then
		echo "lives"
	elif [ "$field" = cmd_line ] && grep -q 'Run /init as init process' "$log"; then
		echo "lives, with a shell"
	elif grep -q '^ *not ok ' "$log"; then
		echo "a program fails"
	else
		echo "nothing"
	fi
}
says_or_lives()
{
	grep '^mach-xen: done' "$T/gdb.log" || { tail "$T/gdb.log"; return 1; }
	case $field-$end in
	*-nothing) tail -n 30 "$log"; return 1 ;;
	mod_*-lives*) ;;
	mod_*) return 1 ;;
	esac
}

# spoil FIELD:VALUE in the guest that starts next
spoil()
{
	field=${1%:*} value=${1#*:}
	off=$(awk -v f="$field" '$1 == f { print $2 }' "$T/offsets")
	{
		printf '%s\n' "hbreak *0x$start" continue delete
		if [ "$field" = cmd_line ]; then
			printf '%s\n' "set \$i = 0" "while \$i < 1024" \
				"set {unsigned char}(\$rsi + $off + \$i) = $value" \
				"set \$i = \$i + 1" end
		else
			echo "set {unsigned int}(\$rsi + $off) = $value"
		fi
		printf '%s\n' 'printf "mach-xen: done\n"' detach
	} >"$T/script.gdb"
	debugger "$T/gdb.log" -x "$T/script.gdb"
	MX_TAG=$field-$value
}
# spoiled: how the boot of that went
spoiled()
{
	debugger_ends
	end=$(outcome)
	echo "$end" >>"$T/ends"
	ok "$en_how: $field = $value: $end" says_or_lives
	MX_TAG=''
}

for field in magic:0 nr_pages:0 nr_pages:1 \
	flags:0x2 flags:0xffffffff \
	info_off:0xffffffff info_size:0 info_size:0xffffffff pt_base:0 pt_base:0xc1000000 \
	nr_pt_frames:0 nr_pt_frames:0xffffffff mfn_list:0 mfn_list:0xc1000000 mfn_list:0xfffff000 \
	mod_start:0 mod_start:0xfffff000 mod_start:0x101000 mod_len:0 mod_len:0xffffffff cmd_line:0x61 \
	first_p2m_pfn:0xffffffff nr_p2m_frames:0xffffffff; do
	spoil "$field"
	entry dom0 --qemuflags "$gdb"
	spoiled
done
for field in flags:0xfffffffd store_mfn:0 store_mfn:0xffffffff store_evtchn:0 \
	store_evtchn:0xffffffff mod_start:0 mod_start:0xfffff000 mod_len:0xffffffff cmd_line:0x61; do
	spoil "$field"
	entry domu --qemuflags "$gdb"
	spoiled
done
sort "$T/ends" | uniq -c | sed 's/^/# /'
ok "some nonsense is noticed" grep -qx 'a message' "$T/ends"
ok "some does not matter" grep -qx 'lives' "$T/ends"
done_testing
