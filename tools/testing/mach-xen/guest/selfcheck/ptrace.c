// SPDX-License-Identifier: GPL-2.0
/*
 * A child under ptrace: its memory and registers read and written, its
 * system calls seen and changed, its instructions counted one by one, and
 * hardware breakpoints on code and on data.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"

#define DR(n)	offsetof(struct user, u_debugreg[n])

static volatile uint32_t watched[4];
static volatile uint32_t word = 0x11223344;

/* Traced, stopped, and going on in fn when the tracer lets it. */
static pid_t traced(int (*fn)(void))
{
	pid_t pid = mx_fork();
	int status;

	if (!pid) {
		check(!ptrace(PTRACE_TRACEME, 0, 0, 0));
		raise(SIGSTOP);
		_exit(fn());
	}
	status = mx_wait(pid);
	check(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	return pid;
}

static void resume(pid_t pid, int how)
{
	check(!ptrace(how, pid, 0, 0));
}

static void stopped_by(pid_t pid, int sig)
{
	int status = mx_wait(pid);

	check(WIFSTOPPED(status) && WSTOPSIG(status) == sig,
	      "status %#x, expected a stop by %d", status, sig);
}

static void ends_with(pid_t pid, int code)
{
	int status = mx_wait(pid);

	check(status == code << 8, "status %#x, expected exit %d", status,
	      code);
}

static void getregs(pid_t pid, struct user_regs_struct *r)
{
	check(!ptrace(PTRACE_GETREGS, pid, 0, r));
}

int ptrace_answer(void);
asm(".pushsection .text\n"
    ".globl ptrace_answer\n"
    "ptrace_answer:\n"
    "mov $42, %eax\n"
    "ret\n"
    ".popsection");

static int use_word(void)
{
	if (word != 0x55667788)
		return 1;
	return ptrace_answer();
}

TEST(ptrace_peek_poke)
{
	pid_t pid = traced(use_word);
	uintptr_t text = (uintptr_t)ptrace_answer;
	long v;

	errno = 0;
	check(ptrace(PTRACE_PEEKDATA, pid, &word, 0) == 0x11223344 && !errno);
	check(!ptrace(PTRACE_POKEDATA, pid, &word, 0x55667788));
	check(ptrace(PTRACE_PEEKDATA, pid, &word, 0) == 0x55667788);
	check(word == 0x11223344);
	/* Read-only text: a private copy for the child. */
	v = ptrace(PTRACE_PEEKTEXT, pid, text + 1, 0);
	check(v == 42);
	check(!ptrace(PTRACE_POKETEXT, pid, text + 1, 43));
	check(ptrace_answer() == 42);
	errno = 0;
	check(ptrace(PTRACE_PEEKDATA, pid, 8, 0) == -1 && errno == EIO);
	check(ptrace(PTRACE_PEEKDATA, pid, 0xf5800000, 0) == -1);
	resume(pid, PTRACE_CONT);
	ends_with(pid, 43);
}

static int registers(void)
{
	uint32_t ebx = 1, esi = 2, edi = 3, ecx = 4, edx = 5;

	asm volatile("int3" : "+b" (ebx), "+S" (esi), "+D" (edi), "+c" (ecx),
		     "+d" (edx));
	return ebx == 0x1b && esi == 0x2b && edi == 0x3b && ecx == 0x4b &&
	       edx == 0x5b ? 6 : 7;
}

TEST(ptrace_registers)
{
	pid_t pid = traced(registers);
	struct user_regs_struct r;

	resume(pid, PTRACE_CONT);
	stopped_by(pid, SIGTRAP);
	getregs(pid, &r);
	check(r.ebx == 1 && r.esi == 2 && r.edi == 3 && r.ecx == 4 &&
	      r.edx == 5);
	check((r.xcs & 3) == 3 && !(r.xcs & ~0xffff) && (r.xss & 3) == 3);
	check(ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user, regs.esi), 0)
	      == 2);
	r.ebx = 0x1b;
	r.esi = 0x2b;
	r.edi = 0x3b;
	r.ecx = 0x4b;
	check(!ptrace(PTRACE_SETREGS, pid, 0, &r));
	check(!ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.edx),
		      0x5b));
	/* A tracer cannot give what a program may not have. */
	check(ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.xcs),
		     0x60) == -1);
	check(ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.xss),
		     0) == -1);
	check(!ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.eflags),
		      r.eflags | 0x3000));
	check(!(ptrace(PTRACE_PEEKUSER, pid,
		       offsetof(struct user, regs.eflags), 0) & 0x3000));
	resume(pid, PTRACE_CONT);
	ends_with(pid, 6);
}

static int some_calls(void)
{
	unsigned int i;

	for (i = 0; i < 5; i++)
		mx_int80(SYS_getppid, 0, 0, 0, 0, 0);
	return mx_int80(SYS_getpid, 0, 0, 0, 0, 0) ==
	       mx_int80(SYS_gettid, 0, 0, 0, 0, 0) ? 1 : 8;
}

/* Entry and exit of each call; one is replaced, one result is changed. */
TEST(ptrace_syscalls)
{
	pid_t pid = traced(some_calls);
	unsigned int ppid = 0, stops = 0;
	struct user_regs_struct r;
	int status;

	check(!ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
	for (;;) {
		resume(pid, PTRACE_SYSCALL);
		status = mx_wait(pid);
		if (!WIFSTOPPED(status))
			break;
		check(WSTOPSIG(status) == (SIGTRAP | 0x80), "%#x", status);
		stops++;
		getregs(pid, &r);
		if (stops & 1) {
			check((int)r.eax == -ENOSYS, "eax %ld at entry", r.eax);
			if (r.orig_eax == SYS_getppid)
				ppid++;
			if (r.orig_eax == SYS_getpid) {
				r.orig_eax = SYS_getppid;
				check(!ptrace(PTRACE_SETREGS, pid, 0, &r));
			}
		} else if (r.orig_eax == SYS_gettid) {
			check(r.eax == pid);
			r.eax = 99;
			check(!ptrace(PTRACE_SETREGS, pid, 0, &r));
		}
	}
	check(ppid == 5, "%u calls seen", ppid);
	/* Six calls with two stops, gettid, and the entry of exit_group. */
	check(stops == 2 * 7 + 1 || stops == 2 * 7 + 3, "%u stops", stops);
	check(status == 8 << 8, "status %#x", status);
}

static int emulated(void)
{
	return mx_int80(5001, 0, 0, 0, 0, 0) == 1234 ? 9 : 1;
}

TEST(ptrace_sysemu)
{
	pid_t pid = traced(emulated);
	struct user_regs_struct r;

	resume(pid, PTRACE_SYSEMU);
	stopped_by(pid, SIGTRAP);
	getregs(pid, &r);
	check(r.orig_eax == 5001);
	r.eax = 1234;
	check(!ptrace(PTRACE_SETREGS, pid, 0, &r));
	resume(pid, PTRACE_CONT);
	ends_with(pid, 9);
}

extern char ptrace_step_from[], ptrace_step_to[];
int ptrace_steps(void);
asm(".pushsection .text\n"
    ".globl ptrace_steps, ptrace_step_from, ptrace_step_to\n"
    "ptrace_steps:\n"
    "push %ebx\n"
    "ptrace_step_from:\n"
    "mov $20, %eax\n"		/* getpid */
    "nop\n"
    "int $0x80\n"
    "nop\n"
    "mov $5, %ecx\n"
    "1: dec %ecx\n"
    "jnz 1b\n"
    "nop\n"
    "mov %ss, %eax\n"
    "mov %eax, %ss\n"		/* holds the next trap back by one */
    "nop\n"
    "nop\n"
    "ptrace_step_to:\n"
    "pop %ebx\n"
    "mov $10, %eax\n"
    "ret\n"
    ".popsection");

/* mov nop int nop mov 5*(dec jnz) nop mov mov+nop nop */
#define STEPS	(5 + 10 + 1 + 1 + 1 + 1)

TEST(ptrace_single_step)
{
	pid_t pid = traced(ptrace_steps);
	unsigned int steps = 0, limit = 2000;
	struct user_regs_struct r;

	do {
		resume(pid, PTRACE_SINGLESTEP);
		stopped_by(pid, SIGTRAP);
		getregs(pid, &r);
		check(limit-- > 0, "never got there");
	} while (r.eip != (long)ptrace_step_from);
	while (r.eip != (long)ptrace_step_to) {
		resume(pid, PTRACE_SINGLESTEP);
		stopped_by(pid, SIGTRAP);
		getregs(pid, &r);
		check(!(r.eflags & 0x100), "the tracer's TF shows");
		check(++steps < 100);
	}
	check(steps == STEPS, "%u steps, not %u", steps, STEPS);
	resume(pid, PTRACE_CONT);
	ends_with(pid, 10);
}

static void set_dr(pid_t pid, int n, unsigned long v)
{
	check(!ptrace(PTRACE_POKEUSER, pid, DR(n), v), "db%d = %#lx", n, v);
}

static unsigned long get_dr(pid_t pid, int n)
{
	errno = 0;
	return ptrace(PTRACE_PEEKUSER, pid, DR(n), 0);
}

static int call_twice(void)
{
	return ptrace_answer() + ptrace_answer() == 84 ? 11 : 1;
}

TEST(ptrace_break_execute)
{
	pid_t pid = traced(call_twice);
	struct user_regs_struct r;
	int i;

	set_dr(pid, 0, (uintptr_t)ptrace_answer);
	set_dr(pid, 7, 1);
	/* Ours is no breakpoint: debug registers are per thread. */
	check(ptrace_answer() == 42);
	for (i = 0; i < 2; i++) {
		resume(pid, PTRACE_CONT);
		stopped_by(pid, SIGTRAP);
		getregs(pid, &r);
		check(r.eip == (long)ptrace_answer, "at %#lx", r.eip);
		check((get_dr(pid, 6) & 0xf) == 1, "db6 %#lx", get_dr(pid, 6));
		set_dr(pid, 6, 0);
		sched_yield();
		check(ptrace_answer() == 42);
	}
	resume(pid, PTRACE_CONT);
	ends_with(pid, 11);
}

static int write_watched(void)
{
	watched[0] = 1;
	watched[1] = 2;
	if (watched[2] != 0)
		return 1;
	((volatile char *)watched)[12] = 4;
	watched[1] = 5;
	/* The kernel's writes for us count as little as on bare metal. */
	return watched[1] == 5 ? 12 : 1;
}

/* Two watchpoints: one on writes, one on any access, of different lengths. */
TEST(ptrace_watch_data)
{
	static const unsigned int hit[] = { 1, 2, 4, 1 };
	pid_t pid = traced(write_watched);
	unsigned int i, got, n = 0;
	int status;

	set_dr(pid, 0, (uintptr_t)&watched[1]);
	set_dr(pid, 1, (uintptr_t)&watched[2]);
	set_dr(pid, 2, (uintptr_t)&watched[3]);
	/* 0: write, 4 bytes; 1: access, 4 bytes; 2: write, 1 byte */
	set_dr(pid, 7, 0x15 | 0xd << 16 | 0xf << 20 | 0x1 << 24);
	for (;;) {
		resume(pid, PTRACE_CONT);
		status = mx_wait(pid);
		if (!WIFSTOPPED(status))
			break;
		check(WSTOPSIG(status) == SIGTRAP);
		got = get_dr(pid, 6) & 0xf;
		check(n < ARRAY_SIZE(hit) && got == hit[n], "stop %u: db6 %#x",
		      n, got);
		/* write, read, write, write again and its read is not watched */
		n++;
		set_dr(pid, 6, 0);
	}
	check(n == ARRAY_SIZE(hit), "%u hits", n);
	check(status == 12 << 8);
	for (i = 0; i < 4; i++)
		check(watched[i] == 0);
}

/* What no process may set: a breakpoint on the kernel's addresses. */
TEST(ptrace_break_refused)
{
	pid_t pid = traced(call_twice);

	check(ptrace(PTRACE_POKEUSER, pid, DR(0), 0xc0100000) == -1 ||
	      ptrace(PTRACE_POKEUSER, pid, DR(7), 1) == -1);
	check(ptrace(PTRACE_POKEUSER, pid, DR(4), 1) == -1);
	resume(pid, PTRACE_CONT);
	ends_with(pid, 11);
}

/* A fork and an exec of the child are reported, and it can be let go. */
static int fork_and_exec(void)
{
	pid_t pid = mx_fork();

	if (!pid)
		_exit(3);
	if (mx_wait(pid) != 3 << 8)
		return 1;
	mx_exec_helper("exit", "13", NULL);
	return 1;
}

TEST(ptrace_events)
{
	pid_t pid = traced(fork_and_exec), kid;
	unsigned long msg;
	int status;

	check(!ptrace(PTRACE_SETOPTIONS, pid, 0,
		      PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC));
	resume(pid, PTRACE_CONT);
	status = mx_wait(pid);
	check(status >> 8 == (SIGTRAP | PTRACE_EVENT_FORK << 8), "%#x", status);
	check(!ptrace(PTRACE_GETEVENTMSG, pid, 0, &msg));
	kid = msg;
	check(WIFSTOPPED(mx_wait(kid)));
	check(!ptrace(PTRACE_DETACH, kid, 0, 0));
	resume(pid, PTRACE_CONT);
	status = mx_wait(pid);
	if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGCHLD) {
		resume(pid, PTRACE_CONT);
		status = mx_wait(pid);
	}
	check(status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8), "%#x", status);
	check(!ptrace(PTRACE_DETACH, pid, 0, 0));
	ends_with(pid, 13);
}
