/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls of a 32-bit PV guest: a plain kernel is none.
 */
#ifndef _ASM_MACH_HYPERCALL_H
#define _ASM_MACH_HYPERCALL_H

#error "32-bit PV guests are the Xen subarch's"

#endif /* _ASM_MACH_HYPERCALL_H */
