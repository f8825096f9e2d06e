/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What 32-bit PV guests add to arch/x86/xen/multicalls.c. That file includes this at its
 * end, and nothing else does.
 */
#ifndef _ASM_MACH_MULTICALL_H
#define _ASM_MACH_MULTICALL_H

/**
 * xen_mc_queue_pte - add an update of a page table to the batch of lazy MMU mode
 * @ptep:	the entry
 * @cmd:	how to update it, MMU_NORMAL_PT_UPDATE or another one in public/xen.h
 * @pte:	its new value
 *
 * This does in one step what xen_mc_batch(), xen_mc_extend_args() and xen_mc_issue() do one
 * after another: mprotect() and munmap() call it for each page.
 *
 * Interrupts are off while the buffer changes: an interrupt may use it, too.
 *
 * Return: false if the CPU is not in that mode, and nothing was done.
 */
bool xen_mc_queue_pte(pte_t *ptep, unsigned int cmd, pte_t pte)
{
	struct multicall_entry *mc;
	struct mmu_update *update;
	struct mc_buffer *b;
	unsigned long flags;

	if (xen_get_lazy_mode() != XEN_LAZY_MMU)
		return false;

	local_irq_save(flags);
	b = this_cpu_ptr(&mc_buffer);
	mc = b->mcidx ? &b->entries[b->mcidx - 1] : NULL;

	if (likely(mc && mc->op == __HYPERVISOR_mmu_update &&
		   b->argidx + sizeof(*update) < MC_ARGS)) {
		mc->args[1]++;
		update = (struct mmu_update *)&b->args[b->argidx];
		b->argidx += sizeof(*update);
	} else {
		struct multicall_space mcs = __xen_mc_entry(sizeof(*update));

		mc = mcs.mc;
		update = mcs.args;
		MULTI_mmu_update(mc, update, 1, NULL, DOMID_SELF);
	}
	update->ptr = xen_pte_machine(ptep) | cmd;
	update->val = native_pte_val(pte);

	local_irq_restore(flags);
	return true;
}

#endif /* _ASM_MACH_MULTICALL_H */
