#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# t/64-devices with a thousand rounds of a disk that is taken away while something writes
# to it, and 250 rounds of each other kind.
# Fails when: something is lost or used up that twenty do not show.
MX_TAG=1000 MX_ROUNDS=${MX_ROUNDS:-250} MX_BUSY=${MX_BUSY:-1000} \
	exec "$(dirname "$0")/../t/64-devices.t"
