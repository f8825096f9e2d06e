/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM rendezvous

#if !defined(MACH_XEN_RENDEZVOUS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MACH_XEN_RENDEZVOUS_TRACE_H

#include <linux/tracepoint.h>

/* An INIT or start-up IPI, as it is written to the local APIC. */
TRACE_EVENT(rendezvous_ipi,
	TP_PROTO(u32 apicid, u32 icr),
	TP_ARGS(apicid, icr),
	TP_STRUCT__entry(
		__field(u32, apicid)
		__field(u32, icr)
	),
	TP_fast_assign(
		__entry->apicid = apicid;
		__entry->icr = icr;
	),
	TP_printk("apicid=%u icr=%#x (%s)", __entry->apicid, __entry->icr,
		  __print_symbolic(__entry->icr & APIC_MODE_MASK,
				   { APIC_DM_INIT, "init" },
				   { APIC_DM_STARTUP, "start-up" }))
);

/* A CPU may leave the funnel: it begins in the kernel. */
TRACE_EVENT(rendezvous_release,
	TP_PROTO(u32 apicid),
	TP_ARGS(apicid),
	TP_STRUCT__entry(__field(u32, apicid)),
	TP_fast_assign(__entry->apicid = apicid;),
	TP_printk("apicid=%u", __entry->apicid)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
