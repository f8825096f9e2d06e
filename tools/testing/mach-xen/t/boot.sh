# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that boot a machine: run it once, then judge its console.  Sourced
# after tap.sh.  What is booted comes from MX_KERNEL, MX_VMLINUX, MX_INITRD and
# MX_XEN, which "make check" sets; the test rig's dom0 is in the directory MX_DOM0.

MX_BUILD=${MX_BUILD:-$top/build}
MX_KERNEL=${MX_KERNEL:-$MX_BUILD/test/bzImage}
# shellcheck disable=SC2034
MX_VMLINUX=${MX_VMLINUX:-$MX_BUILD/test/vmlinux}
MX_INITRD=${MX_INITRD:-$MX_BUILD/initrd/initrd.gz}
MX_XEN=${MX_XEN:-$MX_BUILD/xen/xen.gz}
MX_DOM0=${MX_DOM0:-$MX_BUILD/dom0}
MX_LOGS=${MX_LOGS:-$MX_BUILD/logs}
mkdir -p "$MX_LOGS"

# boot NAME HOW OPTIONS...: one boot, HOW as in scripts/boot, or "menu" for grub from the
# disk that --disk names. Its console is in $log, with the carriage returns taken out,
# scripts/boot's verdict in $boot_rc and its last words in $boot_says.
boot()
{
	log=$MX_LOGS/$(basename "$0" .t)-$1.console
	boot_how=$2
	shift 2
	boot_kernel=$MX_KERNEL
	[ "$boot_how" != pvh ] || boot_kernel=$MX_VMLINUX
	case $boot_how in
	menu)	set -- grub "$@" ;;
	*)	set -- "$boot_how" --kernel "$boot_kernel" --initrd "$MX_INITRD" "$@" ;;
	esac
	set -- "$@" --unattended --log "$T/console"
	case $boot_how in
	xen)	set -- "$@" --xen "$MX_XEN" ;;
	shim)	set -- "$@" --dom0 "$MX_DOM0" --xen "$MX_DOM0/xen.gz" ;;
	domu|pvgrub2|pygrub)
		set -- "$@" --dom0 "$MX_DOM0" --xen "$MX_XEN" ;;
	esac
	boot_rc=0
	rm -f "$T/console"
	"$top/scripts/boot" "$@" >"$T/boot.out" 2>&1 || boot_rc=$?
	[ -f "$T/console" ] || : >"$T/console"
	tr -d '\r' <"$T/console" >"$log"
	boot_says=$(tail -n 1 "$T/boot.out")
	echo "# $boot_says"
}

# entry NAME OPTIONS...: the boot NAME of this file in boots.cfg, judged. More options may
# follow; the table's come first. With MX_TAG it is booted as NAME-MX_TAG.
entry()
{
	en=$1${MX_TAG:+-$MX_TAG}
	awk -v want="[$(basename "$0" .t)/$1]" '/^\[/ { on = $0 == want } on && /^[a-z]/' \
		"$top/tools/testing/mach-xen/boots.cfg" >"$T/entry"
	shift
	en_how='' en_run='' en_verdict='' en_fs='' en_kexec=''
	set -- "$@" --
	while IFS= read -r en_line; do
		en_key=${en_line%% = *}
		en_value=${en_line#* = }
		case $en_key in
		how)	 en_how=$en_value ;;
		verdict) en_verdict=$en_value ;;
		file-system) en_fs=$en_value ;;
		kexec)	 en_kexec=$en_value ;;
		check)	 ;;
		no-*)	 set -- "$@" "--$en_key" ;;
		threads) set -- "$@" --accel tcg,thread=single ;;
		*)	 set -- "$@" "--$en_key" "$en_value" ;;
		esac
	done <"$T/entry"
	# What was given goes behind what the table has.
	while [ "$1" != -- ]; do set -- "$@" "$1"; shift; done
	shift
	if [ -z "$en_how" ]; then
		fail "boots.cfg has an entry $en"
		return
	fi
	boot "$en" "$en_how" "$@"
	[ "$en_verdict" = no ] || judge "$@"
	sed -n 's/^check = //p' "$T/entry" >"$T/checks"
	# A command must not read the list.
	while IFS= read -r en_line <&3; do
		eval "ok \"\$en: \${en_line%% | *}\" ${en_line#* | }" </dev/null
	done 3<"$T/checks"
}

# boots: all of this file's entries, in their order
boots()
{
	for bo in $(sed -n "s|^\[$(basename "$0" .t)/\(.*\)\]\$|\1|p" \
		"$top/tools/testing/mach-xen/boots.cfg"); do
		entry "$bo"
	done
}

# judge OPTIONS...: what every boot must pass. The machine goes down by itself; a script
# in dom0 runs to its end; programs that print KTAP pass; the disk's file system is clean;
# nothing that the kernel or Xen says is a complaint. What the kernel before a kexec says
# goes to a file of its own, $log.first; the rest is $log.
judge()
{
	ju_disk='' ju_script=''
	while [ $# -gt 0 ]; do
		case $1 in
		--disk)	  ju_disk=$2 ;;
		--script) ju_script=y ;;
		--run)	  en_run=$2 ;;
		esac
		shift
	done
	ok "$en: the machine goes down by itself, and nothing failed" booted
	[ -z "$ju_script" ] || rig_results
	[ "$en_fs" != ext4 ] || ok "$en: its file system is clean" /sbin/e2fsck -fn "$ju_disk"
	if [ -n "$en_kexec" ]; then
		sed '/^mach-xen: kexec$/q' "$log" >"$log.first"
		sed -i '1,/^mach-xen: kexec$/d' "$log"
		ju_log=$log log=$log.first
		judge_kernel "the first kernel"
		log=$ju_log en_run=$en_kexec
	fi
	judge_kernel "the kernel"
	case $en_how in
	xen)	ok "$en: Xen has no complaint" xen_content ;;
	shim)	ok "$en: the shim has no complaint" shim_content ;;
	domu|pvgrub2|pygrub)
		ok "$en: Xen has no complaint about the guest" guest_content ;;
	esac
}

# What needs X86_64, a register that Xen hides, or the host's threads: no 32-bit PV guest
# has it, so none may claim it.
no_false_claim()
{
	# There are such files.
	fact_lacks vulnerability/meltdown '^$' || return 1
	! grep -E '^mach-xen: fact vulnerability/' "$log" |
		grep -E 'PTI|SMT disabled|Safe RET|untrained return|Mitigation: (Microcode|IBPB)|Aligned branch|BHI: (BHI_DIS_S|SW loop)'
}

# judge_kernel WHICH: the programs that it runs, and its own words
judge_kernel()
{
	for ju_run in $(echo "$en_run" | tr , ' '); do
		case $ju_run in
		report)	report_facts ;;
		kexec)	;;
		*)	ktap "$ju_run" ;;
		esac
	done
	ok "$en: nothing that $1 says is a complaint" kernel_content
	case $en_how:,$en_run, in
	xen:*,report,* | domu:*,report,* | shim:*,report,* | pvgrub2:*,report,* | pygrub:*,report,*)
		ok "$en: no mitigation is claimed that there cannot be" no_false_claim ;;
	esac
}

booted()
{
	[ "$boot_rc" -eq 0 ] && return
	echo "$boot_says"
	tail -n 12 "$log"
	return 1
}

# rig_results: what the rig's script found, one result for each, and that it ran to
# its end
rig_results()
{
	sed -n 's/^mach-xen: rig: //p' "$log" | tr -d '\000' >"$T/rig"
	rig_plan=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$T/rig")
	rig_seen=$(grep -Ec '^(not )?ok [0-9]+ - ' "$T/rig")
	grep -E '^(not )?ok [0-9]+ - |^# ' "$T/rig" >"$T/rig.results"
	while read -r rig_line; do
		case $rig_line in
		ok*) pass "${rig_line#ok * - }" ;;
		not*) tap_keep; fail "${rig_line#not ok * - }" ;;
		*) echo "$rig_line" ;;
		esac
	done <"$T/rig.results"
	ok "the script in dom0 ran to its end, with $rig_seen results" \
		[ "${rig_plan:-none}" = "$rig_seen" ]
}

# planned MIB: of an initial domain, all is where xen-image's plan says
planned()
{
	"$top/tools/xen-image/tests/compare-xen-log" \
		"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" "$MX_KERNEL" "$1" "$log"
}

# planned_shim MIB: so it is in the shim, less what that keeps
planned_shim()
{
	"$top/tools/xen-image/tests/compare-xen-log" --shim \
		"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" "$MX_KERNEL" "$1" "$log"
}

# info_planned [--or-above] LOADER IMAGE MIB: so is what the kernel says in
# /sys/kernel/mach_xen. On bare metal a kernel with KASLR wants nokaslr for that.
info_planned()
{
	planned_how=
	[ "$1" != --or-above ] || { planned_how=$1; shift; }
	# shellcheck disable=SC2086
	"$top/tools/xen-image/tests/compare-info" $planned_how \
		"${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" "$1" "$2" "$3" "$log"
}

# planned_initrd LOADER IMAGE MIB: the kernel found its initrd where the plan says
planned_initrd()
{
	planned_at=$("${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" plan --loader "$1" \
		--memory "$3" --initrd "$MX_INITRD" "$2" |
		sed -n 's/^  initrd .*physical \([0-9a-f]*\)-.*/\1/p')
	[ -n "$planned_at" ] || { echo "no plan for $2"; return 1; }
	has "RAMDISK: \[mem 0x$planned_at-"
}

# initrd_below LOADER IMAGE MIB: the kernel found its initrd not above what the plan says,
# and behind itself, of a loader that goes by the machine's memory map
initrd_below()
{
	below_at=$("${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" plan --loader "$1" \
		--memory "$3" --initrd "$MX_INITRD" "$2" |
		sed -n 's/.*the initrd goes as high .* to 0x\([0-9a-f]*\) or lower.*/\1/p')
	below_real=$(sed -n 's/.*RAMDISK: \[mem 0x\([0-9a-f]*\)-.*/\1/p' "$log" | tail -n 1)
	below_end=$(fact mach_xen/image_physical)
	echo "plan: to ${below_at:-?}, real: ${below_real:-?}, kernel: ${below_end:-?}"
	[ -n "$below_at" ] && [ -n "$below_real" ] && [ -n "$below_end" ] &&
		[ $((0x$below_real)) -le $((0x$below_at)) ] &&
		[ $((0x$below_real)) -gt $((0x${below_end#*-})) ]
}

# below_hole HOLE: the hypervisor's hole begins there, and the fixmap right below it
below_hole()
{
	fact_is mach_xen/hypervisor_start "$1" && fact_is mach_xen/fixmap_top \
		"$(printf '%08x' $(((0x$(fact mach_xen/hypervisor_start) & ~0x1fffff) - 0x1000)))"
}

# foretold LOADER IMAGE: the plan refuses it, and the loader said the same in the log,
# to which the plan may add something behind a colon
foretold()
{
	foretold_why=$("${MX_XEN_IMAGE:-$MX_BUILD/xen-image}" plan --loader "$1" "$2" |
		sed -n 's/^  REFUSED: //p')
	echo "plan: ${foretold_why:-takes it}"
	sed -n 's/^(XEN) //p; s/^error: \(.*\)\.$/\1/p' "$log" >"$T/foretold"
	while read -r foretold_line; do
		case $foretold_why in
		''|:*) ;;
		"$foretold_line"|"$foretold_line: "*) return 0 ;;
		esac
	done <"$T/foretold"
	echo "nothing of that in:"
	tail -n 8 "$T/foretold"
	return 1
}

# says REGEX: in scripts/boot's last words
says()
{
	echo "$boot_says" | grep -Eq -e "$1" && return
	echo "$boot_says"
	return 1
}

# fact KEY: the value /tests/report gave
fact() { sed -n "s|^mach-xen: fact $1=||p" "$log" | head -n 1; }

# fact_is KEY REGEX: anchored at both ends
fact_is()
{
	fact "$1" | grep -Eqx -e "$2" && return
	echo "$1 is '$(fact "$1")', not '$2'"
	return 1
}

# fact_lacks KEY REGEX: the fact is there, and nothing in it is like that
fact_lacks()
{
	[ -n "$(fact "$1")" ] || { echo "there is no fact $1"; return 1; }
	if fact "$1" | grep -Eq -e "$2"; then
		echo "$1 is '$(fact "$1")'"
		return 1
	fi
}

# between KEY LOW HIGH: a number, bounds included
between()
{
	case $(fact "$1") in
	''|*[!0-9]*) ;;
	*)	[ "$(fact "$1")" -ge "$2" ] && [ "$(fact "$1")" -le "$3" ] &&
			return ;;
	esac
	echo "$1 is '$(fact "$1")', not in $2..$3"
	return 1
}

has()   { grep -Eq -e "$1" "$log" || { echo "no line like: $1"; return 1; }; }
lacks()
{
	[ -s "$log" ] || { echo "there is no log"; return 1; }
	if grep -En -e "$1" "$log"; then
		return 1
	fi
}

# debugger LOG GDB-OPTION...: gdb in the machine that starts next with $gdb among its flags
# shellcheck disable=SC2034
gdb="-S -gdb unix:$T/gdb,server=on,wait=off"
debugger()
{
	db_log=$1
	shift
	rm -f "$T/gdb"
	(
		db_n=0
		while [ ! -S "$T/gdb" ] && [ $db_n -lt 100 ]; do
			sleep 0.2
			db_n=$((db_n + 1))
		done
		exec gdb -nx -batch -ex 'set pagination off' -ex 'set confirm off' \
			-ex "target remote $T/gdb" "$@" </dev/null
	) >"$db_log" 2>&1 &
	db_pid=$!
}
debugger_ends() { wait "$db_pid" || :; }

# kunit PASSED SKIPPED: how many of our KUnit tests ended so, and no other way, by the
# kernel's own parser. What programs print after the kernel's tests is none of its concern.
kunit()
{
	sed '/Run .* as init process/,$d' "$log" >"$T/kunit.log"
	python3 "$MX_BUILD/linux/tools/testing/kunit/kunit.py" parse --json="$T/kunit.json" \
		"$T/kunit.log" >"$T/kunit.out" 2>&1 || {
		cat "$T/kunit.out"
		return 1
	}
	python3 -c '
import json, sys
n = {}
for suite in json.load(open(sys.argv[1]))["sub_groups"]:
    if suite["name"].startswith("mach-xen-") or suite["name"] == "rendezvous":
        for case in suite["test_cases"]:
            n[case["status"]] = n.get(case["status"], 0) + 1
print(n)
sys.exit(n != {k: v for k, v in (("PASS", int(sys.argv[2])), ("SKIP", int(sys.argv[3]))) if v})
' "$T/kunit.json" "$1" "$2"
}

# ktap NAME: the guest's own test points, as ours, with what it printed about
# those that failed.  A guest that ended in the middle leaves its plan open:
# that is one more failure.  A skip is a failure too, unless $ktap_skips (a
# regular expression) names it.
ktap()
{
	ktap_begin=$tap_n
	sed -n "/^mach-xen: BEGIN $1\$/,/^mach-xen: RESULT $1 /p" "$log" >"$T/ktap"
	ktap_plan=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$T/ktap" | head -n 1)
	: >"$T/diag"
	while IFS= read -r ktap_line; do
		case $ktap_line in
		'ok '*'# SKIP'*)
			ktap_name=${ktap_line#ok }
			ktap_name=${ktap_name#* }
			cp "$T/diag" "$T/out"
			if echo "${ktap_name%% *}" |
			   grep -Eqx -e "${ktap_skips:-none}"; then
				pass "$1: $ktap_name"
			else
				fail "$1: ${ktap_name%%#*}(skipped:${ktap_name#*SKIP})"
			fi
			: >"$T/diag" ;;
		'ok '*)
			ktap_name=${ktap_line#ok }
			pass "$1: ${ktap_name#* }"
			: >"$T/diag" ;;
		'not ok '*)
			ktap_name=${ktap_line#not ok }
			cp "$T/diag" "$T/out"
			fail "$1: $(echo "${ktap_name#* }" | tr '#' ':')"
			: >"$T/diag" ;;
		*)	echo "$ktap_line" >>"$T/diag" ;;
		esac
	done <"$T/ktap"
	: >"$T/out"
	ok "$1: all ${ktap_plan:-?} results arrived" \
		[ "${ktap_plan:-0}" -gt 0 -a \
		  $((tap_n - ktap_begin)) -eq "${ktap_plan:-0}" ]
	ok "$1: the guest says pass" has "^mach-xen: RESULT $1 pass\$"
}

# What Xen may say once the guest runs.  Everything else is a complaint: a
# refused page table update, an instruction it would not emulate, a crash.
xen_may_say='Hardware Dom0 (halted|shutdown)|Dom0 halted|Preparing system for ACPI|Entering ACPI|Disabling non-boot CPUs|\*\*\* Serial input|PCI add device|PCI: |Broke affinity|Dom0 has maximum|d0: Forcing write emulation'

xen_complaints()
{
	# The hypervisor's own start ends with this line.
	awk '/^\(XEN\) Freed .*init memory/ { on = 1; next }
	     on && /\(XEN\)/ { sub(/.*\(XEN\)/, "(XEN)"); print }' "$log" |
		grep -Ev -e "^\\(XEN\\) *(\\[[^]]*\\] *)?($xen_may_say)" |
		grep -Ev '^\(XEN\) *$'
}

xen_content()
{
	has '^\(XEN\) Freed .*init memory' || return 1
	if xen_complaints >"$T/complaints" && [ -s "$T/complaints" ]; then
		head -n 20 "$T/complaints"
		return 1
	fi
}

# The same of the PV shim, which is the last Xen to speak of itself. It has no memory
# to give when the guest's balloon asks.
shim_content()
{
	awk '/\(XEN\) PVH start info/ { n = NR } { l[NR] = $0 }
	     END { for (i = n; n && i <= NR; i++) print l[i] }' "$log" >"$T/shim.log"
	(
		log=$T/shim.log
		xen_may_say="$xen_may_say|d[0-9]*v[0-9]* failed to allocate [0-9]* extents"
		xen_content
	)
}

# The same of a guest of xl
guest_content()
{
	grep -aEv -e "^\\(XEN\\) *(\\[[^]]*\\] *)?($xen_may_say)" "$log" >"$T/guest.log"
	(log=$T/guest.log; lacks '^\(XEN\).*[^a-z]d[1-9][0-9]*(v|:| )')
}

# Nothing in the kernel's own words is a warning; for any boot.
kernel_content() { has 'Linux version ' && no_complaint; }

# The same of a guest that has started elsewhere
no_complaint()
{
	[ -s "$log" ] || { echo "there is no log"; return 1; }
	# Lines of Xen's are xen_content's; one about a vulnerability is true, 32-bit
	# kernels have no mitigation for it.
	if grep -Ev '^mach-xen: fact |^\(XEN\) |Speculative Return Stack Overflow: ' "$log" |
	   grep -E \
	    'WARNING: |BUG: |Oops|Kernel panic|Call Trace:|rcu.*stall|soft lockup|unchecked MSR|segfault at.*init|APIC ID mismatch|topology borken|order not specification compliant'
	then
		return 1
	fi
}

# before REGEX COMMAND...: judge the log up to the first such line
before()
{
	has "$1" || return
	sed "/$1/,\$d" "$log" >"$T/before"
	shift
	(log=$T/before; "$@")
}

# The facts every boot of this image must show; needs "report" to have run.
report_facts()
{
	ok "$en: the kernel says in one line how it was entered" fact_is entered_lines 1
	ok "$en: not tainted" fact_is tainted 0
	ok "$en: no warning, bug or oops in the kernel's log" fact_is dmesg_WARNING 0
	ok "$en: no BUG in the kernel's log" fact_is dmesg_BUG 0
	ok "$en: no call trace in the kernel's log" fact_is dmesg_CallTrace 0
	ok "$en: no stall in the kernel's log" fact_is dmesg_rcustall 0
	ok "$en: time runs" fact_is uptime_is_running y
}

# joined FILE: the initrd and the files of $T/list. Archives follow one another, the
# kernel unpacks them all; but in one gzip stream, since GRUB unpacks modules, and only
# the first.
joined()
{
	"$(dirname "$(readlink -f "$MX_VMLINUX")")/usr/gen_init_cpio" "$T/list" >"$T/list.cpio" &&
		{ gzip -dc "$MX_INITRD" && cat "$T/list.cpio"; } | gzip -1n >"$1"
}

# Build guest/module for the kernel under test and let it join the initrd.
with_module()
{
	wm_obj=$(dirname "$(readlink -f "$MX_VMLINUX")")
	cp -r "$top/tools/testing/mach-xen/guest/module" "$T/module"
	ok "the modules build" make -C "$wm_obj" M="$T/module" modules
	{
		echo "dir /tests 0755 0 0"
		for wm in mx_kmod mx_live; do
			echo "file /tests/$wm.ko $T/module/$wm.ko 0644 0 0"
		done
	} >"$T/list"
	joined "$T/initrd.gz" && MX_INITRD=$T/initrd.gz
}
