#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest of 1 GiB gives memory back and gets it again, by "xl mem-set", at rest and
# with a program that fills memory. A third of it is high memory, which the balloon
# takes first. The same in an initial domain, where gntdev maps pages over ballooned
# ones.
# Fails when: a page of high memory is treated as one of the direct map; a page that
# comes back has another one's contents or cannot be written; pages get lost; a target
# below what the guest needs ends it.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

cat >"$T/script" <<'END'
up() { create && ready; }
# Its results are not to be taken for the agent's.
filled() { guest "/tests/memfill >/tmp/filled || { sed 's/^/# /' /tmp/filled; false; }"; }
some_high() { high=$(mem_set "$1") && [ "${high:-0}" -gt 100000 ]; }
all_back() { [ "$(mem_set 1024)" = 0 ]; }

ok "the guest comes up" up
free=$(guest "sed -n 's/^MemFree: *\\([0-9]*\\).*/\\1/p' /proc/meminfo")
ok "down to 512 MiB, of which more than 100 MB are high memory" some_high 512
ok "memory is written and read back there" filled
ok "up again" all_back
ok "memory is written and read back there, too" filled
guest "{ /tests/memload 200 >/tmp/memload; echo \$? >/tmp/memload.rc; } 2>&1 &"
for round in 1 2 3; do
	ok "round $round, under load: down" some_high 600
	ok "round $round, under load: up" all_back
done
ok "the load found nothing wrong" guest "touch /tmp/memload.stop; n=0
	while [ ! -e /tmp/memload.rc ] && [ \$n -lt 200 ]; do n=\$((n + 1)); sleep 0.5; done
	cat /tmp/memload; exit \$(cat /tmp/memload.rc)"
free2=$(guest "sed -n 's/^MemFree: *\\([0-9]*\\).*/\\1/p' /proc/meminfo")
fact free_before "$free"
fact free_lost "$((free - free2))"
ok "a target below what the guest needs" xl mem-set guest 8
ok "... does not end the guest" guest "n=0; until dmesg | grep 'target of 8 MiB is out of reach'; do
	n=\$((n + 1)); [ \$n -lt 200 ] || exit 1; sleep 0.5; done
	/tests/smpcheck >/dev/null" 200
ok "up again" all_back
ok "xl list has 1024 MiB" eval 'xl list guest | grep -q " 1024 "'
ok "the guest ends" bye
done_testing
END
boot mem-set domu --mem 1024 --script "$T/script" --timeout 600
ok "the guest switched itself off" booted
rig_results
ok "less than 4 MiB lost" between free_lost -4096 4096
ok "nothing of the kernel's is a complaint" kernel_content
ok "Xen has no complaint about the guest" guest_content

# An initial domain, with high memory and without.
for mib in 1024 256; do
	boot "dom0-$mib" xen --mem $mib --run balloon --timeout 400
	ok "initial domain, $mib MiB: machine off" booted
	ktap balloon
	ok "initial domain, $mib MiB: nothing of the kernel's is a complaint" kernel_content
	ok "initial domain, $mib MiB: Xen has no complaint" xen_content
done
done_testing
