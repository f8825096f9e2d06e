#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same file from GRUB's linux command, with no hypervisor: a plain PC kernel
# and no trace of Xen but the one line that says how it was entered. A second boot shows
# that a warning is noticed which the kernel does not print while programs run.
# Fails when: the image needs VIRT_BASE added to be loaded, the hypervisor hole
# or a Xen feature is there without Xen, or paravirt is not patched back.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/boot.sh"

boots
done_testing
