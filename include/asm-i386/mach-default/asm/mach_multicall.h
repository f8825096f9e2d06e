/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nothing is added to arch/x86/xen/multicalls.c.
 */
