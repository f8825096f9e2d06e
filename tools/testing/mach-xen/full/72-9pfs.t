#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A directory of dom0 by 9pfs, as "xl" offers it with QEMU for a back end: files are written,
# read, moved and removed on both sides, and what they hold is compared.
# Fails when: the front end does not connect, or a byte or a name is not the one that was
# written.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/../t/boot.sh"
. "$(dirname "$0")/full.sh"

# dom0_with_qemu: a copy of dom0 for scripts/boot, with Debian's QEMU for Xen
dom0=$full/9pfs-dom0
dom0_with_qemu()
(
	. "$top/scripts/lib.sh"
	apt() { own_apt "$dom0/apt" amd64 apt-get -y --no-install-recommends "$@"; }
	rm -rf "$dom0"
	own_sources "$dom0/apt/sources" deb
	suite_sources bookworm "$dom0/apt/sources" deb "$dom0/mirror.log" && apt update &&
		apt --download-only install qemu-system-xen || exit
	for deb in "$dom0"/apt/cache/archives/*.deb; do dpkg-deb -x "$deb" "$dom0/root" || exit; done
	cd "$dom0/root" || exit
	# The rig has its own hotplug scripts.
	rm -rf etc/xen usr/share/doc usr/share/man usr/share/locale usr/lib/ipxe usr/share/ipxe*
	find . >../files && cpio -o -H newc -R 0:0 --quiet <../files >../cpio && gzip -3nf ../cpio &&
		cat "$MX_DOM0/initrd.gz" ../cpio.gz >"$dom0/initrd.gz" &&
		cp "$MX_DOM0/vmlinuz" "$MX_DOM0/xen.gz" "$dom0/" &&
		rm -rf "$dom0/apt" "$dom0/root" ../files ../cpio.gz
)
ok "a dom0 with QEMU" dom0_with_qemu
MX_DOM0=$dom0

cat >"$T/script" <<'END'
$bb mkdir -p /srv/share
$bb dd if=/dev/urandom of=/srv/share/host bs=1M count=4 2>/dev/null
sum() { $bb md5sum <"$1" | $bb cut -d' ' -f1; }
up() { create && ready; }
mounted()
{
	guest "mkdir -p /tmp/9p && mount -t 9p -o trans=xen,version=9p2000.L,msize=65536 share /tmp/9p &&
		grep ' 9p ' /proc/mounts"
}
reads() { guest "[ \$(md5sum </tmp/9p/host | cut -d' ' -f1) = $(sum /srv/share/host) ]" 120; }
writes()
{
	they=$(guest "dd if=/dev/urandom of=/tmp/9p/guest bs=64k count=64 2>/dev/null && sync && md5sum </tmp/9p/guest" 120) &&
		[ "${they%% *}" = "$(sum /srv/share/guest)" ]
}
names()
{
	guest "cd /tmp/9p && mkdir d && for i in \$(seq 100); do echo \$i >d/\$i || exit 1; done
		mv d/1 d/one && rm d/2 && ln -s one d/link && [ \$(cat d/link) = 1 ] && chmod 600 d/3" 120 &&
		[ "$($bb ls /srv/share/d | $bb wc -l)" = 100 ] &&
		[ "$($bb cat /srv/share/d/one)" = 1 ] && [ "$($bb cat /srv/share/d/100)" = 100 ] &&
		[ "$($bb stat -c %a /srv/share/d/3)" = 600 ] && [ -L /srv/share/d/link ] &&
		[ ! -e /srv/share/d/1 ] && [ ! -e /srv/share/d/2 ]
}
seen()
{
	echo from the host >/srv/share/d/new && $bb rm /srv/share/d/4 &&
		guest "[ \"\$(cat /tmp/9p/d/new)\" = 'from the host' ] && [ ! -e /tmp/9p/d/4 ]"
}
at_once()
{
	guest "cd /tmp/9p && for i in 1 2 3 4; do
			(dd if=host of=copy\$i bs=4k 2>/dev/null && cmp host copy\$i && echo good >>/tmp/good) &
		done; wait; [ \$(wc -l </tmp/good) = 4 ]" 300 &&
		for i in 1 2 3 4; do
			$bb cmp /srv/share/host "/srv/share/copy$i" || return
		done
}
ok "the guest comes up" up
ok "it mounts the directory" mounted
ok "it reads what dom0 wrote" reads
ok "dom0 reads what it writes" writes
ok "a hundred files, a link, modes" names
ok "it sees what dom0 does" seen
ok "four copies at once, on two vcpus" at_once
ok "it unmounts the directory" guest "umount /tmp/9p"
ok "the guest ends" bye
done_testing
END
entry guest --script "$T/script"
done_testing
