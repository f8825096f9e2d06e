// SPDX-License-Identifier: GPL-2.0
/*
 * The runner: every test in a process group of its own, with a guard against
 * hangs, one KTAP line each, exit status 0 only if none failed.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "ktap.h"

/*
 * Only ever reached by a test that hangs: the slowest takes a few seconds
 * under emulation.  The guard is no statement about speed.
 */
#define GUARD_SECONDS	180
#define SKIP_STATUS	4

extern const struct mx_test *const __start_mx_tests[], *const __stop_mx_tests[];
extern const struct mx_helper *const __start_mx_helpers[],
	*const __stop_mx_helpers[];

static struct shared {
	unsigned int checks;
	char skip[128];
} *shared;

volatile unsigned int *mx_checks;

/* One write per line, so that lines of several processes do not mix. */
static void say(const char *prefix, const char *fmt, va_list ap)
{
	char buf[512];
	size_t n = strlen(prefix);
	int m;

	memcpy(buf, prefix, n);
	m = vsnprintf(buf + n, sizeof(buf) - n - 1, fmt, ap);
	if (m < 0)
		m = 0;
	n += m;
	if (n > sizeof(buf) - 2)
		n = sizeof(buf) - 2;
	buf[n++] = '\n';
	if (write(1, buf, n) < 0)
		_exit(99);
}

static void line(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void mx_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("# ", fmt, ap);
	va_end(ap);
}

void mx_skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(shared->skip, sizeof(shared->skip), fmt, ap);
	va_end(ap);
	_exit(SKIP_STATUS);
}

void mx_fail(const char *file, int ln, const char *what, const char *fmt, ...)
{
	int err = errno;
	va_list ap;
	char buf[256];

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	mx_note("%s:%d: not true: %s%s%s (errno %d)", file, ln, what,
		*buf ? ": " : "", buf, err);
	_exit(1);
}

pid_t mx_fork(void)
{
	pid_t pid = fork();

	check(pid >= 0, "fork");
	return pid;
}

int mx_wait(pid_t pid)
{
	int status;
	pid_t got;

	do {
		got = waitpid(pid, &status, __WALL);
	} while (got < 0 && errno == EINTR);
	check(got == pid, "waitpid %d gave %d", pid, got);
	return status;
}

void mx_reap(pid_t pid)
{
	int status = mx_wait(pid);

	check(status == 0, "child ended with status %#x", status);
}

int mx_child(void (*fn)(void *), void *arg)
{
	pid_t pid = mx_fork();

	if (!pid) {
		fn(arg);
		_exit(0);
	}
	return mx_wait(pid);
}

void mx_exec_helper(const char *name, ...)
{
	char *argv[16] = { "selfcheck", "--helper", (char *)name };
	unsigned int n = 3;
	va_list ap;

	va_start(ap, name);
	while (n < ARRAY_SIZE(argv) - 1) {
		argv[n] = va_arg(ap, char *);
		if (!argv[n])
			break;
		n++;
	}
	va_end(ap);
	argv[n] = NULL;
	execv("/proc/self/exe", argv);
	_exit(127);
}

/* Faults, caught on a stack of their own since the stack may be the matter. */
static sigjmp_buf fault_jmp;
static struct mx_fault fault;

static void on_fault(int sig, siginfo_t *si, void *ucv)
{
	ucontext_t *uc = ucv;

	fault.sig = sig;
	fault.code = si->si_code;
	fault.addr = (unsigned long)si->si_addr;
	fault.eip = uc->uc_mcontext.gregs[REG_EIP];
	fault.err = uc->uc_mcontext.gregs[REG_ERR];
	fault.trapno = uc->uc_mcontext.gregs[REG_TRAPNO];
	siglongjmp(fault_jmp, 1);
}

int mx_catch(void (*fn)(void *), void *arg, struct mx_fault *f)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	static char stack[32768];
	struct sigaction sa = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	}, old[ARRAY_SIZE(sigs)];
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) }, oss;
	unsigned int i;

	if (sigaltstack(&ss, &oss))
		mx_fail(__FILE__, __LINE__, "sigaltstack", "failed");
	for (i = 0; i < ARRAY_SIZE(sigs); i++)
		sigaction(sigs[i], &sa, &old[i]);
	memset(&fault, 0, sizeof(fault));
	if (!sigsetjmp(fault_jmp, 1))
		fn(arg);
	for (i = 0; i < ARRAY_SIZE(sigs); i++)
		sigaction(sigs[i], &old[i], NULL);
	sigaltstack(&oss, NULL);
	if (f)
		*f = fault;
	return fault.sig;
}

unsigned long mx_meminfo(const char *key)
{
	char buf[128];
	size_t n = strlen(key);
	unsigned long val = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	if (!f)
		return 0;
	while (fgets(buf, sizeof(buf), f)) {
		if (!strncmp(buf, key, n) && buf[n] == ':') {
			val = strtoul(buf + n + 1, NULL, 10);
			break;
		}
	}
	fclose(f);
	return val;
}

const char *mx_guest_type(void)
{
	static char buf[32];
	FILE *f = fopen("/sys/hypervisor/guest_type", "r");

	buf[0] = '\0';
	if (f) {
		if (!fgets(buf, sizeof(buf), f))
			buf[0] = '\0';
		fclose(f);
	}
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}

/* Whatever a test left behind ends before the next one starts. */
static void clear_group(pid_t pgid)
{
	kill(-pgid, SIGKILL);
	while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
		;
}

static bool wait_guarded(pid_t pid, int *status)
{
	struct timespec limit, now;
	struct timespec slice = { .tv_sec = 1 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &limit);
	limit.tv_sec += GUARD_SECONDS;
	for (;;) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= limit.tv_sec)
			return false;
		sigtimedwait(&set, NULL, &slice);
	}
}

static bool run(const struct mx_test *t, unsigned int n, const sigset_t *mask)
{
	pid_t pid;
	int status;

	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (pid < 0) {
		line("not ok %u %s # fork failed", n, t->name);
		return false;
	}
	if (!pid) {
		setpgid(0, 0);
		sigprocmask(SIG_SETMASK, mask, NULL);
		t->fn();
		_exit(0);
	}
	setpgid(pid, pid);
	if (!wait_guarded(pid, &status)) {
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
		clear_group(pid);
		line("not ok %u %s # no end after %d s", n, t->name,
		     GUARD_SECONDS);
		return false;
	}
	clear_group(pid);

	if (WIFSIGNALED(status)) {
		line("not ok %u %s # killed by signal %d", n, t->name,
		     WTERMSIG(status));
		return false;
	}
	if (WEXITSTATUS(status) == SKIP_STATUS && shared->skip[0]) {
		line("ok %u %s # SKIP %s", n, t->name, shared->skip);
		return true;
	}
	if (WEXITSTATUS(status)) {
		line("not ok %u %s # exit %d", n, t->name, WEXITSTATUS(status));
		return false;
	}
	if (!shared->checks) {
		line("not ok %u %s # made no check", n, t->name);
		return false;
	}
	line("ok %u %s", n, t->name);
	return true;
}

static bool wanted(const struct mx_test *t, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strncmp(t->name, argv[i], strlen(argv[i])))
			return true;
	}
	return argc < 2;
}

int main(int argc, char **argv)
{
	const struct mx_test *const *t;
	const struct mx_helper *const *h;
	unsigned int total = 0, n = 0, failed = 0;
	sigset_t chld, mask;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		perror("mmap");
		return 99;
	}
	mx_checks = &shared->checks;

	if (argc > 2 && !strcmp(argv[1], "--helper")) {
		for (h = __start_mx_helpers; h < __stop_mx_helpers; h++) {
			if (!strcmp((*h)->name, argv[2]))
				return (*h)->fn(argc - 2, argv + 2);
		}
		return 127;
	}

	for (t = __start_mx_tests; t < __stop_mx_tests; t++)
		total += wanted(*t, argc, argv);
	if (!total) {
		fprintf(stderr, "selfcheck: no such test\n");
		return 2;
	}
	/* Ours to wait for; the tests get the mask as it was. */
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &mask);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	line("KTAP version 1");
	line("1..%u", total);
	for (t = __start_mx_tests; t < __stop_mx_tests; t++) {
		if (wanted(*t, argc, argv) && !run(*t, ++n, &mask))
			failed++;
	}
	line("# %u of %u failed", failed, total);
	return failed != 0;
}
