# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that move a guest, with an initrd, while it uses its disk and its network
# interface. Sourced after boot.sh; rig.sh has what loads its CPUs and memory.

# load_words: what a script in dom0 needs
load_words()
{
	cat <<'END'
# Blocks are written to the disk and read back, until there is a file /tmp/stop.
disk_load()
{
	guest "dd if=/dev/urandom of=/tmp/blocks bs=64k count=16 2>/dev/null
		(
			rounds=0
			while [ ! -e /tmp/stop ]; do
				dd if=/tmp/blocks of=/dev/xvda bs=64k oflag=direct 2>/dev/null &&
					dd if=/dev/xvda of=/tmp/back bs=64k count=16 iflag=direct 2>/dev/null &&
					cmp /tmp/blocks /tmp/back || exit
				rounds=\$((rounds + 1)); sleep 0.5
			done
			echo \"# \$rounds rounds on the disk\"
			[ \$rounds -gt 0 ]
		) >/tmp/disk 2>&1 && echo 0 >/tmp/disk.rc || echo 1 >/tmp/disk.rc &"
}
# Numbers go from the guest to here over one connection, until there is that file.
net_load()
{
	# That side sends nothing, but keeps the connection open.
	$bb tail -f /dev/null | $bb nc -l -p 5002 >/tmp/lines &
	guest "for d in /sys/class/net/*/device/nodename; do d=\${d%/device/*}; d=\${d##*/}; done
		ip addr add 10.0.0.2/24 dev \$d && ip link set \$d up && ping -c 2 -w 20 10.0.0.1 || exit
		(
			n=0
			while [ ! -e /tmp/stop ]; do n=\$((n + 1)); echo \$n; sleep 0.2; done
			echo end
		) | nc 10.0.0.1 5002 >/dev/null 2>&1 &"
}
# more_lines: that connection goes on
more_lines()
{
	lines=$($bb wc -l </tmp/lines)
	$bb sleep 3
	echo "$lines lines, then $($bb wc -l </tmp/lines)"
	[ "$($bb wc -l </tmp/lines)" -gt "$lines" ]
}
# all_lines: it has ended, and every number came once
all_lines()
{
	n=0
	until $bb grep -qx end /tmp/lines; do
		n=$((n + 1)); [ $n -lt 60 ] || break; $bb sleep 0.5
	done
	lines=$(($($bb wc -l </tmp/lines) - 1))
	{ $bb seq $lines; echo end; } | $bb cmp - /tmp/lines && [ $lines -gt 50 ]
}
END
}
