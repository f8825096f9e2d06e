# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the scripts of this directory share: messages, checks, and an apt of our
# own below the build directory.  Sourced, never run; the caller has set "top".

# shellcheck disable=SC2154
BUILD=${BUILD:-$top/build}
# shellcheck disable=SC2034
SERIES=6.12

say()  { printf 'mach-xen: %s\n' "$*"; }
die()  { printf 'mach-xen: error: %s\n' "$*" >&2; exit 1; }

# abspath PATH: without asking that it exists
abspath()
{
	case $1 in
	/*) printf '%s\n' "$1" ;;
	*)  printf '%s/%s\n' "$PWD" "$1" ;;
	esac
}

# need_space DIR MIB WHAT: say so before a long step, not in the middle of it
need_space()
{
	free=$(df -Pm "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
	if [ -n "$free" ] && [ "$free" -lt "$2" ]; then
		die "no disk space: $3 needs $2 MiB below $1, $free MiB are free; make room or set BUILD=DIR"
	fi
}

# lock NAME: one run at a time per build directory; held until the script exits
lock()
{
	mkdir -p "$BUILD" || die "cannot create $BUILD; set BUILD=DIR"
	exec 9>"$BUILD/.lock-$1"
	if ! flock -n 9; then
		say "waiting for another run in $BUILD ($1)"
		flock 9
	fi
}

# end_tree PID: it and all that it started; a killed shell leaves its children
end_tree()
{
	for et in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		end_tree "$et"
	done
	kill "$1" 2>/dev/null || :
}

# quietly LOG COMMAND...: run a long command with its output in LOG, one dot
# every few seconds, and the end of LOG when it failed.  "quietly -t" tolerates
# failure: one line, no more.
quietly()
{
	qtail=20
	if [ "$1" = -t ]; then
		qtail=0
		shift
	fi
	qlog=$1
	shift
	"$@" >"$qlog" 2>&1 9>&- &
	qpid=$!
	# what runs in the background does not hear of Ctrl-C
	trap 'end_tree "$qpid"; exit 130' INT TERM HUP
	qdots=0
	qstart=$(date +%s)
	while kill -0 "$qpid" 2>/dev/null; do
		sleep 1
		qdots=$((qdots + 1))
		[ $((qdots % 5)) -ne 0 ] || printf '.'
	done
	qrc=0
	wait "$qpid" || qrc=$?
	trap - INT TERM HUP
	if [ "$qrc" -ne 0 ]; then
		if [ $qtail -eq 0 ]; then
			printf ' incomplete, going on (%s)\n' "$qlog"
			return 0
		fi
		printf ' failed\n'
		tail -n $qtail "$qlog" >&2
		return "$qrc"
	fi
	printf ' done, %s s\n' $(($(date +%s) - qstart))
}

# own_sources FILE deb|deb-src: the host's apt sources, rewritten to that type
# as one deb822 file per form.  The host's files are read, never written.
own_sources()
{
	rm -rf "$1"
	mkdir -p "$1"
	for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -f "$f" ] || continue
		sed -n "s/^[[:space:]]*deb\\(-src\\)\\{0,1\\}[[:space:]]/$2 /p" "$f"
	done | sed 's/arch=[^] ]*//' | sort -u > "$1/host.list"
	for f in /etc/apt/sources.list.d/*.sources; do
		[ -f "$f" ] || continue
		sed -e "s/^[Tt]ypes:.*/Types: $2/" -e '/^[Aa]rchitectures:/d' "$f"
		echo
	done > "$1/host.sources"
	[ -s "$1/host.list" ] || rm -f "$1/host.list"
	[ -s "$1/host.sources" ] || rm -f "$1/host.sources"
	ls "$1"/host.* >/dev/null 2>&1 ||
		die "no apt sources found in /etc/apt; add Debian's, or set DEPS=skip and give the files by hand (make help)"
}

# own_apt DIR ARCH TOOL ARGS...: TOOL (apt-get, apt-cache) with lists, caches
# and sources below DIR, as a machine of architecture ARCH
own_apt()
{
	oa_dir=$1 oa_arch=$2 oa_tool=$3
	shift 3
	mkdir -p "$oa_dir/lists/partial" "$oa_dir/cache/archives/partial"
	: > "$oa_dir/status"
	"$oa_tool" \
		-o Dir::State::lists="$oa_dir/lists" \
		-o Dir::State::status="$oa_dir/status" \
		-o Dir::Cache="$oa_dir/cache" \
		-o Dir::Etc::sourcelist=/dev/null \
		-o Dir::Etc::sourceparts="$oa_dir/sources" \
		-o APT::Architecture="$oa_arch" \
		-o APT::Architectures="$oa_arch" \
		-o APT::Sandbox::User="$(id -un)" \
		-o APT::Update::Post-Invoke-Success::=true \
		-o Acquire::Languages=none \
		-o Acquire::Retries=3 \
		"$@"
}

# mirror_of SUITE SOURCES LOG: a mirror out of what own_sources() wrote that has the
# suite. Other packagers' sources do not have it.
mirror_of()
{
	for mo in $(cat "$2"/host.* |
		sed -n 's/^[Uu][Rr][Ii]s: *//p; s/^deb[-src]* \(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' |
		tr ' ' '\n' | grep -v security); do
		/usr/lib/apt/apt-helper -o APT::Sandbox::User="$(id -un)" download-file \
			"$mo/dists/$1/InRelease" "$2/InRelease.tmp" >>"$3" 2>&1 || continue
		rm -f "$2/InRelease.tmp"
		printf '%s\n' "$mo"
		return 0
	done
	return 1
}

# xen_series: which Xen, by XEN_SERIES; $xen_suite is the Debian suite that has it, and
# $xen_of ends the names of directories for it
# shellcheck disable=SC2034
xen_series()
{
	xen_series=${XEN_SERIES:-4.17}
	case $xen_series in
	4.17) xen_suite=bookworm xen_of='' ;;
	4.20) xen_suite=trixie xen_of=-4.20 ;;
	*) die "XEN_SERIES=$xen_series: 4.17 (Debian 12) or 4.20 (Debian 13)" ;;
	esac
}

# suite_sources SUITE SOURCES deb|deb-src LOG: what own_sources() wrote, or where that
# does not have the suite, the suite from one of its mirrors
suite_sources()
{
	! grep -qw "$1" "$2"/host.* || return 0
	ss_mirror=$(mirror_of "$1" "$2" "$4") || return
	rm -rf "$2"
	mkdir -p "$2"
	echo "$3 $ss_mirror $1 main" >"$2/suite.list"
}

# base_tree DIR: the base kernel without us in DIR: the prepared tree with the
# files that the series touches put back and without the overlay, hard links for
# all others
base_tree()
{
	rm -rf "$1"
	cp -al "$BUILD/linux" "$1" 2>/dev/null || cp -a "$BUILD/linux" "$1"
	find "$1" -type l -lname "$top/*" -exec rm -f {} +
	sed -n 's|^+++ b/\([^	]*\).*|\1|p' "$top"/patches/$SERIES/*.patch | sort -u |
	while read -r bt_f; do
		rm -f "${1:?}/$bt_f"
		if [ -f "$BUILD/linux.state/pristine/$bt_f" ]; then
			cp -p "$BUILD/linux.state/pristine/$bt_f" "$1/$bt_f"
		fi
	done
}
