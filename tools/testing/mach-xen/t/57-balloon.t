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
free=$(free_at_rest 0)
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
free2=$(free_at_rest $((free - 4096)))
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
entry mem-set --script "$T/script"
entry dom0-1024
entry dom0-256
done_testing
