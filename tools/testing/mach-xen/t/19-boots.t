#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The table of boots: each entry is run by a test file, and says only what is known.
# Fails when: an entry is left over, a key is misspelt, a check has no command.
. "$(dirname "$0")/tap.sh"
here=$top/tools/testing/mach-xen

# left_over TABLE: entries that no file runs
left_over()
{
	sed -n 's|^\[\(.*\)\]$|\1|p' "$1" | while IFS=/ read -r lo_file lo_name; do
		cat "$here/t/$lo_file.t" "$here/full/$lo_file.t" 2>/dev/null |
			grep -Eq "^(boots|entry $lo_name)( |\$)" || echo "$lo_file/$lo_name"
	done
}
# unknown TABLE: lines that entry() of boot.sh or scripts/boot would not understand
unknown()
{
	"$top/scripts/boot" --help >"$T/help"
	grep -Ev '^(#|\[[a-z0-9-]+/[a-z0-9-]+\]$|$)' "$1" | while IFS= read -r un_line; do
		case $un_line in
		'how = '*|'threads = one'|'verdict = no'|'file-system = ext4'|'check = '*' | '[!\ #]*) ;;
		'check'*)  echo "$un_line" ;;
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
ok "each line is understood" none unknown "$here/boots.cfg"
ok "no entry stands there twice" none twice "$here/boots.cfg"
ok "no key stands in an entry twice" none doubled "$here/boots.cfg"

cat >"$T/bad.cfg" <<'END'
[30-xen-boot/nobody]
how = xen
memory = 256
check = without a command
check = with an empty one | 
mem = 1
mem = 2
[31-xen-selfcheck/xen]
[31-xen-selfcheck/xen]
END
ok "an entry that is left over is found" eval 'left_over "$T/bad.cfg" | grep -qx 30-xen-boot/nobody'
ok "a misspelt key is found" eval 'unknown "$T/bad.cfg" | grep -qx "memory = 256"'
ok "a check without a command is found" eval 'unknown "$T/bad.cfg" | grep -qx "check = without a command"'
ok "a check with an empty command is found" eval 'unknown "$T/bad.cfg" | grep -qx "check = with an empty one | "'
ok "a key that stands there twice is found" eval 'doubled "$T/bad.cfg" | grep -q " mem$"'
ok "an entry that stands there twice is found" eval 'twice "$T/bad.cfg" | grep -qx 31-xen-selfcheck/xen'
done_testing
