#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# t/64-devices with a thousand rounds.
# Fails when: something is lost or used up that twenty do not show.
MX_TAG=1000 MX_ROUNDS=1000 exec "$(dirname "$0")/../t/64-devices.t"
