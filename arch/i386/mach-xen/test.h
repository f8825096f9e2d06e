/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the KUnit tests of this directory share.
 */
#ifndef MACH_XEN_TEST_H
#define MACH_XEN_TEST_H

#include <kunit/test.h>

#include <xen/xen.h>

static inline void xen_test_needs_pv(struct kunit *test)
{
	if (!xen_pv_domain())
		kunit_skip(test, "no PV guest");
}

#endif /* MACH_XEN_TEST_H */
