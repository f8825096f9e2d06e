#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Text patching in a running kernel, under load: the function tracer, kprobes,
# static keys, and the same in a loaded module, as Xen PV guest and on bare
# metal; and no page of the kernel's is writable and executable.  On two CPUs, but
# one host thread: with two the emulator seems to run breakpoints that are no
# longer there ("Oops: int3"), of the unpatched base as well.
# Fails when: patched text is written through a mapping Xen refuses, a
# breakpoint hit meanwhile is lost, or a module's alternatives are not applied.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

with_module

boots
done_testing
