#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The table of boots: each entry is run by a test file, and says only what is known.
# Fails when: an entry is left over or missing, a key is misspelt, a check has no command.
. "$(dirname "$0")/tap.sh"
here=$top/tools/testing/mach-xen

# What stands before a call, of a test file
runs='^[[:space:]]*(MX_[A-Z]+=[^ ]* )*'
# left_over TABLE: entries that no file runs
left_over()
{
	sed -n 's|^\[\(.*\)\]$|\1|p' "$1" | while IFS=/ read -r lo_file lo_name; do
		cat "$here/t/$lo_file.t" "$here/full/$lo_file.t" 2>/dev/null |
			grep -Eq "$runs(boots|entry $lo_name)( |\$)" || echo "$lo_file/$lo_name"
	done
}
# missing TABLE [FILE...]: entries that a file runs, and files that run all of none
missing()
{
	mi_table=$1
	shift
	for mi in "$@"; do
		mi_file=$(basename "$mi" .t)
		sed -En "s/$runs(boots|entry ([a-z0-9-]+))( .*)?\$/\3/p" "$mi" | while read -r mi_name; do
			grep -q "^\[$mi_file/${mi_name:-.*}\]\$" "$mi_table" || echo "$mi_file/$mi_name"
		done
	done
}
# namesakes FILE...: files whose entries would be the same
namesakes() { for na; do basename "$na"; done | sort | uniq -d; }
# unknown TABLE: lines that entry() of boot.sh or scripts/boot would not understand
unknown()
{
	"$top/scripts/boot" --help >"$T/help"
	grep -Ev '^(#|\[[a-z0-9-]+/[a-z0-9-]+\]$|$)' "$1" | while IFS= read -r un_line; do
		case $un_line in
		'how = '*|'threads = one'|'verdict = no'|'file-system = ext4'|'kexec = '*) ;;
		'no-initrd = yes'|'no-verdict = yes'|'check = '*' | '[!\ #]*) ;;
		'check'*|'no-'*) echo "$un_line" ;;
		*' = '*)   grep -q -e "^ *--${un_line%% = *} " "$T/help" || echo "$un_line" ;;
		*)	   echo "$un_line" ;;
		esac
	done
}
# doubled TABLE: keys that stand twice in an entry, of which the last would count
doubled()
{
	awk '/^\[/ { entry = $0; delete seen } /^[a-z]/ && !/^(check|xl) / {
		if (seen[$1]++) print entry, $1 }' "$1"
}
twice() { sed -n 's|^\[\(.*\)\]$|\1|p' "$1" | sort | uniq -d; }
none() { "$@" >"$T/found"; cat "$T/found"; [ ! -s "$T/found" ]; }

ok "there are entries" grep -q '^\[30-xen-boot/xen\]$' "$here/boots.cfg"
ok "a test file runs each entry" none left_over "$here/boots.cfg"
ok "each entry that a file runs is there" \
	none missing "$here/boots.cfg" "$here"/t/*.t "$here"/full/*.t
ok "no two test files have one name" none namesakes "$here"/t/*.t "$here"/full/*.t
ok "each line is understood" none unknown "$here/boots.cfg"
ok "no entry stands there twice" none twice "$here/boots.cfg"
ok "no key stands in an entry twice" none doubled "$here/boots.cfg"

cat >"$T/bad.cfg" <<'END'
[30-xen-boot/nobody]
how = xen
memory = 256
no-initrd = no
check = without a command
check = with an empty one | 
mem = 1
mem = 2
[31-xen-selfcheck/xen]
[31-xen-selfcheck/xen]
END
ok "an entry that is left over is found" eval 'left_over "$T/bad.cfg" | grep -qx 30-xen-boot/nobody'
printf '%s\n' '	MX_TAG=2 entry other --vcpus 2' >"$T/31-xen-selfcheck.t"
printf '%s\n' '# entry commented' boots >"$T/32-none.t"
ok "one that is missing is found" eval 'missing "$T/bad.cfg" "$T/31-xen-selfcheck.t" |
	grep -qx 31-xen-selfcheck/other'
ok "a file that runs all of none is found" eval '
	[ "$(missing "$T/bad.cfg" "$T/32-none.t")" = 32-none/ ]'
ok "two files of one name are found" [ "$(namesakes t/50-a.t full/50-a.t t/51.t)" = 50-a.t ]
ok "a misspelt key is found" eval 'unknown "$T/bad.cfg" | grep -qx "memory = 256"'
ok "an option that is not set so is found" eval 'unknown "$T/bad.cfg" | grep -qx "no-initrd = no"'
ok "a check without a command is found" eval 'unknown "$T/bad.cfg" | grep -qx "check = without a command"'
ok "a check with an empty command is found" eval 'unknown "$T/bad.cfg" | grep -qx "check = with an empty one | "'
ok "a key that stands there twice is found" eval 'doubled "$T/bad.cfg" | grep -q " mem$"'
ok "an entry that stands there twice is found" eval 'twice "$T/bad.cfg" | grep -qx 31-xen-selfcheck/xen'
done_testing
