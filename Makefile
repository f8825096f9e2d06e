# SPDX-License-Identifier: GPL-2.0
#
# The front door: prepares a kernel tree (base, patches, overlay) below BUILD
# and hands every target on to its Kbuild, out of tree.  "make help" lists what
# is added to that.  The work is done by scripts/, each of which runs alone too.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:

top := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

# Ours: everything else on the command line goes to Kbuild as it is (CC, LLVM,
# W, C, KCFLAGS, LOCALVERSION, INSTALL_MOD_PATH, ...).
ours := ARCH SUBARCH BUILD KERNEL_SRC DEPS MEM VCPUS CMDLINE XEN_CMDLINE \
	INITRD KERNEL XEN QEMUFLAGS ACCEL CPU FIRMWARE TIMEOUT RUN V J O TESTS SUITE XEN_SERIES \
	NEW OLD top

override BUILD := $(abspath $(or $(BUILD),$(top)/build))
J	?= $(shell nproc)
V	?= 0

ifeq ($(origin O),command line)
$(error O= is taken: give BUILD=DIR for results elsewhere)
endif
ifneq ($(filter next,$(MAKECMDGOALS)),)
ifeq ($(NEW),)
$(error next: say which base, NEW=FILE, DIR or VERSION; see 'make help')
endif
endif
ifneq ($(words $(BUILD)),1)
$(error BUILD=$(BUILD): Kbuild takes no spaces or colons in a path)
endif
ifneq ($(words $(top)),1)
$(error $(top): Kbuild takes no spaces or colons in a path)
endif

# --- what is asked for ------------------------------------------------------

boots-xl := boot-domu boot-shim boot-pvgrub2 boot-pygrub
boots := boot boot-grub boot-efi boot-qemu $(boots-xl)
front := help $(boots) check check-full verify-plain bench bench-smp xen dom0 initrd \
	tree test-kernel xen-image deb test-deb guest list-tests report next
test-front := $(boots) check check-full bench bench-smp xen dom0 initrd test-kernel deb \
	test-deb guest next

.DEFAULT_GOAL := $(if $(ARCH),__kbuild,help)
goals := $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))
kgoals := $(filter-out $(front) __kbuild,$(goals))

# boot and check have one meaning only.
ifneq ($(filter $(test-front),$(goals)),)
ifeq ($(filter-out i386,$(ARCH)),)
override ARCH := i386
endif
ifeq ($(SUBARCH),)
override SUBARCH := xen
endif
endif

ifeq ($(SUBARCH),xen)
sub := xen
OUT := $(BUILD)
else ifneq ($(filter-out i386 x86 x86_64,$(SUBARCH)),)
$(error unknown SUBARCH '$(SUBARCH)': this tree knows xen, or none (i386, x86 and x86_64 mean none))
else
sub :=
OUT := $(BUILD)/plain
ifneq ($(filter $(test-front),$(goals)),)
$(error $(filter $(test-front),$(goals)) is for SUBARCH=xen; leave SUBARCH out, or say xen)
endif
endif

ifneq ($(filter-out help verify-plain tree xen-image list-tests report,$(goals)),)
ifneq ($(ARCH),i386)
$(error $(if $(ARCH),ARCH=$(ARCH): this front door builds ARCH=i386 only,say ARCH=i386 [SUBARCH=xen]; see 'make help'))
endif
endif

unexport $(filter-out BUILD DEPS KERNEL_SRC XEN_SERIES CCACHE_DIR,$(ours))
export BUILD DEPS KERNEL_SRC XEN_SERIES
export LC_ALL := C

# Arguments of the command line that are not ours, quoted for the shell.
sq = '$(subst ','\'',$(1))'
given := $(strip $(foreach v,$(filter-out $(ours),$(.VARIABLES)),$(if \
	$(filter command,$(firstword $(origin $(v)))),$(v))))
pass := $(foreach v,$(given),$(call sq,$(v)=$($(v))))
MAKEOVERRIDES :=

ifeq ($(origin CC),command line)
else ifeq ($(origin LLVM),command line)
else ifneq ($(shell command -v ccache),)
pass += CC='ccache gcc'
export CCACHE_DIR := $(or $(CCACHE_DIR),$(BUILD)/ccache)
endif

# Debian's tools would ask for a cross compiler and i386 libraries; any gcc for
# x86 does i386, and what is run is the build machine's.
ifneq ($(filter %-pkg,$(kgoals)),)
ifneq ($(origin CROSS_COMPILE),command line)
pass += CROSS_COMPILE=
endif
ifneq ($(origin DPKG_FLAGS),command line)
pass += DPKG_FLAGS=-d
endif
endif

jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(J))

# kbuild OUT SUBARCH ARGS: Kbuild with objects in OUT/obj
kbuild = $(MAKE) $(jobs) -C $(BUILD)/linux O=$(1)/obj ARCH=i386 \
	$(if $(2),SUBARCH=$(2)) $(if $(filter-out 0,$(V)),V=$(V)) $(pass) $(3)

.PHONY: $(front) __kbuild FORCE deps-build
Makefile: ;

# --- building ---------------------------------------------------------------

# All packages the goals will need are asked for first, in one go.
groups := $(if $(filter-out help xen-image,$(goals)),$(if \
	$(KERNEL_SRC),patch,source) build)
groups += $(if $(filter %config,$(kgoals)),config)
groups += $(if $(filter %-pkg,$(kgoals))$(filter deb test-deb check check-full,$(goals)),deb)
groups += $(if $(filter $(boots) check check-full bench bench-smp next initrd,$(goals)),initrd)
groups += $(if $(filter boot $(filter-out boot-shim,$(boots-xl)) check check-full \
	bench bench-smp next xen,$(goals)),xen)
groups += $(if $(filter $(boots-xl) check check-full bench dom0,$(goals)),dom0)
groups += $(if $(filter guest check check-full,$(goals)),guest)
groups += $(if $(filter $(boots) check check-full bench bench-smp next,$(goals)),boot)
groups += $(if $(or $(filter check check-full xen-image,$(goals)),$(and \
	$(sub),$(filter-out %config xen dom0 guest initrd tree help verify-plain,$(goals)))),image)
groups += $(if $(filter check check-full,$(goals)),check)
groups += $(if $(filter check-full,$(goals)),full)
groups += $(if $(filter check-full verify-plain,$(goals)),verify)
groups += $(if $(filter bench check check-full,$(goals)),bench)

deps-build:
	@$(top)/scripts/deps $(groups)

tree: deps-build
	@$(top)/scripts/prepare-tree

# Goals that make or need no configuration of ours.
# Without any: everything; a boot needs no modules, a package does.
krun := $(or $(kgoals),$(if $(filter __kbuild deb check-full,$(goals)),all,bzImage))
no-config := %config %.config clean mrproper distclean help kernelversion
kneed := $(filter-out $(no-config),$(krun))

# The name of a kernel is that of its package, so it must not be another's.
named := $(and $(filter deb check-full,$(goals)),$(if $(findstring mach-xen,$(LOCALVERSION)),,y))

__kbuild: tree $(if $(and $(sub),$(kneed)),xen-image)
	+@$(top)/scripts/build-kernel $(OUT) $(if $(sub),--xen) $(if $(named),--named) \
		$(if $(kneed),--default $(or $(sub),i386)_defconfig,--plain) \
		--room $(if $(filter all modules,$(krun)),4000,1500) \
		$(krun) -- $(call kbuild,$(OUT),$(sub))

# One Kbuild for all of its goals, also for names that are directories here.
ifneq ($(kgoals),)
.PHONY: $(kgoals)
$(kgoals): __kbuild
	@:
endif

# --- packages for a guest ---------------------------------------------------

deb: __kbuild
	+@$(top)/packaging/build-deb $(OUT) $(call kbuild,$(OUT),xen)

# --- hypervisor, initrd, booting -------------------------------------------

xen: deps-build
	@$(top)/scripts/build-xen

initrd: tree
	+@$(top)/scripts/mkinitrd

# What a loader makes of an image, said before the reboot: for this machine.
xen-image: deps-build
	+@$(MAKE) -C $(top)/tools/xen-image O=$(BUILD) V=$(V) \
		$(if $(HOSTCC),HOSTCC=$(call sq,$(HOSTCC)))

# Debian 12's Xen, or with XEN_SERIES=4.20 Debian 13's
xen-of = $(if $(filter-out 4.17,$(XEN_SERIES)),-$(XEN_SERIES))
kernel-file = $(if $(KERNEL),$(abspath $(KERNEL)),$(OUT)/bzImage)
initrd-file = $(if $(INITRD),$(abspath $(INITRD)),$(BUILD)/initrd/initrd.gz)
xen-file = $(if $(XEN),$(abspath $(XEN)),$(BUILD)/xen$(xen-of)/xen.gz)
boot-args = --kernel $(kernel-file) --initrd $(initrd-file) \
	$(if $(MEM),--mem $(call sq,$(value MEM))) \
	$(if $(VCPUS),--vcpus $(call sq,$(value VCPUS))) \
	$(if $(CMDLINE),--cmdline $(call sq,$(value CMDLINE))) \
	$(if $(QEMUFLAGS),--qemuflags $(call sq,$(value QEMUFLAGS))) \
	$(if $(ACCEL),--accel $(call sq,$(value ACCEL))) \
	$(if $(CPU),--cpu $(call sq,$(value CPU))) \
	$(if $(FIRMWARE),--firmware $(call sq,$(value FIRMWARE))) \
	$(if $(RUN),--run $(call sq,$(value RUN))) \
	$(if $(TIMEOUT),--timeout $(call sq,$(value TIMEOUT)))

boot: deps-build $(if $(KERNEL),,__kbuild) $(if $(INITRD),,initrd) $(if $(XEN),,xen)
	@$(top)/scripts/boot xen --xen $(xen-file) $(boot-args) \
		$(if $(XEN_CMDLINE),--xen-cmdline $(call sq,$(value XEN_CMDLINE)))

boot-grub boot-efi boot-qemu: deps-build $(if $(KERNEL),,__kbuild) $(if $(INITRD),,initrd)
	@$(top)/scripts/boot $(patsubst boot-%,%,$(@:boot-efi=boot-grub)) $(boot-args) \
		$(if $(filter boot-efi,$@),--firmware uefi32)

# By the tool stack of a dom0 made of Debian's packages, a test rig. The shim runs
# on the hypervisor as Debian has it.
dom0: deps-build
	@$(top)/scripts/build-dom0

# The disk of a Debian guest, for tests
guest: deps-build
	@$(top)/scripts/build-guest $(SUITE)

$(boots-xl): deps-build dom0 $(if $(KERNEL),,__kbuild) $(if $(INITRD),,initrd)
boot-domu boot-pvgrub2 boot-pygrub: $(if $(XEN),,xen)
$(boots-xl):
	@$(top)/scripts/boot $(@:boot-%=%) --dom0 $(BUILD)/dom0$(xen-of) $(boot-args) \
		--xen $(if $(XEN)$(filter-out boot-shim,$@),$(xen-file),$(BUILD)/dom0$(xen-of)/xen.gz) \
		$(if $(XEN_CMDLINE),--xen-cmdline $(call sq,$(value XEN_CMDLINE)))

# --- tests ------------------------------------------------------------------

# The test kernel has its own directory: a minimal config plus our fragment, all
# built in.
TEST := $(BUILD)/test
test-config := $(top)/arch/i386/configs/xen_test.config

test-kernel-build = $(top)/scripts/build-kernel $(TEST) --xen --fragment $(test-config) \
	--room 1000 all vmlinuz -- $(call kbuild,$(TEST),xen)

test-kernel: tree xen-image
	+@$(test-kernel-build)

# Its packages, for a test to install in a guest. They are made anew when a source has
# changed: packing links the kernel once more, so the kernel's time says nothing, and
# all its forms are made from that one.
test-deb: test-kernel
	+@set -e; stamp=$(TEST)/deb/.complete; \
	cd $(top); \
	if [ ! -e $$stamp ] || [ -n "$$(find $(TEST)/config.sum arch drivers include patches \
		packaging tools/xen-image -type f -newer $$stamp ! -path '*/xen-image/tests/*' \
		! -path '*/xen-image/fuzz/*' ! -path '*/xen-image/build/*' | head -n 1)" ]; then \
		rm -f $$stamp; \
		packaging/build-deb $(TEST) $(call kbuild,$(TEST),xen); \
		$(test-kernel-build); \
		touch $$stamp; \
	fi

# TESTS: files, or subjects, which are parts of their names
t-dir := $(top)/tools/testing/mach-xen
xi-dir := $(top)/tools/xen-image/tests
tests = $(or $(foreach t,$(TESTS),$(or $(wildcard $(filter %.t,$(t)) $(t-dir)/t/*$(t)*.t \
	$(xi-dir)/*$(t)*.t),$(error TESTS=$(t) is no file and no part of a name in \
	tools/testing/mach-xen/t or tools/xen-image/tests))),$(sort \
	$(wildcard $(t-dir)/t/*.t $(xi-dir)/*.t)))
FULL := $(sort $(wildcard $(t-dir)/full/*.t))

check: test-kernel xen dom0 initrd xen-image guest test-deb
	@$(top)/scripts/run-tests $(tests)

check-full: test-kernel deb xen dom0 guest initrd xen-image test-deb
	@$(top)/scripts/run-tests $(tests) $(FULL)

list-tests:
	@$(top)/scripts/list-tests

report:
	@$(top)/scripts/report

verify-plain: tree
	+@$(top)/scripts/verify-plain

# What a next base kernel, NEW, means for us
next: tree xen initrd
	+@$(top)/scripts/next $(call sq,$(value NEW)) $(if $(OLD),$(call sq,$(value OLD)))

bench: test-kernel xen dom0 initrd
	@$(top)/scripts/bench $(if $(COLS),--columns $(call sq,$(value COLS))) \
		$(if $(ROWS),--rows $(call sq,$(value ROWS))) \
		$(if $(PROFILE),--profile $(call sq,$(value PROFILE))) \
		$(if $(BASELINE),--baseline $(call sq,$(value BASELINE)))

bench-smp: test-kernel xen initrd
	@$(top)/scripts/bench-smp

# --- help -------------------------------------------------------------------

help:
	@sed -n 's/^#h//p' $(top)/Makefile

#h make ARCH=i386 SUBARCH=xen [TARGET...]   build the kernel for Xen PV and bare metal
#h make ARCH=i386 [TARGET...]               a plain i386 kernel, in build/plain/
#h   without TARGET: xen_defconfig (or i386_defconfig) if there is no .config, then
#h   bzImage and modules; any Kbuild target passes through (menuconfig, modules,
#h   bindeb-pkg, kernel/fork.o, ...), and so do Kbuild's variables (CC=, W=, C=, ...)
#h   vmlinuz, with SUBARCH=xen: a compressed ELF file, for loaders that take no bzImage
#h make deb           packages for a guest, in build/deb: kernel, headers, mach-xen-tools
#h make boot          build what it needs, boot as Xen PV guest in QEMU
#h make boot-grub     the same bzImage through GRUB on BIOS, no hypervisor; boot-efi:
#h                    on 32-bit UEFI; boot-qemu: by QEMU's -kernel
#h make boot-domu     as guest of xl in a test rig; boot-shim: in the PV shim on Debian's
#h                    own Xen; boot-pvgrub2, boot-pygrub: from the guest's disk
#h   on a terminal: a shell, leave with Ctrl-A X; else: self-check, power off, verdict
#h make check         build the test kernel, run the tests; list-tests: what each is for
#h make check-full    all tests, the long ones too; report: the last runs as a page
#h make verify-plain  prove that without SUBARCH=xen the object code is the base's
#h make next NEW=...  what a new base (FILE, DIR or VERSION) changes for us, and if it runs
#h make bench         what operations cost (COLS= ROWS= PROFILE=); bench-smp: CPU start
#h make tree xen initrd dom0 guest test-kernel test-deb   only that: build/linux (base,
#h   patches, overlay), hypervisor, initrd, dom0, a Debian guest (SUITE=), build/test
#h make xen-image     build/xen-image: says which loader takes an image, and where it lands
#h
#h BUILD=DIR          where everything goes (build/); results: bzImage, vmlinux,
#h                    System.map, .config there
#h KERNEL_SRC=DIR     an unpatched 6.12 tree instead of Debian's linux-source-6.12
#h DEPS=skip          install no Debian packages;  J=N or -jN  jobs;  V=1  show commands
#h TESTS=FILE|WORD    which tests check runs: files, or parts of names
#h For boot and its sisters:
#h MEM=MiB VCPUS=N    the guest's memory (512) and virtual CPUs (1)
#h CMDLINE='...' XEN_CMDLINE='...'   added to the kernel's, to Xen's command line
#h KERNEL= INITRD= XEN=FILE   boot these files instead of building them
#h RUN=NAME           what the guest runs (shell on a terminal, else selfcheck)
#h FIRMWARE=uefi32    boot-grub on 32-bit UEFI;  XEN_SERIES=4.20  Xen of Debian 13
#h CPU=MODEL ACCEL=kvm QEMUFLAGS='...' TIMEOUT=SECONDS   for QEMU (qemu64, tcg)
