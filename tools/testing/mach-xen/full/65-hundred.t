#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# t/58-save-migrate with a hundred cycles of saving and migrating.
# Fails when: something is lost or used up that three do not show.
MX_TAG=100 MX_CYCLES=${MX_CYCLES:-100} exec "$(dirname "$0")/../t/58-save-migrate.t"
