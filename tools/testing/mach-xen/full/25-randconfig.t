#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A handful of random configs compile: seeds 1 to RANDCONFIGS (3), or SEEDS.
# Only built-in code is linked; modules are random enough without. One option
# in eight is on (KCONFIG_PROBABILITY), so that a seed takes minutes; what the
# subarch cannot be without is given, with a CPU and with or without SMP by seed.
# And options that the subarch cannot be with are refused.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/full.sh"
# What takes long and has nothing to do with us.
printf '%s\n' CONFIG_X86_PAE=y CONFIG_HIGHMEM64G=y CONFIG_VMSPLIT_3G=y \
	CONFIG_HYPERVISOR_GUEST=y CONFIG_PARAVIRT=y CONFIG_XEN=y \
	CONFIG_X86_GENERIC=y CONFIG_X86_MACH_XEN=y \
	'# CONFIG_HIGHPTE is not set' '# CONFIG_PREEMPT_RT is not set' '# CONFIG_MODULES is not set' \
	'# CONFIG_DRM is not set' '# CONFIG_SOUND is not set' \
	'# CONFIG_MEDIA_SUPPORT is not set' '# CONFIG_STAGING is not set' \
	'# CONFIG_WERROR is not set' '# CONFIG_DEBUG_INFO is not set' \
	'# CONFIG_GCC_PLUGINS is not set' '# CONFIG_KCOV is not set' \
	'# CONFIG_WLAN is not set' '# CONFIG_COMPILE_TEST is not set' >"$T/common.config"
records() { grep -qx CONFIG_X86_MACH_XEN=y "$full/rand$1/.config"; }
for seed in ${SEEDS:-$(seq 1 "${RANDCONFIGS:-3}")}; do
	rm -f "$MX_LOGS/full-rand$seed.log"
	set -- MATOM M686 MCORE2 MPENTIUM4 MK8
	shift $((seed % 5))
	smp=CONFIG_SMP=y
	[ $((seed % 3)) -ne 0 ] || smp=CONFIG_X86_UP_APIC=y
	{ cat "$T/common.config"; echo "CONFIG_$1=y"; echo $smp; } >"$T/all.config"
	ok "seed $seed: configure" env KCONFIG_SEED="$seed" \
		KCONFIG_PROBABILITY="${KCONFIG_PROBABILITY:-12}" KCONFIG_ALLCONFIG="$T/all.config" \
		make -s -C "$MX_BUILD/linux" O="$full/rand$seed" ARCH=i386 SUBARCH=xen randconfig
	ok "seed $seed: it has the subarch" records "$seed"
	ok "seed $seed: build" kbuild "rand$seed" CC="$cc" vmlinux
	rm -rf "$full/rand$seed"
done
# cannot_be_with OPTION: with it there is no subarch, and make says so
cannot_be_with()
{
	test_config refused && change_config refused -e EXPERT -e "$1" &&
		grep -qx "CONFIG_$1=y" "$full/refused/.config" &&
		! kbuild refused prepare &&
		grep -q "error: this .config has no CONFIG_X86_MACH_XEN, .* no $1[ ,]" \
			"$MX_LOGS/full-refused.log"
}
ok "HIGHPTE is refused in one line" cannot_be_with HIGHPTE
ok "PREEMPT_RT is refused in one line" cannot_be_with PREEMPT_RT
rm -rf "$full/refused"
done_testing
