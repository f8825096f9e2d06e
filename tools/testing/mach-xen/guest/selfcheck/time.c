// SPDX-License-Identifier: GPL-2.0
/*
 * Timers and clocks against each other: the vDSO against the system call,
 * one clock against another, one CPU against the next.  Only order and
 * "not too early" are asserted; how long anything takes is not.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"

#define SYS_GETTIME64	403

static int64_t ns(const struct timespec *t)
{
	return t->tv_sec * 1000000000LL + t->tv_nsec;
}

/* By way of libc, which takes the vDSO where it can. */
static int64_t now(clockid_t c)
{
	struct timespec t;

	check(!clock_gettime(c, &t));
	check(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	return ns(&t);
}

static int64_t now_int80(clockid_t c)
{
	struct timespec t;

	check(!mx_int80(SYS_clock_gettime, c, (long)&t, 0, 0, 0));
	return ns(&t);
}

static int64_t now64_int80(clockid_t c)
{
	struct {
		int64_t sec, nsec;
	} t;

	check(!mx_int80(SYS_GETTIME64, c, (long)&t, 0, 0, 0));
	return t.sec * 1000000000LL + t.nsec;
}

TEST(time_vdso_and_syscall)
{
	static const clockid_t clocks[] = {
		CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_TAI,
	};
	unsigned int i, c;

	check(getauxval(AT_SYSINFO_EHDR), "no vDSO");
	for (c = 0; c < ARRAY_SIZE(clocks); c++) {
		int64_t last = 0;

		for (i = 0; i < 2000; i++) {
			int64_t a = now(clocks[c]);
			int64_t b = now_int80(clocks[c]);
			int64_t d = now64_int80(clocks[c]);
			int64_t e = now(clocks[c]);

			check(last <= a && a <= b && b <= d && d <= e,
			      "clock %u went back: %lld %lld %lld %lld %lld",
			      c, last, a, b, d, e);
			last = e;
		}
	}
}

/* Coarse clocks lag, they never lead; and the other calls agree. */
TEST(time_clocks_agree)
{
	struct timeval tv;
	unsigned int i;

	for (i = 0; i < 300; i++) {
		int64_t coarse = now(CLOCK_MONOTONIC_COARSE);
		int64_t mono = now(CLOCK_MONOTONIC);
		int64_t boot = now(CLOCK_BOOTTIME);
		int64_t r1, r2, r3;

		check(coarse <= mono && mono <= boot);
		r1 = now(CLOCK_REALTIME);
		check(!gettimeofday(&tv, NULL));
		r2 = tv.tv_sec * 1000000000LL + tv.tv_usec * 1000LL;
		r3 = now(CLOCK_REALTIME);
		check(r1 - 1000 < r2 && r2 <= r3);
		check(time(NULL) <= r3 / 1000000000 + 1);
	}
	/* A wall clock was found, not 1970. */
	check(now(CLOCK_REALTIME) > 1577836800LL * 1000000000LL,
	      "wall clock says %lld", now(CLOCK_REALTIME));
}

TEST(time_sleep_not_early)
{
	unsigned int i;

	for (i = 0; i < 20; i++) {
		int64_t want = 500000 + 400000 * i, t0 = now(CLOCK_MONOTONIC);
		struct timespec ts = { .tv_nsec = want }, abs;

		check(!nanosleep(&ts, NULL));
		check(now(CLOCK_MONOTONIC) - t0 >= want);

		check(!clock_gettime(CLOCK_MONOTONIC, &abs));
		abs.tv_nsec += 2000000;
		if (abs.tv_nsec >= 1000000000) {
			abs.tv_nsec -= 1000000000;
			abs.tv_sec++;
		}
		check(!clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &abs,
				       NULL));
		check(now(CLOCK_MONOTONIC) >= ns(&abs));
	}
}

static int timer_ms(clockid_t c, int ms)
{
	struct itimerspec its = { .it_value.tv_nsec = ms * 1000000L };
	int fd = timerfd_create(c, TFD_NONBLOCK);

	check(fd >= 0 && !timerfd_settime(fd, 0, &its, NULL));
	return fd;
}

static bool expired(int fd)
{
	uint64_t n;

	if (read(fd, &n, 8) == 8) {
		check(n == 1);
		return true;
	}
	check(errno == EAGAIN);
	return false;
}

/* If a later timer has fired, every earlier one has. */
TEST(time_timer_order)
{
	unsigned int round;

	for (round = 0; round < 6; round++) {
		int64_t t0 = now(CLOCK_MONOTONIC), t;
		struct pollfd p = { .events = POLLIN };
		int fd[4], i;

		for (i = 0; i < 4; i++)
			fd[i] = timer_ms(CLOCK_MONOTONIC, 5 + 10 * i);
		p.fd = fd[3];
		check(poll(&p, 1, -1) == 1);
		t = now(CLOCK_MONOTONIC);
		check(t - t0 >= 35000000, "fired %lld ns early",
		      35000000 - (t - t0));
		for (i = 0; i < 4; i++)
			check(expired(fd[i]), "timer %d of 4 missing", i);
		for (i = 0; i < 4; i++)
			close(fd[i]);
	}
}

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* Periodic: never more expiries than periods have gone by. */
TEST(time_periodic)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval it = {
		.it_interval.tv_usec = 4000, .it_value.tv_usec = 4000,
	};
	struct itimerspec its = {
		.it_interval.tv_nsec = 4000000, .it_value.tv_nsec = 4000000,
	};
	uint64_t n, total = 0;
	int64_t t0, t1;
	int fd, got;

	check(!sigaction(SIGALRM, &sa, NULL));
	t0 = now(CLOCK_MONOTONIC);
	check(!setitimer(ITIMER_REAL, &it, NULL));
	while (alarms < 20)
		pause();
	/* Stopped before the clock is read, or the bound would be a race. */
	memset(&it, 0, sizeof(it));
	setitimer(ITIMER_REAL, &it, NULL);
	got = alarms;
	t1 = now(CLOCK_MONOTONIC);
	check(got <= (t1 - t0) / 4000000, "%d ticks in %lld ns", got, t1 - t0);

	fd = timerfd_create(CLOCK_BOOTTIME, 0);
	check(fd >= 0);
	t0 = now(CLOCK_BOOTTIME);
	check(!timerfd_settime(fd, 0, &its, NULL));
	while (total < 20) {
		check(read(fd, &n, 8) == 8 && n > 0);
		total += n;
		t1 = now(CLOCK_BOOTTIME);
		check((int64_t)total <= (t1 - t0) / 4000000);
	}
}

/* A busy process is charged, and its own timer fires. */
TEST(time_cpu_clocks)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval it = { .it_value.tv_usec = 20000 };
	int64_t c0 = now(CLOCK_PROCESS_CPUTIME_ID), c1;

	check(!sigaction(SIGVTALRM, &sa, NULL));
	alarms = 0;
	check(!setitimer(ITIMER_VIRTUAL, &it, NULL));
	while (!alarms)
		;
	c1 = now(CLOCK_PROCESS_CPUTIME_ID);
	check(c1 > c0);
	check(now(CLOCK_THREAD_CPUTIME_ID) <= now(CLOCK_PROCESS_CPUTIME_ID));
}

/* Passed from CPU to CPU, time does not go back. */
TEST(time_across_cpus)
{
	cpu_set_t all, one;
	int64_t last = 0;
	unsigned int i, cpu, cpus = 0;

	check(!sched_getaffinity(0, sizeof(all), &all));
	for (i = 0; i < 40; i++) {
		for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
			int64_t t;

			if (!CPU_ISSET(cpu, &all))
				continue;
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			check(!sched_setaffinity(0, sizeof(one), &one));
			check(sched_getcpu() == (int)cpu);
			t = now(CLOCK_MONOTONIC);
			check(t >= last, "cpu %u is %lld ns behind", cpu,
			      last - t);
			last = now_int80(CLOCK_MONOTONIC);
			cpus += !i;
		}
	}
	mx_note("CPUs compared: %u", cpus);
}
