/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MACH_XEN_SMPCHECK_H
#define MACH_XEN_SMPCHECK_H

#include <stdbool.h>

#define MAX_CPUS	256

/* Bind the calling thread. */
bool pin(unsigned int cpu);

/*
 * What "smpcheck evtchns", "contend SECONDS", "ldt SECONDS", "clocks FILE",
 * "grants DOMID" and "nth OPERATION" do; they return an exit status.
 */
int evtchns(void);
int contend(unsigned int seconds);
int ldtrace(unsigned int seconds);
int clocks(const char *file);
int grants(unsigned int domid, int rounds);
int nth(const char *operation);
int nth_exec(void);

#endif
