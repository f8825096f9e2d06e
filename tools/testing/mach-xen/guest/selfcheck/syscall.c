// SPDX-License-Identifier: GPL-2.0
/*
 * System calls: the old door and the vDSO's give the same answers, keep
 * the registers, and refuse what they must.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "ktap.h"

/* Named in the assembly below. */
uintptr_t vsyscall_target;

struct regs {
	uint32_t eax, ebx, ecx, edx, esi, edi, ebp;
};

/* A call through either door with all registers given and all looked at. */
static void enter(struct regs *r, bool old)
{
	asm volatile("push %%ebp\n\t"
		     "push %%ebx\n\t"
		     "push %[old]\n\t"
		     "push %[r]\n\t"
		     "mov %[r], %%eax\n\t"
		     "mov 4(%%eax), %%ebx; mov 8(%%eax), %%ecx\n\t"
		     "mov 12(%%eax), %%edx; mov 16(%%eax), %%esi\n\t"
		     "mov 20(%%eax), %%edi; mov 24(%%eax), %%ebp\n\t"
		     "mov 0(%%eax), %%eax\n\t"
		     "cmpl $0, 4(%%esp)\n\t"
		     "jne 1f\n\t"
		     "call *vsyscall_target\n\t"
		     "jmp 2f\n"
		     "1:\tint $0x80\n"
		     "2:\txchg %%eax, (%%esp)\n\t"
		     "mov %%ebx, 4(%%eax); mov %%ecx, 8(%%eax)\n\t"
		     "mov %%edx, 12(%%eax); mov %%esi, 16(%%eax)\n\t"
		     "mov %%edi, 20(%%eax); mov %%ebp, 24(%%eax)\n\t"
		     "pop 0(%%eax)\n\t"
		     "pop %%eax\n\t"
		     "pop %%ebx\n\t"
		     "pop %%ebp"
		     :
		     : [r] "S" (r), [old] "D" ((uint32_t)old)
		     : "eax", "ecx", "edx", "memory", "cc");
}

static uint32_t both(uint32_t nr, uint32_t a, uint32_t b, uint32_t c,
		     uint32_t d, uint32_t e, uint32_t f)
{
	struct regs in = { nr, a, b, c, d, e, f }, x = in, y = in;

	enter(&x, true);
	enter(&y, false);
	check(x.eax == y.eax, "call %u: int 0x80 says %d, the vDSO %d", nr,
	      (int)x.eax, (int)y.eax);
	in.eax = x.eax;
	check(!memcmp(&x, &in, sizeof(in)), "call %u: int 0x80 lost registers",
	      nr);
	check(!memcmp(&y, &in, sizeof(in)), "call %u: the vDSO lost registers",
	      nr);
	return x.eax;
}

static void find_vdso(void)
{
	vsyscall_target = getauxval(AT_SYSINFO);
	check(vsyscall_target, "no AT_SYSINFO");
}

TEST(syscall_doors_agree)
{
	char buf[64], buf2[64];
	unsigned int i;
	int p[2];

	find_vdso();
	check(!pipe(p));
	for (i = 0; i < 200; i++) {
		check(both(SYS_getpid, mx_word(i, 1), mx_word(i, 2),
			   mx_word(i, 3), mx_word(i, 4), mx_word(i, 5),
			   mx_word(i, 6)) == (uint32_t)getpid());
		both(SYS_getppid, 0, ~0u, 1, ~0u, 2, ~0u);
	}
	check((int)both(SYS_write, p[1], (uintptr_t)"ab", 2, 4, 5, 6) == 2);
	check(read(p[0], buf, 8) == 4 && !memcmp(buf, "abab", 4));
	check((int)both(SYS_write, p[1], 8, 4, 0, 0, 0) == -EFAULT);
	check((int)both(SYS_write, -1, (uintptr_t)buf, 4, 0, 0, 0) == -EBADF);
	check((int)both(SYS_getcwd, (uintptr_t)buf, 64, 0, 0, 0, 0) > 0);
	check(getcwd(buf2, 64) && !strcmp(buf, buf2));
	/* Numbers nobody has. */
	check((int)both(5000, 1, 2, 3, 4, 5, 6) == -ENOSYS);
	check((int)both(0x7fffffff, 1, 2, 3, 4, 5, 6) == -ENOSYS);
	check((int)both(0xffffffff, 1, 2, 3, 4, 5, 6) == -ENOSYS);
	check((int)both(0x40000014, 1, 2, 3, 4, 5, 6) == -ENOSYS);
}

/*
 * All six arguments arrive, through both doors; the last travels in ebp,
 * which sysenter needs for itself.
 */
TEST(syscall_six_arguments)
{
	int fd = memfd_create("six", 0), door;
	uint32_t w;

	find_vdso();
	check(fd >= 0 && !ftruncate(fd, 8 * PAGE));
	w = 0xabcd1234;
	check(pwrite(fd, &w, 4, 5 * PAGE) == 4);
	for (door = 0; door < 2; door++) {
		struct regs r = { SYS_mmap2, 0, PAGE, PROT_READ, MAP_SHARED,
				  fd, 5 };

		enter(&r, door);
		check(r.eax < 0xfffff000, "mmap2: %d", (int)r.eax);
		check(*(uint32_t *)(uintptr_t)r.eax == w);
		check(r.ebp == 5 && r.edi == (uint32_t)fd);
	}
}

static volatile sig_atomic_t hits;
static int pipe_w;

static void on_alarm(int sig)
{
	(void)sig;
	/* The call is restarted at least once before it gets its byte. */
	if (++hits == 3 && write(pipe_w, "z", 1) != 1)
		_exit(90);
}

/* Restarted after a signal with its registers, whichever door it used. */
TEST(syscall_restart_keeps_registers)
{
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct itimerval it = {
		.it_value.tv_usec = 5000, .it_interval.tv_usec = 5000,
	};
	int p[2], door;

	find_vdso();
	check(!pipe(p) && !sigaction(SIGALRM, &sa, NULL));
	pipe_w = p[1];
	for (door = 0; door < 2; door++) {
		char c = 0;
		struct regs r = { SYS_read, p[0], (uintptr_t)&c, 1, 0x5151,
				  0xd1d1, 0xb9b9 };

		hits = 0;
		check(!setitimer(ITIMER_REAL, &it, NULL));
		enter(&r, door);
		check(!setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL));
		check((int)r.eax == 1 && c == 'z');
		check(r.esi == 0x5151 && r.edi == 0xd1d1 && r.ebp == 0xb9b9);
		check(r.ecx == (uintptr_t)&c && r.ebx == (uint32_t)p[0]);
	}
}

/* The flags a program has are its own after a call, whichever door. */
TEST(syscall_flags)
{
	uint32_t flags;
	long ret;

	asm volatile("std; stc; int $0x80; pushf; pop %1; cld"
		     : "=a" (ret), "=r" (flags) : "0" (SYS_getpid) : "memory");
	check((flags & 0x401) == 0x401, "flags %#x", flags);
	check((flags & 0x200) && !(flags & 0x3000));
	asm volatile("cld; clc; int $0x80; pushf; pop %1"
		     : "=a" (ret), "=r" (flags) : "0" (SYS_getpid) : "memory");
	check(!(flags & 0x401));
	check(ret == getpid());
}
