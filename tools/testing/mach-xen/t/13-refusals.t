#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bad input gets one clear line and an exit status, before anything long starts.
# shellcheck disable=SC2016
. "$(dirname "$0")/tap.sh"

boot=$top/scripts/boot
# the least that passes for a kernel, a hypervisor, an initrd
{ head -c 514 /dev/zero; printf HdrS; head -c 100 /dev/zero; } >"$T/bzImage"
printf '\177ELF00' >"$T/vmlinux"
printf '\177ELF00' | gzip >"$T/xen.gz"
printf '070701xx' | gzip >"$T/initrd.gz"
head -c 4096 /dev/zero >"$T/zero"
echo 'not a cpio' | gzip >"$T/text.gz"

refused "initrd that is none" 'zero is no initrd' "$boot" grub --kernel "$T/bzImage" --initrd "$T/zero"
ok "in one line" sh -c "[ \$(wc -l <$T/last) -eq 1 ]"
refused "initrd that is something else compressed" 'text.gz is no initrd' "$boot" grub --kernel "$T/bzImage" --initrd "$T/text.gz"
refused "initrd that is a directory" "no initrd" "$boot" grub --kernel "$T/bzImage" --initrd "$T"
refused "initrd that is missing" "no initrd .*none" "$boot" grub --kernel "$T/bzImage" --initrd "$T/none"
refused "kernel that is none" 'zero is no kernel image' "$boot" grub --kernel "$T/zero" --initrd "$T/initrd.gz"
refused "kernel that is missing" 'no kernel image' "$boot" xen --kernel "$T/none" --initrd "$T/initrd.gz"
refused "kernel that is a device" "/dev/null is no kernel image: it is a character special file" "$boot" xen --kernel /dev/null --initrd "$T/initrd.gz"
refused "kernel that is a directory" "is no kernel image: it is a directory" "$boot" xen --kernel "$T" --initrd "$T/initrd.gz"
# with a name in it: its fourth byte is 8
gzip -k "$T/vmlinux"
refused "a kernel by gzip as anybody calls it is one" 'no hypervisor .*none' \
	"$boot" xen --kernel "$T/vmlinux.gz" --initrd "$T/initrd.gz" --xen "$T/none"
refused "PVH needs an ELF file" 'PVH boots a vmlinux' "$boot" pvh --kernel "$T/bzImage" --initrd "$T/initrd.gz"
refused "hypervisor that is none" 'zero is no hypervisor' "$boot" xen --kernel "$T/bzImage" --initrd "$T/initrd.gz" --xen "$T/zero"
refused "hypervisor that is missing" 'make xen' "$boot" xen --kernel "$T/bzImage" --initrd "$T/initrd.gz" --xen "$T/none"
refused "depmod is asked for before anything is fetched" 'none is missing: run scripts/deps dom0' \
	env DEPMOD="$T/none" BUILD="$T/rig" "$top/scripts/build-dom0"
ok "nothing was" test ! -e "$T/rig/dom0/apt"
refused "memory that is no number" "MEM must be a number" "$boot" grub --mem 1G --kernel "$T/bzImage"
refused "no virtual CPU" "VCPUS must be a number" "$boot" grub --vcpus 0 --kernel "$T/bzImage"
refused "a second accelerator" 'QEMUFLAGS: .* say ACCEL=' "$boot" grub \
	--qemuflags '-smp 2 -accel tcg,thread=single' --kernel "$T/bzImage"
refused "unknown accelerator" 'tcg or kvm' "$boot" grub --accel xen --kernel "$T/bzImage"
refused "unknown way to boot" 'none of xen, .* pvh' "$boot" floppy
refused "unknown option" "unknown option '--fast'" "$boot" grub --fast
refused "option without its value" "needs a value" "$boot" grub --kernel
mkdir "$T/bin"
printf '#!/bin/sh\necho; echo "x 1 1 3 1 /"\n' >"$T/bin/df"
chmod +x "$T/bin/df"
refused "no disk space" 'no disk space' env PATH="$T/bin:$PATH" \
	"$boot" grub --kernel "$T/bzImage" --initrd "$T/initrd.gz"
refused "what QEMU says is handed on" 'QEMU: .*frobnicate' \
	"$boot" grub --kernel "$T/bzImage" --initrd "$T/initrd.gz" --qemuflags '-frobnicate'
mkdir "$T/tmp"
refused "again, elsewhere" 'QEMU: .*frobnicate' env TMPDIR="$T/tmp" \
	"$boot" grub --kernel "$T/bzImage" --initrd "$T/initrd.gz" --qemuflags '-frobnicate'
ok "no scratch files stay" rmdir "$T/tmp"

# packages: a host that lacks some, with and without a way to install them
for c in sh env awk sed dirname cat; do ln -s "$(command -v $c)" "$T/bin/$c"; done
printf '#!/bin/sh\necho 1000\n' >"$T/bin/id"
printf '#!/bin/sh\nfor p; do :; done; case $p in bison|flex) exit 1 ;; esac; echo "ii "\n' >"$T/bin/dpkg-query"
chmod +x "$T/bin/id" "$T/bin/dpkg-query"
refused "missing packages, no root: the command line to run" \
	"run \(as root\) 'apt-get install -y --no-install-recommends bison flex'" \
	env -u DEPS PATH="$T/bin" "$top/scripts/deps" build
ok "they are listed first" grep -qx 'mach-xen: missing Debian packages: bison flex' "$T/last"
ok "DEPS=skip" env DEPS=skip PATH="$T/bin" "$top/scripts/deps" build
printf '#!/bin/sh\necho "sudo $*" >>%s\nexit 0\n' "$T/sudo" >"$T/bin/sudo"
printf '#!/bin/sh\nexit 0\n' >"$T/bin/apt-cache"
chmod +x "$T/bin/sudo" "$T/bin/apt-cache"
ok "through sudo" env -u DEPS PATH="$T/bin" "$top/scripts/deps" build
ok "with the same command line" grep -q 'apt-get install -y --no-install-recommends bison flex' "$T/sudo"
ok "lists that know the packages are not updated" sh -c "! grep -q 'apt-get update' $T/sudo"

# configuration
printf 'CONFIG_X86_PAE=y\nCONFIG_SMP=y\n# CONFIG_EXPERT is not set\n' >"$T/frag.config"
printf 'CONFIG_X86_PAE=y\nCONFIG_SMP=y\n' >"$T/good"
printf 'CONFIG_SMP=y\n# CONFIG_X86_PAE is not set\n' >"$T/bad"
ok "a config with all of a fragment" "$top/scripts/check-config" "$T/frag.config" "$T/good"
refused "a symbol that did not survive is named" 'CONFIG_X86_PAE=y \(is n\)' "$top/scripts/check-config" "$T/frag.config" "$T/bad"

# runner
printf '#!/bin/sh\necho ok 1\necho not ok 2\necho 1..2\n' >"$T/a.t"
printf '#!/bin/sh\necho ok 1\necho ok 2\n' >"$T/b.t"
printf '#!/bin/sh\necho ok 1\necho 1..1\nexit 3\n' >"$T/c.t"
printf '#!/bin/sh\necho ok 1 - fine\necho 1..1\n' >"$T/d.t"
chmod +x "$T"/?.t
export MX_LOGS="$T/logs"
rt=$top/scripts/run-tests
refused "a failed test" '^1 passed, 1 failed$' "$rt" "$T/a.t"
refused "a test without a plan" '^2 passed, 1 failed$' "$rt" "$T/b.t"
refused "a test that dies" '^1 passed, 1 failed$' "$rt" "$T/c.t"
refused "all together" '^5 passed, 3 failed$' "$rt" "$T/a.t" "$T/b.t" "$T/c.t" "$T/d.t"
refused "no test at all" '^0 passed, 0 failed$' "$rt"
ok "a good one" "$rt" "$T/d.t"
ok "is counted" grep -qx '1 passed, 0 failed' "$T/last"
done_testing
