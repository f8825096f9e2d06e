#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# t/65-migrate with a hundred migrations.
# Fails when: something is lost or used up that three do not show.
MX_TAG=100 MX_CYCLES=100 exec "$(dirname "$0")/../t/65-migrate.t"
