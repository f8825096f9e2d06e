# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What is to be put on a base kernel: the patches of patches/$SERIES/series and
# the overlay (this repository's files below the kernel's own directories).
# Sourced after lib.sh.

# shellcheck disable=SC2154
patches=$top/patches/$SERIES

series_list()
{
	[ -f "$patches/series" ] || return 0
	sed -e 's/[[:space:]]*#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$patches/series"
}

series_sum()
{
	series_list | while read -r p; do
		sha256sum < "$patches/$p" || echo missing
		echo "$p"
	done
}

# Names in a patch: "--- a/FILE" and "+++ b/FILE", each right before the other.
# Only the header counts, a removed line that starts with "-- a/" does not.
patch_files()
{
	awk '
	/^--- / { old = $2; held = 1; next }
	/^\+\+\+ / && held {
		if (old != "/dev/null") { sub(/^[^\/]*\//, "", old); print old }
		new = $2
		if (new != "/dev/null") { sub(/^[^\/]*\//, "", new); print new }
	}
	{ held = 0 }' "$1"
}

series_files()
{
	series_list | while read -r p; do
		[ -f "$patches/$p" ] || continue
		patch_files "$patches/$p"
	done | sort -u
}

overlay_files()
{
	( cd "$top" && for d in arch include drivers Documentation; do
		[ ! -d "$d" ] || find "$d" -type f ! -name '*~' \
			! -name '*.orig' ! -name '*.rej' ! -name '.*.sw?' \
			! -name '*.o' ! -name '.gitignore'
	done ) | sort
}

# apply_to_stage DIR LOG: the series, in order, without fuzz.  On failure
# applied_error says which patch and which file.
# shellcheck disable=SC2034
apply_to_stage()
{
	applied_error=
	series_list > "$2.series"
	while read -r p; do
		if [ ! -f "$patches/$p" ]; then
			applied_error="patches/$SERIES/series names $p, which is missing"
			return 1
		fi
		if ! patch -p1 -F0 -f --no-backup-if-mismatch -r - -d "$1" \
				< "$patches/$p" > "$2" 2>&1; then
			why=$(awk '
				/^patching file / { file = $3; next }
				/^can.t find file/ { miss = 1 }
				/^\|\+\+\+ / && miss { sub(/^[^\/]*\//, "", $2)
					print $2 " is missing"; exit }
				/FAILED|malformed|Reversed/ { if (file) print file ": " $0
					else print; exit }' "$2")
			applied_error="patch $p does not apply to this base (${why:-see $2})"
			return 1
		fi
	done < "$2.series"
	rm -f "$2.series" "$2"
}

# check_series DIR: is it a kernel tree of our series?
check_series()
{
	if [ ! -f "$1/Makefile" ] || [ ! -f "$1/Kbuild" ]; then
		die "$1 is no kernel source tree"
	fi
	have=$(awk '/^VERSION *=/ { v = $3 } /^PATCHLEVEL *=/ { p = $3 }
		END { print v "." p }' "$1/Makefile")
	[ "$have" = "$SERIES" ] ||
		die "$1 is a kernel of series $have; the patches are for $SERIES: give a tree of that series"
}

# check_unpatched DIR: none of our files may be there yet
check_unpatched()
{
	for f in $(overlay_files); do
		if [ -e "$1/$f" ] || [ -L "$1/$f" ]; then
			die "$1 is already patched: it has $f; give an unpatched tree of the $SERIES series"
		fi
	done
	if [ -d "$1/arch/i386" ]; then
		die "$1 is already patched: it has arch/i386; give an unpatched tree of the $SERIES series"
	fi
}
