/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A test is a function in a process of its own.  check() ends that process
 * at the first thing that is wrong, so that a crash, a hang and a failed
 * check all cost one test point and nothing else.
 */
#ifndef MACH_XEN_KTAP_H
#define MACH_XEN_KTAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define PAGE		4096UL
#define MIB		(1024UL * 1024)

struct mx_test {
	const char *name;
	void (*fn)(void);
};

/* What a program of ours runs as after exec: "selfcheck --helper NAME ARGS". */
struct mx_helper {
	const char *name;
	int (*fn)(int argc, char **argv);
};

#define TEST(id)							\
	static void test_##id(void);					\
	static const struct mx_test mx_test_##id = { #id, test_##id };	\
	static const struct mx_test *const mx_testp_##id		\
	__attribute__((used, section("mx_tests"))) = &mx_test_##id;	\
	static void test_##id(void)

#define HELPER(id)							\
	static int helper_##id(int argc, char **argv);			\
	static const struct mx_helper mx_helper_##id = { #id, helper_##id }; \
	static const struct mx_helper *const mx_helperp_##id		\
	__attribute__((used, section("mx_helpers"))) = &mx_helper_##id;	\
	static int helper_##id(int argc, char **argv)

/* A line for the reader of the log; never part of the verdict. */
void mx_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* End the test as skipped.  The host decides which skips it accepts. */
void mx_skip(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

void mx_fail(const char *file, int line, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5), noreturn));

/* main.c counts the checks: a test that made none has proved nothing. */
extern volatile unsigned int *mx_checks;

#define check(cond, ...)						\
	do {								\
		__atomic_fetch_add(mx_checks, 1, __ATOMIC_RELAXED);	\
		if (!(cond))						\
			mx_fail(__FILE__, __LINE__, #cond, "" __VA_ARGS__); \
	} while (0)

/* fork(), in which a failure is a failure of the test. */
pid_t mx_fork(void);

/* Wait for a child of this process; returns the wait status. */
int mx_wait(pid_t pid);

/* Wait for a child that must exit 0. */
void mx_reap(pid_t pid);

/* Run fn in a child and return its wait status; for what may kill it. */
int mx_child(void (*fn)(void *), void *arg);

/* Run this program again as a helper; execl-like, ends with NULL. */
void mx_exec_helper(const char *name, ...)
	__attribute__((sentinel, noreturn));

struct mx_fault {
	int sig;
	int code;
	unsigned long addr;
	unsigned long eip;
	unsigned long err;
	unsigned long trapno;
};

/* Run fn; if it raises a fault, describe it.  Returns the signal or 0. */
int mx_catch(void (*fn)(void *), void *arg, struct mx_fault *f);

/* The system calls made by the old, always present, door. */
static inline long mx_int80(long nr, long a, long b, long c, long d, long e)
{
	long ret;

	asm volatile("int $0x80"
		     : "=a" (ret)
		     : "a" (nr), "b" (a), "c" (b), "d" (c), "S" (d), "D" (e)
		     : "memory");
	return ret;
}

/* A field of /proc/meminfo in KiB, 0 if it is not there. */
unsigned long mx_meminfo(const char *key);

/* The type of guest sysfs reports: "PV", "HVM", ..., or "" on bare metal. */
const char *mx_guest_type(void);

/* A word that differs for every page and for every seed. */
static inline uint32_t mx_word(uint32_t seed, uint32_t n)
{
	uint32_t x = seed * 0x9e3779b1u ^ (n + 1) * 0x85ebca6bu;

	x ^= x >> 15;
	x *= 0x2c1b3c6du;
	return x ^ (x >> 13);
}

#endif
