// SPDX-License-Identifier: GPL-2.0
/*
 * FPU and vector state: kept apart between processes and threads, saved
 * and restored around signals, inherited by fork, fresh after exec.
 */
#include <cpuid.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "ktap.h"

struct vec {
	uint32_t w[8][8];
} __attribute__((aligned(32)));

static bool has_avx(void)
{
	unsigned int a, b, c, d, lo, hi;

	if (!__get_cpuid(1, &a, &b, &c, &d))
		return false;
	/* The CPU has it and the kernel (or Xen) has switched it on. */
	if (!(c & bit_OSXSAVE) || !(c & bit_AVX))
		return false;
	asm volatile("xgetbv" : "=a" (lo), "=d" (hi) : "c" (0));
	return (lo & 6) == 6;
}

static bool has_sse2(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && (d & bit_SSE2);
}

static void pattern(struct vec *v, uint32_t seed)
{
	unsigned int i;

	for (i = 0; i < 64; i++)
		v->w[i / 8][i % 8] = mx_word(seed, i);
}

static void load_xmm(const struct vec *v)
{
	asm volatile("movdqa 0(%0), %%xmm0; movdqa 32(%0), %%xmm1;"
		     "movdqa 64(%0), %%xmm2; movdqa 96(%0), %%xmm3;"
		     "movdqa 128(%0), %%xmm4; movdqa 160(%0), %%xmm5;"
		     "movdqa 192(%0), %%xmm6; movdqa 224(%0), %%xmm7"
		     :: "r" (v) : "memory");
}

static void store_xmm(struct vec *v)
{
	asm volatile("movdqa %%xmm0, 0(%0); movdqa %%xmm1, 32(%0);"
		     "movdqa %%xmm2, 64(%0); movdqa %%xmm3, 96(%0);"
		     "movdqa %%xmm4, 128(%0); movdqa %%xmm5, 160(%0);"
		     "movdqa %%xmm6, 192(%0); movdqa %%xmm7, 224(%0)"
		     :: "r" (v) : "memory");
}

static void load_ymm(const struct vec *v)
{
	asm volatile("vmovdqa 0(%0), %%ymm0; vmovdqa 32(%0), %%ymm1;"
		     "vmovdqa 64(%0), %%ymm2; vmovdqa 96(%0), %%ymm3;"
		     "vmovdqa 128(%0), %%ymm4; vmovdqa 160(%0), %%ymm5;"
		     "vmovdqa 192(%0), %%ymm6; vmovdqa 224(%0), %%ymm7"
		     :: "r" (v) : "memory");
}

static void store_ymm(struct vec *v)
{
	asm volatile("vmovdqa %%ymm0, 0(%0); vmovdqa %%ymm1, 32(%0);"
		     "vmovdqa %%ymm2, 64(%0); vmovdqa %%ymm3, 96(%0);"
		     "vmovdqa %%ymm4, 128(%0); vmovdqa %%ymm5, 160(%0);"
		     "vmovdqa %%ymm6, 192(%0); vmovdqa %%ymm7, 224(%0)"
		     :: "r" (v) : "memory");
}

/* In user space only: nothing between load and store may touch a vector. */
static void spin_and_yield(unsigned int loops)
{
	unsigned int i;
	long ret;

	for (i = 0; i < loops; i++)
		asm volatile("int $0x80" : "=a" (ret)
			     : "0" (158 /* sched_yield */) : "memory");
}

static bool same(const struct vec *a, const struct vec *b, unsigned int words)
{
	unsigned int i, j;

	for (i = 0; i < 8; i++)
		for (j = 0; j < words; j++)
			if (a->w[i][j] != b->w[i][j])
				return false;
	return true;
}

static void hold(uint32_t seed, bool avx)
{
	struct vec in, out;
	unsigned short cw = 0x037f & ~((seed & 3) << 10), cw2;
	uint32_t mxcsr = 0x1f80 | (seed & 3) << 13, mxcsr2;
	double st[4], back[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		st[i] = (double)mx_word(seed, i);
	pattern(&in, seed);
	asm volatile("fninit; fldcw %0" :: "m" (cw));
	asm volatile("ldmxcsr %0" :: "m" (mxcsr));
	asm volatile("fldl %0; fldl %1; fldl %2; fldl %3"
		     :: "m" (st[0]), "m" (st[1]), "m" (st[2]), "m" (st[3]));
	if (avx)
		load_ymm(&in);
	else
		load_xmm(&in);
	spin_and_yield(6);
	if (avx)
		store_ymm(&out);
	else
		store_xmm(&out);
	asm volatile("fstpl %0; fstpl %1; fstpl %2; fstpl %3"
		     : "=m" (back[3]), "=m" (back[2]), "=m" (back[1]),
		       "=m" (back[0]));
	asm volatile("fnstcw %0; stmxcsr %1" : "=m" (cw2), "=m" (mxcsr2));
	asm volatile("fninit");
	check(same(&in, &out, avx ? 8 : 4), "vector registers changed");
	check(!memcmp(st, back, sizeof(st)), "x87 stack changed");
	check(cw == cw2, "control word %#x became %#x", cw, cw2);
	check(mxcsr == (mxcsr2 & ~0x3fu), "MXCSR %#x became %#x", mxcsr, mxcsr2);
}

static void *hold_thread(void *arg)
{
	unsigned int i;

	for (i = 0; i < 40; i++)
		hold((uintptr_t)arg * 1000 + i, has_avx());
	return NULL;
}

TEST(fpu_switches)
{
	uintptr_t i, j;
	pid_t pid[4];
	pthread_t th;

	if (!has_sse2())
		mx_skip("no SSE2");
	mx_note("vectors tried: %s", has_avx() ? "ymm" : "xmm");
	for (i = 0; i < 4; i++) {
		pid[i] = mx_fork();
		if (pid[i])
			continue;
		if (i & 1)
			check(!pthread_create(&th, NULL, hold_thread,
					      (void *)(i + 50)));
		for (j = 0; j < 40; j++)
			hold(i * 1000 + j, has_avx());
		if (i & 1)
			check(!pthread_join(th, NULL));
		_exit(0);
	}
	for (i = 0; i < 4; i++)
		mx_reap(pid[i]);
}

static volatile sig_atomic_t ticks;

static void wreck(int sig)
{
	struct vec v;

	(void)sig;
	pattern(&v, 999);
	load_xmm(&v);
	asm volatile("fninit; fldz; fldz; fldz");
	ticks++;
}

/* A handler that uses the FPU does not disturb the interrupted code. */
TEST(fpu_signal_preserves)
{
	struct sigaction sa = { .sa_handler = wreck };
	struct itimerval it = {
		.it_interval.tv_usec = 2000,
		.it_value.tv_usec = 2000,
	};
	struct vec in, out;
	int seen = 0;

	if (!has_sse2())
		mx_skip("no SSE2");
	check(!sigaction(SIGALRM, &sa, NULL));
	check(!setitimer(ITIMER_REAL, &it, NULL));
	while (seen < 25) {
		int old = ticks;
		double one = 1.0, x;

		pattern(&in, old);
		asm volatile("fninit; fldl %0" :: "m" (one));
		load_xmm(&in);
		while (ticks == old)
			;
		store_xmm(&out);
		asm volatile("fstpl %0" : "=m" (x));
		check(same(&in, &out, 4), "after signal %d", seen);
		check(x == 1.0, "x87 holds %g", x);
		seen++;
	}
	memset(&it, 0, sizeof(it));
	setitimer(ITIMER_REAL, &it, NULL);
}

static uint32_t frame_seen;

static void edit(int sig, siginfo_t *si, void *ucv)
{
	ucontext_t *uc = ucv;
	/* The FXSAVE image follows the 112 bytes of the legacy one. */
	uint32_t *fx = (uint32_t *)((char *)uc->uc_mcontext.fpregs + 112);

	(void)sig;
	(void)si;
	frame_seen = fx[(160 + 3 * 16) / 4];
	fx[(160 + 3 * 16) / 4] = 0xfeedface;
}

/* The frame holds the vector registers, and takes new ones. */
TEST(fpu_signal_frame)
{
	struct sigaction sa = { .sa_sigaction = edit, .sa_flags = SA_SIGINFO };
	struct vec in, out;
	long ret;

	if (!has_sse2())
		mx_skip("no SSE2");
	check(!sigaction(SIGUSR1, &sa, NULL));
	pattern(&in, 77);
	load_xmm(&in);
	asm volatile("int $0x80" : "=a" (ret)
		     : "0" (37 /* kill */), "b" (getpid()), "c" (SIGUSR1)
		     : "memory");
	store_xmm(&out);
	check(ret == 0);
	check(frame_seen == in.w[3][0]);
	check(out.w[3][0] == 0xfeedface);
	in.w[3][0] = 0xfeedface;
	check(same(&in, &out, 4));
}

TEST(fpu_fork_inherits)
{
	struct vec in, out;
	unsigned short cw = 0x0b7f, got = 0;
	long ret;

	if (!has_sse2())
		mx_skip("no SSE2");
	pattern(&in, 78);
	asm volatile("fninit; fldcw %0" :: "m" (cw));
	load_xmm(&in);
	asm volatile("int $0x80" : "=a" (ret) : "0" (2 /* fork */) : "memory");
	store_xmm(&out);
	asm volatile("fnstcw %0" : "=m" (got));
	check(ret >= 0 && same(&in, &out, 4) && got == cw,
	      "%s", ret ? "parent" : "child");
	if (!ret)
		_exit(0);
	mx_reap(ret);
}

/* Before libc has run anything that sets it, nothing but the kernel did. */
HELPER(fpu_fresh)
{
	unsigned short cw;
	uint32_t mxcsr = 0x1f80;

	(void)argc;
	(void)argv;
	asm volatile("fnstcw %0" : "=m" (cw));
	if (has_sse2())
		asm volatile("stmxcsr %0" : "=m" (mxcsr));
	return cw == 0x037f && (mxcsr & ~0x3fu) == 0x1f80 ? 0 : 1;
}

TEST(fpu_exec_resets)
{
	unsigned short cw = 0x0c7f;
	uint32_t mxcsr = 0x7f80;
	pid_t pid = mx_fork();

	if (!pid) {
		asm volatile("fninit; fldcw %0" :: "m" (cw));
		if (has_sse2())
			asm volatile("ldmxcsr %0" :: "m" (mxcsr));
		mx_exec_helper("fpu_fresh", NULL);
	}
	mx_reap(pid);
}

static void x87_divide(void *arg)
{
	unsigned short cw = 0x037b;
	(void)arg;
	asm volatile("fninit; fldcw %0; fld1; fldz; fdivrp; fwait; fwait"
		     :: "m" (cw));
}

static void sse_divide(void *arg)
{
	uint32_t mxcsr = 0x1d80;
	(void)arg;
	asm volatile("ldmxcsr %0; xorps %%xmm0, %%xmm0; pcmpeqd %%xmm1, %%xmm1;"
		     "pslld $25, %%xmm1; psrld $2, %%xmm1; divps %%xmm0, %%xmm1"
		     :: "m" (mxcsr));
}

TEST(fpu_exceptions)
{
	struct mx_fault f;

	check(mx_catch(x87_divide, NULL, &f) == SIGFPE);
	check(f.code == FPE_FLTDIV, "x87: code %d", f.code);
	asm volatile("fninit");
	if (!has_sse2())
		return;
	/* Some emulators never raise it, so the signal is only reported. */
	mx_note("SSE division by zero: signal %d",
		mx_catch(sse_divide, NULL, &f));
}
