#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A handful of random configs compile: seeds 1 to RANDCONFIGS (5), or SEEDS.
# Only built-in code is linked; modules are random enough without. One option
# in eight is on (KCONFIG_PROBABILITY), so that a seed takes minutes.
. "$(dirname "$0")/../t/tap.sh"
. "$(dirname "$0")/full.sh"
# What takes long and has nothing to do with us.
printf '%s\n' CONFIG_X86_PAE=y CONFIG_HIGHMEM64G=y '# CONFIG_MODULES is not set' \
	'# CONFIG_DRM is not set' '# CONFIG_SOUND is not set' \
	'# CONFIG_MEDIA_SUPPORT is not set' '# CONFIG_STAGING is not set' \
	'# CONFIG_WERROR is not set' '# CONFIG_DEBUG_INFO is not set' \
	'# CONFIG_GCC_PLUGINS is not set' '# CONFIG_KCOV is not set' \
	'# CONFIG_WLAN is not set' '# CONFIG_COMPILE_TEST is not set' >"$T/all.config"
for seed in ${SEEDS:-$(seq 1 "${RANDCONFIGS:-5}")}; do
	rm -f "$MX_LOGS/full-rand$seed.log"
	ok "seed $seed: configure" env KCONFIG_SEED="$seed" \
		KCONFIG_PROBABILITY="${KCONFIG_PROBABILITY:-12}" KCONFIG_ALLCONFIG="$T/all.config" \
		make -s -C "$MX_BUILD/linux" O="$full/rand$seed" ARCH=i386 SUBARCH=xen randconfig
	ok "seed $seed: build" kbuild "rand$seed" CC="$cc" vmlinux
	rm -rf "$full/rand$seed"
done
done_testing
