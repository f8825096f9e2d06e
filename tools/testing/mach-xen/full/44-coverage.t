#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which lines of the C files in arch/i386 and of mach-xen-info.c are executed by the programs
# of the guest and by the unit tests: as initial domain, in a guest of xl that is saved and
# restored, and on bare metal from GRUB and by PVH. gcov counts, lcov makes a page of it,
# $MX_BUILD/full/coverage/html. Assembly and noinstr code cannot be counted. The patches and the
# inline functions of our headers are not counted. Of what is counted, this is left out: BUG();
# clear_bss(), which clears its own counts; what runs when the kernel gives up its CPUs, since
# nobody can read the counts then (t/55 has that).
# Fails when: less than 90 of 100 lines are executed, or a boot does not pass.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/../t/smp.sh"
. "$(dirname "$0")/full.sh"

config()
{
	test_config gcov && change_config gcov -e DEBUG_FS -e GCOV_KERNEL &&
		grep -qx 'CONFIG_GCOV_KERNEL=y' "$full/gcov/.config"
}
ok "configure" config
ok "build" kbuild gcov CC="$cc" GCOV_PROFILE_mach-xen-info.o=y \
	bzImage modules
MX_KERNEL=$full/gcov/arch/x86/boot/bzImage
MX_VMLINUX=$full/gcov/vmlinux
cov=$full/coverage
rm -rf "$cov"
mkdir -p "$cov"

# collect NAME: what that boot executed
collect()
{
	mkdir "$cov/$1"
	sed -n '/^mach-xen: gcov begins/,/^mach-xen: gcov ends/p' "$log" | tr -d '\r' |
		grep -Ex '[A-Za-z0-9+/=]+' | base64 -d | tar -xz -C "$cov/$1" || return
	# In the guest the counts are below the build directory's path.
	co_root=$cov/$1/$(readlink -f "$full/gcov")
	(cd "$co_root" && find . -name '*.gcda') >"$T/files"
	while read -r co_file; do
		cp "$full/gcov/${co_file%.gcda}.gcno" "$co_root/${co_file%.gcda}.gcno" || return
	done <"$T/files"
	lcov -q -c -d "$co_root" -o "$cov/$1.info"
}
cat >"$T/script" <<'END'
up() { create && ready; }
ok "the guest comes up" up
ok "a module that keeps pages mapped" guest "insmod /tests/mx_live.ko"
ok "saved and restored" save_restore
ok "the guest answers" guest true
# Their own results are not the agent's.
ok "it says how it works" guest "/tests/report >/dev/null"
ok "its counts" guest "/tests/gcov | grep -Ev '^(KTAP|1[.][.]|ok )'" 300
ok "the guest ends" bye
done_testing
END
entry xen
ok "xen: its counts arrive" collect xen
plain=$MX_INITRD
with_module
entry domu --script "$T/script"
ok "domu: its counts arrive" collect domu
# One more CPU than there is
MX_INITRD=$plain
ok "a table with CPUs 0 to 3, and 5" with_madt 0 1 2 3 5
MX_INITRD=$T/madt.gz
entry grub
MX_INITRD=$plain
ok "grub: its counts arrive" collect grub
entry pvh
ok "pvh: its counts arrive" collect pvh

page()
{
	lcov -q -a "$cov/xen.info" -a "$cov/domu.info" -a "$cov/grub.info" -a "$cov/pvh.info" \
		-o "$cov/all.info" &&
		lcov -q -e "$cov/all.info" '*/arch/i386/*' '*/mach-xen-info.c' \
			-o "$cov/ours.info" &&
		lcov -q -r "$cov/ours.info" '*_test.c' '*/test.h' -o "$cov/total.info" &&
		genhtml -q -o "$cov/html" "$cov/total.info"
}
ok "the page" page
lcov --list "$cov/total.info" | sed 's/^/# /'

# lines: "+" and "-", file and number, of each line that was and was not executed
lines()
{
	awk -F: '/^SF:/ { file = $2 }
		/^DA:/ { split($2, a, ","); print (a[2] ? "+" : "-"), file, a[1] }' \
		"$cov/total.info" |
	while read -r li_hit li_file li_n; do
		case $li_file in
		*/rendezvous.c | */start.c)
			! uncounted "$li_file" "$li_n" || continue ;;
		esac
		! sed -n "${li_n}p" "$li_file" | grep -q '^[[:space:]]*BUG();$' || continue
		# No echo: dash takes the "\n" of a text for a new line.
		printf '%s %s:%s %s\n' "$li_hit" "${li_file#*/linux/}" "$li_n" \
			"$(sed -n "${li_n}p" "$li_file")"
	done
}
# uncounted FILE LINE: the line is in a function whose counts nobody can read
uncounted()
{
	un=$T/${1##*/}.uncounted
	[ -e "$un" ] || awk '/^[a-z].*\(/ { name = $0 } { print NR, name }' "$1" |
		grep -E '[ *](clear_bss|leave_for_real_mode|mach_real_restart|rendezvous_stop_this_cpu|all_parked|rendezvous_stop_other_cpus)\(' |
		cut -d' ' -f1 >"$un"
	grep -qx "$2" "$un"
}
lines >"$cov/lines"
sed -n 's/^- /# not executed: /p' "$cov/lines"
enough()
{
	all=$(wc -l <"$cov/lines") hit=$(grep -c '^+ ' "$cov/lines")
	[ "$(grep -c '^[+-] ' "$cov/lines")" -eq "$all" ] || return
	echo "$hit of $all lines"
	[ "$all" -gt 500 ] && [ $((hit * 10)) -ge $((all * 9)) ]
}
ok "nine of ten lines are executed" enough
sed 's/^/# /' "$T/out"
done_testing
