// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest's kernel has in hand while the guest is saved and restored, and on
 * which stack it handles events. /proc/mx_live tells. Who reads /proc/mx_stuck does
 * not freeze until somebody writes to it.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include <asm/current.h>

#define PAGES	4

static struct task_struct *holder;
static struct page *pages[PAGES];
static unsigned long checks, wrong, high;

/* A thread that nothing freezes, inside kmap_local_page() all the time. */
static int hold(void *unused)
{
	u32 *p[PAGES];
	int i, j;

	for (i = 0; i < PAGES; i++) {
		p[i] = kmap_local_page(pages[i]);
		for (j = 0; j < PAGE_SIZE / 4; j++)
			p[i][j] = i * 7919 + j;
	}

	while (!kthread_should_stop()) {
		for (i = 0; i < PAGES; i++) {
			for (j = 0; j < PAGE_SIZE / 4; j++)
				wrong += p[i][j] != i * 7919 + j;
			p[i][0] = i * 7919;
		}
		checks++;
		msleep(20);
	}

	for (i = PAGES - 1; i >= 0; i--)
		kunmap_local(p[i]);
	return 0;
}

static bool ran, on_irq_stack;

static void look(struct irq_work *work)
{
	on_irq_stack = ((current_stack_pointer ^
			 (unsigned long)this_cpu_read(pcpu_hot.hardirq_stack_ptr)) &
			~(THREAD_SIZE - 1)) == 0;
	smp_store_release(&ran, true);
}

static DEFINE_IRQ_WORK(work, look);

static int live_show(struct seq_file *m, void *v)
{
	ran = false;
	/* The event comes while this is in the kernel. */
	irq_work_queue(&work);
	while (!smp_load_acquire(&ran))
		cpu_relax();
	seq_printf(m, "kmap: pages=%d high=%lu checks=%lu wrong=%lu\n", PAGES, high,
		   checks, wrong);
	seq_printf(m, "event: on the %s stack\n", on_irq_stack ? "interrupt" : "task's");
	return 0;
}

static DECLARE_COMPLETION(answer);

/* As if a disk did not answer: neither a signal nor the freezer gets at the reader. */
static ssize_t stuck_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	wait_for_completion(&answer);
	return 0;
}

/* The answer, for one reader. */
static ssize_t stuck_write(struct file *file, const char __user *buf, size_t count,
			   loff_t *pos)
{
	complete(&answer);
	return count;
}

static const struct proc_ops stuck_ops = {
	.proc_read = stuck_read,
	.proc_write = stuck_write,
};

static void free_all(void)
{
	int i;

	for (i = 0; i < PAGES; i++)
		if (pages[i])
			__free_page(pages[i]);
}

static int __init mx_live_init(void)
{
	int i;

	for (i = 0; i < PAGES; i++) {
		pages[i] = alloc_page(GFP_HIGHUSER);
		if (!pages[i])
			goto nomem;
		high += !!PageHighMem(pages[i]);
	}
	/* kmap_local_page() pins the thread to its CPU, which then cannot go offline. */
	holder = kthread_run_on_cpu(hold, NULL, 0, "mx_live/%u");
	if (IS_ERR(holder))
		goto nomem;
	if (proc_create_single("mx_live", 0444, NULL, live_show)) {
		if (proc_create("mx_stuck", 0600, NULL, &stuck_ops))
			return 0;
		remove_proc_entry("mx_live", NULL);
	}
	kthread_stop(holder);
nomem:
	free_all();
	return -ENOMEM;
}

static void __exit mx_live_exit(void)
{
	remove_proc_entry("mx_stuck", NULL);
	remove_proc_entry("mx_live", NULL);
	kthread_stop(holder);
	free_all();
}

module_init(mx_live_init);
module_exit(mx_live_exit);
MODULE_DESCRIPTION("mach-xen: what a guest has in hand over save and restore");
MODULE_LICENSE("GPL");
