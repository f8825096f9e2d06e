#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest that has nothing to do suspends, MX_SUSPENDS (60) times. Its two vcpus do that in
# turn, while the other one sleeps. Nine times of ten the guest goes on, else it is restored.
# The last suspend is a restore: it brings an xl that waits for the guest's end. The one that
# created the guest ends at the first suspend.
# Fails when: a vcpu that wakes up for the suspend finds its timer switched off, which the
# kernel warns about (kernel/time/clockevents.c); a vcpu has no timer afterwards.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"

suspends=${MX_SUSPENDS:-60}
echo "suspends=$suspends" >"$T/script"
cat >>"$T/script" <<'END'
up() { create && ready; }
suspends()
{
	s=0
	while [ $s -lt $suspends ]; do
		s=$((s + 1))
		guest "taskset -p $((s % 2 + 1)) \$(pidof xenwatch)" || return
		$bb sleep 2
		if [ $((s % 10)) -eq 0 ] || [ $s -eq $suspends ]; then
			save_restore || return
		else
			xl save -c guest /dev/null || return
		fi
		guest "taskset 1 sleep 0.1 && taskset 2 sleep 0.1" || return
	done
}
ok "the guest comes up" up
ok "$suspends suspends" suspends
ok "the guest ends" bye
done_testing
END
entry guest --script "$T/script" --timeout $((suspends * 15 + 300))
done_testing
