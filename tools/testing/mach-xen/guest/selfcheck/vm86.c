// SPDX-License-Identifier: GPL-2.0
/*
 * vm86 mode: on bare metal it runs a few real-mode instructions; a 64-bit
 * hypervisor cannot, and there the call is refused instead of killing the
 * caller at its first instruction.
 */
#include <asm/vm86.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ktap.h"

#define BASE	0x10000

TEST(vm86_run_or_refuse)
{
	static const unsigned char code[] = {
		0xb8, 0x34, 0x12,	/* mov $0x1234, %ax */
		0x01, 0xd8,		/* add %bx, %ax */
		0xcd, 0x20,		/* int $0x20: back to us */
	};
	static struct vm86plus_struct v;
	char *p = mmap((void *)BASE, 2 * PAGE,
		       PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	bool pv = !strcmp(mx_guest_type(), "PV");
	long ret;
	int err;

	check(p == (char *)BASE);
	memcpy(p, code, sizeof(code));
	memset(&v, 0, sizeof(v));
	v.regs.cs = BASE >> 4;
	v.regs.ss = BASE >> 4;
	v.regs.esp = PAGE;
	v.regs.ebx = 0x1111;
	memset(&v.int_revectored, 0xff, sizeof(v.int_revectored));
	errno = 0;
	ret = syscall(SYS_vm86, VM86_ENTER, &v);
	err = errno;
	mx_note("vm86() returned %ld, errno %d, guest type '%s'", ret,
		ret < 0 ? err : 0, mx_guest_type());
	if (pv) {
		check(ret == -1 && (err == ENOSYS || err == EPERM),
		      "not refused");
		return;
	}
	if (ret == -1 && err == ENOSYS)
		mx_skip("no vm86() in this kernel");
	check(ret >= 0 && VM86_TYPE(ret) == VM86_INTx &&
	      VM86_ARG(ret) == 0x20, "%#lx", ret);
	check((v.regs.eax & 0xffff) == 0x2345, "%#lx", v.regs.eax);
}

TEST(vm86_install_check)
{
	bool pv = !strcmp(mx_guest_type(), "PV");
	long ret = syscall(SYS_vm86, VM86_PLUS_INSTALL_CHECK, NULL);

	if (!pv && ret == -1 && errno == ENOSYS)
		mx_skip("no vm86() in this kernel");
	check(pv ? ret == -1 : ret == 0, "%ld", ret);
	ret = syscall(SYS_vm86old, NULL);
	check(ret == -1, "%ld", ret);
}
