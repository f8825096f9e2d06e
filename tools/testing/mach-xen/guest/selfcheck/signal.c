// SPDX-License-Identifier: GPL-2.0
/*
 * Signals: the frame on the right stack, every register back where it was,
 * the information of the sender, masks, and restarted system calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "ktap.h"

#define DEPTH	8

static char *alt;
static size_t alt_size;
static volatile unsigned int depth, deepest;
static uintptr_t last_sp;

static void nested(int sig, siginfo_t *si, void *uc)
{
	stack_t ss;
	uintptr_t here = (uintptr_t)&ss;

	(void)si;
	(void)uc;
	check(here >= (uintptr_t)alt && here < (uintptr_t)alt + alt_size,
	      "handler on %#lx", (unsigned long)here);
	check(!sigaltstack(NULL, &ss) && ss.ss_flags == SS_ONSTACK);
	check(here < last_sp, "frame %u does not nest", depth);
	last_sp = here;
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (depth < DEPTH)
		raise(sig == SIGUSR1 ? SIGUSR2 : SIGUSR1);
	depth--;
}

TEST(signal_altstack_nested)
{
	struct sigaction sa = {
		.sa_sigaction = nested,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
	};
	stack_t ss;
	int i;

	alt_size = 128 * 1024;
	alt = mmap(NULL, alt_size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(alt != MAP_FAILED);
	ss = (stack_t){ .ss_sp = alt, .ss_size = alt_size };
	check(!sigaltstack(&ss, NULL));
	check(!sigaction(SIGUSR1, &sa, NULL) && !sigaction(SIGUSR2, &sa, NULL));
	for (i = 0; i < 20; i++) {
		last_sp = ~0UL;
		deepest = 0;
		raise(SIGUSR1);
		check(deepest == DEPTH && depth == 0);
	}
	check(!sigaltstack(NULL, &ss) && ss.ss_flags == 0);
}

/* A stack overflow is caught on the alternate stack. */
static volatile int overflow_guard = 1;

static int __attribute__((noinline)) overflow(int n)
{
	volatile char pad[8192];

	pad[0] = n;
	pad[sizeof(pad) - 1] = n;
	if (overflow_guard)
		n += overflow(n + 1);
	return n + pad[0];
}

static void do_overflow(void *arg)
{
	(void)arg;
	overflow(0);
}

TEST(signal_stack_overflow)
{
	struct mx_fault f;

	check(mx_catch(do_overflow, NULL, &f) == SIGSEGV);
	check(f.addr < (uintptr_t)&f, "fault at %#lx", f.addr);
}

static volatile sig_atomic_t ticks;
static volatile uint32_t stop;

static void tick(int sig)
{
	(void)sig;
	/* The handler wrecks what the interrupted code relies on. */
	asm volatile("xor %%eax, %%eax; xor %%ecx, %%ecx; xor %%edx, %%edx;"
		     "std; cld" ::: "eax", "ecx", "edx", "cc");
	if (++ticks >= 40)
		stop = 1;
}

/*
 * All general registers hold patterns in a loop that only signals from a
 * timer interrupt: an asynchronous entry and exit that loses one is seen.
 */
TEST(signal_registers_async)
{
	struct sigaction sa = { .sa_handler = tick };
	struct itimerval it = {
		.it_interval.tv_usec = 2000,
		.it_value.tv_usec = 2000,
	};
	uint32_t bad;

	check(!sigaction(SIGALRM, &sa, NULL));
	check(!setitimer(ITIMER_REAL, &it, NULL));
	asm volatile("push %%ebp\n\t"
		     "mov $0x11111111, %%eax\n\t"
		     "mov $0x22222222, %%ebx\n\t"
		     "mov $0x33333333, %%ecx\n\t"
		     "mov $0x44444444, %%edx\n\t"
		     "mov $0x55555555, %%esi\n\t"
		     "mov $0x66666666, %%edi\n\t"
		     "mov $0x77777777, %%ebp\n\t"
		     "stc\n"
		     "1:\tjnc 2f\n\t"
		     "cmpl $0x11111111, %%eax; jne 2f\n\t"
		     "cmpl $0x22222222, %%ebx; jne 2f\n\t"
		     "cmpl $0x33333333, %%ecx; jne 2f\n\t"
		     "cmpl $0x44444444, %%edx; jne 2f\n\t"
		     "cmpl $0x55555555, %%esi; jne 2f\n\t"
		     "cmpl $0x66666666, %%edi; jne 2f\n\t"
		     "cmpl $0x77777777, %%ebp; jne 2f\n\t"
		     "cmpl $0, %[stop]; stc; je 1b\n\t"
		     "xor %%eax, %%eax\n\t"
		     "jmp 3f\n"
		     "2:\tmov $1, %%eax\n"
		     "3:\tpop %%ebp\n\t"
		     : "=&a" (bad)
		     : [stop] "m" (stop)
		     : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");
	memset(&it, 0, sizeof(it));
	setitimer(ITIMER_REAL, &it, NULL);
	check(!bad, "a register changed after %d signals", (int)ticks);
	check(ticks >= 40);
}

static greg_t seen[NGREG];
static uint32_t patch;

static void grab(int sig, siginfo_t *si, void *ucv)
{
	ucontext_t *uc = ucv;

	(void)sig;
	(void)si;
	memcpy(seen, uc->uc_mcontext.gregs, sizeof(seen));
	uc->uc_mcontext.gregs[REG_EDI] = patch;
}

/* The frame shows the registers, and what the handler writes there counts. */
TEST(signal_ucontext)
{
	struct sigaction sa = { .sa_sigaction = grab, .sa_flags = SA_SIGINFO };
	unsigned int i;
	uint32_t edi, esi;

	check(!sigaction(SIGUSR1, &sa, NULL));
	for (i = 0; i < 50; i++) {
		uint32_t e = mx_word(21, i), s = mx_word(22, i);

		patch = mx_word(23, i);
		asm volatile("int $0x80"
			     : "=D" (edi), "=S" (esi)
			     : "a" (SYS_kill), "b" (getpid()), "c" (SIGUSR1),
			       "d" (0x0d0d0d0d), "S" (s), "D" (e)
			     : "memory");
		check((uint32_t)seen[REG_EDI] == e);
		check((uint32_t)seen[REG_ESI] == s && esi == s);
		check(seen[REG_EDX] == 0x0d0d0d0d);
		check(seen[REG_ECX] == SIGUSR1 && seen[REG_EAX] == 0);
		check((seen[REG_CS] & 3) == 3 && (seen[REG_SS] & 3) == 3);
		check((seen[REG_CS] & ~0xffff) == 0, "cs %#x", seen[REG_CS]);
		check(seen[REG_EFL] & 0x200, "interrupts off in user mode");
		check(edi == patch);
	}
}

static siginfo_t info;

static void keep(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)uc;
	info = *si;
}

TEST(signal_siginfo)
{
	struct sigaction sa = { .sa_sigaction = keep, .sa_flags = SA_SIGINFO };
	union sigval v = { .sival_int = 0x1234567 };
	pid_t pid;

	check(!sigaction(SIGRTMIN, &sa, NULL) && !sigaction(SIGCHLD, &sa, NULL));
	check(!sigqueue(getpid(), SIGRTMIN, v));
	check(info.si_code == SI_QUEUE && info.si_pid == getpid());
	check(info.si_value.sival_int == v.sival_int);
	memset(&info, 0, sizeof(info));
	pid = mx_fork();
	if (!pid)
		_exit(42);
	check(mx_wait(pid) == 42 << 8);
	check(info.si_signo == SIGCHLD && info.si_code == CLD_EXITED);
	check(info.si_pid == pid && info.si_status == 42);
}

static unsigned int order[8], norder;

static void note_order(int sig)
{
	if (norder < ARRAY_SIZE(order))
		order[norder++] = sig;
}

/* Blocked signals wait, and come lowest first when they may. */
TEST(signal_mask_pending)
{
	struct sigaction sa = { .sa_handler = note_order };
	sigset_t set, old, pend;
	unsigned int i;

	sigemptyset(&set);
	sigfillset(&sa.sa_mask);
	for (i = 0; i < 4; i++) {
		sigaction(SIGRTMIN + i, &sa, NULL);
		sigaddset(&set, SIGRTMIN + i);
	}
	check(!sigprocmask(SIG_BLOCK, &set, &old));
	for (i = 4; i-- > 0;)
		check(!kill(getpid(), SIGRTMIN + i));
	check(norder == 0);
	check(!sigpending(&pend) && sigismember(&pend, SIGRTMIN + 2));
	/* The suspended mask lets one in, whose handler blocks the others. */
	check(sigsuspend(&old) == -1 && errno == EINTR);
	check(norder == 1 && order[0] == (unsigned int)SIGRTMIN);
	check(!sigprocmask(SIG_SETMASK, &old, NULL));
	check(norder == 4, "%u delivered", norder);
	for (i = 0; i < 4; i++)
		check(order[i] == (unsigned int)SIGRTMIN + i);
}

static int wake_fd;

static void wake(int sig)
{
	char c = 'w';

	if (sig == SIGALRM && wake_fd >= 0 && write(wake_fd, &c, 1) != 1)
		_exit(90);
}

static void timer_ms(int ms)
{
	struct itimerval it = { .it_value.tv_usec = ms * 1000 };

	check(!setitimer(ITIMER_REAL, &it, NULL));
}

/* SA_RESTART goes back into read(); without it read() reports EINTR. */
TEST(signal_restart)
{
	struct sigaction sa = { .sa_handler = wake };
	int p[2];
	char c = 0;

	check(!pipe(p));
	wake_fd = -1;
	check(!sigaction(SIGALRM, &sa, NULL));
	timer_ms(20);
	check(read(p[0], &c, 1) == -1 && errno == EINTR);

	wake_fd = p[1];
	sa.sa_flags = SA_RESTART;
	check(!sigaction(SIGALRM, &sa, NULL));
	timer_ms(20);
	check(read(p[0], &c, 1) == 1 && c == 'w');

	/* nanosleep has a restart block of its own. */
	sa.sa_flags = 0;
	sa.sa_handler = SIG_IGN;
	check(!sigaction(SIGALRM, &sa, NULL));
	timer_ms(5);
	check(!nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL));
}

/* A stop and a continue in the middle of a system call. */
TEST(signal_stop_continue)
{
	int p[2], status;
	pid_t pid;
	char c = 0;

	check(!pipe(p));
	pid = mx_fork();
	if (!pid) {
		check(read(p[0], &c, 1) == 1 && c == 'x');
		_exit(7);
	}
	check(!kill(pid, SIGSTOP));
	check(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
	check(write(p[1], "x", 1) == 1);
	check(!kill(pid, SIGCONT));
	check(waitpid(pid, &status, WCONTINUED) == pid);
	if (WIFCONTINUED(status))
		status = mx_wait(pid);
	check(status == 7 << 8);
}
