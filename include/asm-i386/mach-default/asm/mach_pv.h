/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hooks of the PV guest code for 64-bit: each is the code that the base kernel has
 * there.
 *
 * 32-bit PV guests have another header, which replaces this one.
 */
#ifndef _ASM_MACH_PV_H
#define _ASM_MACH_PV_H

/* enlighten_pv.c */
static inline void mach_pv_init_cpu(void) { }
static inline void mach_pv_init_platform(void) { }
#define mach_pv_start_reservations()	\
	x86_64_start_reservations((char *)__pa_symbol(&boot_params))
#define mach_pv_clear_tls_segment()	loadsegment(fs, 0)
#define mach_pv_direct_alias(pfn, v)	__va(PFN_PHYS(pfn))
static inline void mach_pv_undo_cpu_up(unsigned int cpu) { }

/* mmu_pv.c */
#define mach_pv_store_pmd(ptr, val)	(*(ptr) = (val))
#define mach_pv_store_pud(ptr, val)	(*(ptr) = (val))
#define mach_pv_pin_pgd(pgd)		xen_do_pin(MMUEXT_PIN_L4_TABLE, PFN_DOWN(__pa(pgd)))
#define mach_pv_unpin_pgd(pgd)		xen_do_pin(MMUEXT_UNPIN_TABLE, PFN_DOWN(__pa(pgd)))
#define mach_pv_loaded_cr3(cr3)		(cr3)

static inline void mach_pv_init_mmu_ops(void) { }
static inline void mach_pv_build_pagetable(void) { }
static inline void mach_pv_post_allocator_init(void) { }
static inline void mach_pv_after_bootmem(void) { }
static inline void mach_pv_before_suspend(void) { }
static inline void mach_pv_after_suspend(void) { }

/* smp_pv.c */
static inline bool mach_pv_needs_ioapic(void) { return true; }

static inline unsigned int mach_pv_max_cpus(unsigned int max_cpus)
{
	return max_cpus;
}

#define mach_pv_vcpu_context(ctxt, cpu)	\
	((ctxt)->gs_base_kernel = per_cpu_offset(cpu))
#define mach_pv_leave_mm()		load_cr3(swapper_pg_dir)
/* Why is this a BUG? If the hypercall fails then everything can be rolled back, no? */
#define mach_pv_vcpu_up(cpu)		\
	({ BUG_ON(HYPERVISOR_vcpu_op(VCPUOP_up, xen_vcpu_nr(cpu), NULL)); 0; })

/* suspend.c: any guest */
#define mach_pv_suspend_tick()		tick_suspend_local()

#endif /* _ASM_MACH_PV_H */
