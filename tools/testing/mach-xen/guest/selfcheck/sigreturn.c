// SPDX-License-Identifier: GPL-2.0
/*
 * A signal frame is the program's to write: whatever segments and flags it
 * holds at sigreturn, the program gets a signal and the kernel lives.  Here
 * the return to user space itself faults, in the kernel or in Xen.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "ktap.h"

struct forge {
	const char *name;
	int reg;
	uint32_t value;
	bool flip;		/* value is to be XORed in */
	/* What it may end in: a set of signals, 0 for living on. */
	uint32_t ends;
};

#define S(n)	(1u << (n))
/* SIGILL is what the 32-bit kernel makes of a fault at its own iret. */
#define FATAL	(S(SIGSEGV) | S(SIGBUS) | S(SIGILL))

static const struct forge forges[] = {
	{ "cs null",		REG_CS, 0, false, FATAL },
	{ "cs rpl 3 null",	REG_CS, 3, false, FATAL },
	{ "cs kernel",		REG_CS, 0x60, false, FATAL },
	{ "cs kernel, ring 1",	REG_CS, 0x61, false, FATAL },
	{ "cs kernel data",	REG_CS, 0x68, false, FATAL },
	{ "cs user data",	REG_CS, 0x7b, false, FATAL },
	{ "cs empty ldt",	REG_CS, 0x0f, false, FATAL },
	{ "cs tss",		REG_CS, 0x83, false, FATAL },
	{ "cs beyond",		REG_CS, 0xfffb, false, FATAL },
	{ "cs xen ring 0",	REG_CS, 0xe008, false, FATAL },
	{ "cs xen 64-bit user",	REG_CS, 0xe033, false, FATAL },
	{ "cs xen ring 1",	REG_CS, 0xe019, false, FATAL },
	{ "ss null",		REG_SS, 0, false, FATAL },
	{ "ss rpl 3 null",	REG_SS, 3, false, FATAL },
	{ "ss kernel",		REG_SS, 0x68, false, FATAL },
	{ "ss kernel, ring 1",	REG_SS, 0x69, false, FATAL },
	{ "ss user code",	REG_SS, 0x73, false, FATAL },
	{ "ss empty ldt",	REG_SS, 0x0f, false, FATAL },
	{ "ss beyond",		REG_SS, 0xfffb, false, FATAL },
	{ "ss xen ring 0",	REG_SS, 0xe010, false, FATAL },
	/*
	 * Bad data segments may be nulled; a use of them then faults, but not
	 * on every emulator.
	 */
	{ "ds kernel",		REG_DS, 0x68, false, FATAL | 1 },
	{ "ds beyond",		REG_DS, 0xfffb, false, FATAL | 1 },
	{ "ds empty ldt",	REG_DS, 0x0f, false, FATAL | 1 },
	{ "es kernel",		REG_ES, 0x68, false, FATAL | 1 },
	{ "es beyond",		REG_ES, 0xfffb, false, FATAL | 1 },
	{ "fs kernel",		REG_FS, 0x68, false, FATAL | 1 },
	{ "fs beyond",		REG_FS, 0xfffb, false, FATAL | 1 },
	{ "fs empty ldt",	REG_FS, 0x0f, false, FATAL | 1 },
	{ "eip in the kernel",	REG_EIP, 0xc0100000, false, FATAL },
	{ "eip in the hole",	REG_EIP, 0xf5800000, false, FATAL },
	{ "eip at the end",	REG_EIP, 0xffffffff, false, FATAL },
	{ "eip null",		REG_EIP, 0, false, FATAL },
	{ "TF",			REG_EFL, 0x100, true, S(SIGTRAP) },
	/* These the kernel keeps out of a program's hands. */
	{ "IF off",		REG_EFL, 0x200, true, 1 },
	{ "IOPL",		REG_EFL, 0x3000, true, 1 },
	{ "IOPL 1",		REG_EFL, 0x1000, true, 1 },
	{ "NT",			REG_EFL, 0x4000, true, 1 },
	{ "VM",			REG_EFL, 0x20000, true, 1 },
	{ "VIF and VIP",	REG_EFL, 0x180000, true, 1 },
	{ "RF",			REG_EFL, 0x10000, true, 1 },
	{ "DF",			REG_EFL, 0x400, true, 1 },
	{ "ID",			REG_EFL, 0x200000, true, 1 },
};

static const struct forge *volatile current;

static void forge_frame(int sig, siginfo_t *si, void *ucv)
{
	ucontext_t *uc = ucv;
	greg_t *r = &uc->uc_mcontext.gregs[current->reg];

	(void)sig;
	(void)si;
	*r = current->flip ? *r ^ (greg_t)current->value :
			     (greg_t)current->value;
}

static void attempt(void *arg)
{
	struct sigaction sa = {
		.sa_sigaction = forge_frame,
		.sa_flags = SA_SIGINFO,
	};
	uint32_t flags;
	long ret;

	current = arg;
	sigaction(SIGUSR1, &sa, NULL);
	asm volatile("int $0x80\n\t"
		     "nop; nop\n\t"
		     "pushf; pop %1; cld"
		     : "=&a" (ret), "=&r" (flags)
		     : "0" (37), "b" (getpid()), "c" (SIGUSR1) : "memory");
	/* Still interruptible, still without I/O privilege. */
	check((flags & 0x23200) == 0x200, "flags %#x", flags);
	_exit(0);
}

TEST(sigreturn_forged)
{
	unsigned int i, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < ARRAY_SIZE(forges); i++) {
			const struct forge *f = &forges[i];
			int status = mx_child(attempt, (void *)f);
			int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

			check(WIFSIGNALED(status) || status == 0,
			      "%s: status %#x", f->name, status);
			check(f->ends & S(sig), "%s: signal %d", f->name, sig);
		}
	}
}

static volatile sig_atomic_t handled;

static void repair(int sig, siginfo_t *si, void *ucv)
{
	ucontext_t *uc = ucv;
	unsigned short cs, ss;

	(void)si;
	asm volatile("mov %%cs, %0; mov %%ss, %1" : "=r" (cs), "=r" (ss));
	if (sig == SIGUSR1) {
		/* As a debugger's mistake would: wrong for one register. */
		uc->uc_mcontext.gregs[current->reg] = current->value;
		return;
	}
	uc->uc_mcontext.gregs[REG_CS] = cs;
	uc->uc_mcontext.gregs[REG_SS] = ss;
	handled++;
}

/*
 * The fault of the failed return is a signal of the program, which can mend
 * the frame and go on with all its registers.
 */
TEST(sigreturn_recovers)
{
	static char stack[65536];
	stack_t st = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = {
		.sa_sigaction = repair,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};
	unsigned int i, n = 0;

	check(!sigaltstack(&st, NULL));
	check(!sigaction(SIGUSR1, &sa, NULL));
	check(!sigaction(SIGSEGV, &sa, NULL) && !sigaction(SIGBUS, &sa, NULL) &&
	      !sigaction(SIGILL, &sa, NULL));
	for (i = 0; i < ARRAY_SIZE(forges); i++) {
		uint32_t esi = mx_word(71, i), edi = mx_word(72, i);
		uint32_t esi2, edi2;
		long ret;

		if (forges[i].reg != REG_CS && forges[i].reg != REG_SS)
			continue;
		/* A valid but foreign segment needs no repair to get through. */
		current = &forges[i];
		asm volatile("int $0x80"
			     : "=a" (ret), "=S" (esi2), "=D" (edi2)
			     : "0" (37), "b" (getpid()), "c" (SIGUSR1),
			       "S" (esi), "D" (edi) : "memory");
		n++;
		check(ret == 0 && esi == esi2 && edi == edi2, "%s",
		      forges[i].name);
		check(handled == (int)n, "%s: %d signals", forges[i].name,
		      (int)handled - (int)n + 1);
	}
	check(n > 10);
}
