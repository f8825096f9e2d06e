/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page table accessors by paravirt operation: a plain 32-bit kernel has none.
 */
#ifndef _ASM_MACH_PARAVIRT_H
#define _ASM_MACH_PARAVIRT_H

#error "PARAVIRT_XXL of a 32-bit kernel is the Xen subarch's"

#endif /* _ASM_MACH_PARAVIRT_H */
