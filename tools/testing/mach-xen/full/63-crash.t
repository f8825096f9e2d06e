#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest's core, by "xl dump-core" and by on_crash, is opened by crash (8.0.6, as Debian 13
# has it for i386): tasks and where they sleep, a process's memory, the log, the list of
# frames, the panic. The guest has two vcpus and high memory, its kernel debug information.
# Fails when: crash does not open it, or finds anything else in it than the guest had.
#
# What crash needs help with is its own. It looks for sys_open(), which i386 has not had since
# 5.7 (its x86.c:4485): a copy of vmlinux gets the name. It does not know SLUB_TINY. Its "ps"
# of a process ends it, by eight bytes read into a long (its tools.c:6954): "ps -l" does not.
# gdb does not know the file's format.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

# crash and its libraries, unpacked; it runs from there
root=$full/crash-root
fetch()
(
	. "$top/scripts/lib.sh"
	apt() { own_apt "$root/apt" i386 apt-get -y --no-install-recommends "$@"; }
	[ ! -e "$root/.complete" ] || exit 0
	rm -rf "$root"
	own_sources "$root/apt/sources" deb
	suite_sources trixie "$root/apt/sources" deb "$root/mirror.log" && apt update &&
		apt --download-only install crash || exit
	for deb in "$root"/apt/cache/archives/*.deb; do dpkg-deb -x "$deb" "$root" || exit; done
	rm -rf "$root/apt" && touch "$root/.complete"
)
named() { objcopy --add-symbol "sys_open=0x$(nm "$1" | sed -n 's/ T __ia32_sys_open$//p')" "$@"; }
ok "configure" eval 'test_config crash && change_config crash -d DEBUG_INFO_NONE \
	-e DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT'
ok "build" kbuild crash CC="$cc" bzImage
ok "fetch crash" fetch
ok "the name that crash looks for" named "$full/crash/vmlinux" "$T/vmlinux"
MX_KERNEL=$full/crash/arch/x86/boot/bzImage
release=$(cat "$full/crash/include/config/kernel.release")

mark=mx$$
truncate -s 512M "$T/drive"
{
	echo "mark=$mark"
	cat <<'END'
up() { create && ready && guest "hostname $mark"; }
# started NAME COMMAND: in the guest's background; fact NAME is its last process
started() { fact "$1" "$(guest "$2 >/dev/null 2>&1 & echo \$!")"; }
# out FILE MIB: to the host, from there on in the drive
out() { size=$($bb stat -c %s "$1") && $bb dd if="$1" of=/dev/nvme0n1 bs=1M seek="$2"; }
crashed()
{
	guest "echo 1 >/proc/sys/kernel/sysrq"
	guest_start "taskset 2 sh -c 'echo c >/proc/sysrq-trigger'"
	gone 120 && out /var/lib/xen/dump/* 256 && $bb sync
}
$bb mkdir -p /var/lib/xen/dump
ok "the guest comes up" up
started sleep "MARK=$mark sleep 1000"
started pipe "sleep 1001 | cat"
started busy "while :; do :; done"
$bb sleep 3
ok "xl dump-core" eval 'xl dump-core guest /tmp/core && out /tmp/core 0 && $bb rm /tmp/core'
fact live $size
ok "the guest goes on" guest true
ok "on_crash: the guest is dumped and destroyed" crashed
fact dead $size
done_testing
END
} >"$T/script"
entry xl --script "$T/script" --qemuflags "-drive if=none,id=core,format=raw,file=$T/drive
	-device nvme,drive=core,serial=core"
rig_results

core() { dd if="$T/drive" of="$T/$1" bs=1M skip="$2" && truncate -s "$(fact "$1")" "$T/$1"; }
# says CORE COMMAND REGEX...: what crash answers, in $T/said, has a line for each. All
# answers are in a file beside the console.
says()
{
	says_lib=$root/usr/lib/i386-linux-gnu says_log=${log%.console}.crash
	printf '%s\nquit\n' "$2" | HOME=$T TERM=dumb "$says_lib/ld-linux.so.2" \
		--library-path "$says_lib" "$root/usr/bin/crash" --no_kmem_cache -s \
		"$T/vmlinux" "$T/$1" >"$T/said" 2>&1 || { cat "$T/said"; return 1; }
	{ echo "$1> $2"; cat "$T/said"; } >>"$says_log"
	shift 2
	for re; do grep -Eq -e "$re" "$T/said" || { echo "no line like: $re"; return 1; }; done
}
# frames: the kernel's list, which only page tables lead to, is the tool stack's
frames()
{
	says live 'p xen_p2m_addr' && fr_at=$(sed -n 's/.*(unsigned long \*) //p' "$T/said")
	fr_p2m=$(readelf -SW "$T/live" | awk '/ \.xen_p2m / { print "0x" $6 }')
	od -An -v -tu8 -w16 -j $((fr_p2m)) -N $((40960 * 16)) "$T/live" |
		awk '{ print $1, $2 }' >"$T/p2m"
	says live "rd -32 -d $fr_at 40960" && sed -n 's/^[0-9a-f]*: *//p' "$T/said" |
		tr -s ' ' '\n' | grep . | awk '{ print NR - 1, $1 }' | cmp - "$T/p2m"
}
ok "both cores came out" eval 'core live 0 && core dead 256'
rm -f "${log%.console}.crash"
entry='do_(int80_syscall|SYSENTER)_32 at' user='CS:  0073 '
ok "the guest" says live sys "RELEASE: $release\$" 'CPUS: 2$' "NODENAME: $mark\$" 'PANIC: ""'
ok "its log" says live log "\\] Linux version $release " 'Run /init as init process'
ok "its tasks" says live 'ps -l' "\[IN\] +PID: $(fact sleep) .*\"sleep\"" \
	"\[IN\] +PID: $(fact pipe) .*\"cat\"" "\[RU\] +PID: $(fact busy) .*\"sh\""
ok "one sleeps" says live "bt $(fact sleep)" '__schedule at' 'do_nanosleep at' \
	' hrtimer_nanosleep at' '__ia32_sys_.*nanosleep.* at' "$entry" "$user"
ok "one waits for a pipe" says live "bt $(fact pipe)" ' schedule at' 'pipe_read at' \
	'vfs_read at' 'ksys_read at' "$entry" "$user"
ok "a thread of the kernel: every frame" says live 'foreach xenwatch bt' '#0 .* __schedule at' \
	'#1 .* schedule at' '#2 .* xenwatch_thread at' '#3 .* kthread at' '#4 .* ret_from_fork at'
ok "a process's own memory" says live "ps -a $(fact sleep)" '^ARG: sleep 1000' " MARK=$mark\$"
ok "the list of frames" frames
ok "the panic" says dead sys 'CPUS: 2 .OFFLINE: 1' 'PANIC: "Kernel panic - .*sysrq triggered crash"'
ok "its task" says dead bt 'CPU: 1 .*"sh"$' '#0 .* panic at' '#1 .* sysrq_handle_crash at' \
	'#2 .* __handle_sysrq at' 'vfs_write at' 'ksys_write at' "$entry" "$user"
head -c $(($(fact live) / 2)) "$T/live" >"$T/half"
refused "half a core is none" 'do not match' says half sys
done_testing
