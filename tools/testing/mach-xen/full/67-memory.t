#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guests of 128 MiB to 6 GiB whose memory is filled, ballooned and, with 3 GiB, moved;
# more memory than at the start (maxmem=); processes that want more than the balloon has
# left; grants of version 1 and 2, event channels by FIFO and by two levels. In the end
# the balloon goes up and down for an hour in a guest that uses its memory.
# Fails when: a guest of some size does not start or loses a page, the balloon does not
# reach what is asked for, want of memory ends the guest and not a process, a guest above
# 2 GiB cannot be moved, a front end does not work with the other ABI.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

# memory NAME MIB OPTIONS...: the script on standard input, judged
memory()
{
	me=$1
	mib=$2
	shift 2
	{
		cat <<'END'
up() { create && ready; }
filled() { guest "/tests/memfill >/tmp/filled; rc=\$?; sed 's/^/# /' /tmp/filled; exit \$rc" "${1:-300}"; }
# disk: a device of the guest's own is attached, used, and taken away
disk()
{
	$bb dd if=/dev/urandom of=/tmp/xvdb bs=1M count=16 2>/dev/null
	xl block-attach guest "format=raw,vdev=xvdb,access=rw,target=/tmp/xvdb" || return
	sum=$(guest "n=0; until [ -b /dev/xvdb ]; do n=\$((n + 1)); [ \$n -lt 60 ] || exit 1; sleep 0.2; done
		dd if=/dev/xvdb bs=64k iflag=direct 2>/dev/null | md5sum") || return
	[ "$sum" = "$($bb md5sum </tmp/xvdb)" ] && xl block-detach guest xvdb
}
END
		echo "mib=$mib"
		cat
		echo 'ok "the guest ends" bye'
		echo done_testing
	} >"$T/script"
	boot "$me" domu --mem "$mib" --script "$T/script" "$@"
	ok "$me: the guest switched itself off" booted
	rig_results
	ok "$me: Xen has no complaint about the guest" guest_content
}
well() { ok "$me: nothing of the kernel's is a complaint" kernel_content; }

memory 128 128 --timeout 600 <<'END'
ok "128 MiB: the guest comes up" up
ok "128 MiB: memory keeps its contents" filled
ok "128 MiB: down to 80 MiB" mem_set 80
ok "128 MiB: memory keeps its contents" filled
ok "128 MiB: up again" mem_set 128
ok "128 MiB: less than the guest needs is not asked for, or not given" eval '
	xl mem-set guest 8; $bb sleep 20; guest true'
ok "128 MiB: up again" mem_set 128
ok "128 MiB: memory keeps its contents" filled
END
well

memory 3072 3072 --spare 3300 --timeout 1800 <<'END'
ok "3 GiB: the guest comes up" up
ok "3 GiB: memory keeps its contents" filled 900
ok "3 GiB: down to 1 GiB" mem_set 1024 300
ok "3 GiB: up again" mem_set 3072 300
ok "3 GiB: memory keeps its contents" filled 900
ok "3 GiB: it moves to the same host" migrate
ok "3 GiB: the guest answers" guest true
ok "3 GiB: memory keeps its contents" filled 900
END
well

memory 6144 6144 --timeout 2400 <<'END'
ok "6 GiB: the guest comes up" up
ok "6 GiB: memory keeps its contents" filled 1800
ok "6 GiB: down to 4 GiB" mem_set 4096 300
ok "6 GiB: up again" mem_set 6144 300
END
well

memory maxmem 256 --spare 400 --dom0-mem 1200 --xl 'maxmem = 640' --timeout 900 <<'END'
ok "maxmem: the guest comes up" up
ok "maxmem: it has what it was started with" guest "[ \$(awk '/MemTotal/ { print \$2 }' /proc/meminfo) -lt 262144 ]"
ok "maxmem: up to 640 MiB" mem_set 640
ok "maxmem: it has that" guest "grep MemTotal /proc/meminfo; [ \$(awk '/MemTotal/ { print \$2 }' /proc/meminfo) -gt 600000 ]"
ok "maxmem: memory keeps its contents" filled
ok "maxmem: down to 192 MiB" mem_set 192
ok "maxmem: memory keeps its contents" filled
ok "maxmem: saved and restored" save_restore
ok "maxmem: the balloon has what it had" guest "[ \$(cat /sys/devices/system/xen_memory/xen_memory0/info/current_kb) = 196608 ]"
ok "maxmem: up to 640 MiB" mem_set 640
ok "maxmem: memory keeps its contents" filled
END
well

# tail keeps a line of that length, so it wants all the memory there is.
memory oom 512 --timeout 900 <<'END'
ok "oom: the guest comes up" up
ok "oom: down to 160 MiB" mem_set 160
ok "oom: a process that wants 400 MiB ends, not the guest" eval '
	guest "head -c 400000000 /dev/zero | tail -n 1 >/dev/null; dmesg | grep -i \"out of memory\"" 300'
ok "oom: up again" mem_set 512
ok "oom: memory keeps its contents" filled
END

for version in 1 2; do
	memory "grants-$version" 160 --cmdline "grant_table.version=$version xen.fifo_events=$((version - 1))" \
		--xl "vif = [ 'bridge=xenbr0' ]" --dom0-mem 900 --timeout 400 <<'END'
ok "the guest comes up" up
ok "a disk is read" disk
ok "saved and restored" save_restore
ok "a disk is read after that" disk
END
	well
	ok "grants of version $version" has "Grant tables using version $version layout"
done
log=$MX_LOGS/$(basename "$0" .t)-grants-1.console
ok "event channels by two levels" has 'Using 2-level ABI'
log=$MX_LOGS/$(basename "$0" .t)-grants-2.console
ok "event channels by FIFO" has 'Using FIFO-based ABI'

seconds=${MX_SECONDS:-3600}
memory hour 512 --vcpus 2 --timeout $((seconds + 600)) <<END
ok "an hour: the guest comes up" up
guest "{ /tests/memload 100 >/tmp/memload; echo \\\$? >/tmp/memload.rc; } 2>&1 &"
end=\$((\$(\$bb date +%s) + $seconds))
n=0
failed=0
while [ "\$(\$bb date +%s)" -lt \$end ]; do
	n=\$((n + 1))
	mem_set 200 >/tmp/out 2>&1 && mem_set 512 >/tmp/out 2>&1 || { failed=\$((failed + 1)); \$bb cat /tmp/out; }
done
fact rounds \$n
ok "an hour: the balloon got there \$n times" [ \$failed -eq 0 ]
ok "an hour: the load found nothing wrong" guest "touch /tmp/memload.stop; n=0
	while [ ! -e /tmp/memload.rc ] && [ \\\$n -lt 200 ]; do n=\\\$((n + 1)); sleep 0.5; done
	cat /tmp/memload; exit \\\$(cat /tmp/memload.rc)"
END
well
ok "an hour: more than ten rounds" between rounds 11 1000000
done_testing
