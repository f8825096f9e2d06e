// SPDX-License-Identifier: GPL-2.0
/*
 * What a loaded module relies on, tried from inside one: its alternatives,
 * jump labels, static calls and exception tables are patched in at load and
 * while it runs, its paravirt calls act, and its text is not writable.
 * Results go to the log as "mx_kmod: ok|not ok NAME"; /tests/textpatch reads
 * them.  /proc/mx_provoke makes the kernel stumble on purpose.
 */
#include <linux/highmem.h>
#include <linux/jump_label.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/static_call.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/alternative.h>
#include <asm/msr.h>
#include <xen/page.h>

#define ROUNDS	40

static bool try_alternatives(void)
{
	unsigned int a, b;

	asm volatile(ALTERNATIVE("movl $1, %0", "movl $2, %0", %c1)
		     : "=r" (a) : "i" (X86_FEATURE_ALWAYS));
	asm volatile(ALTERNATIVE("movl $1, %0", "movl $2, %0", %c1)
		     : "=r" (b) : "i" (ALT_NOT(X86_FEATURE_ALWAYS)));
	return a == 2 && b == 1;
}

static DEFINE_STATIC_KEY_FALSE(key);

static noinline int behind_key(void)
{
	if (static_branch_unlikely(&key))
		return 2;
	return 1;
}

static bool try_jump_label(void)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		if (behind_key() != 1)
			return false;
		static_branch_enable(&key);
		if (behind_key() != 2)
			return false;
		static_branch_disable(&key);
	}
	return true;
}

static int one(int x)
{
	return x + 1;
}

static int two(int x)
{
	return x + 2;
}

DEFINE_STATIC_CALL(mx_call, one);

static bool try_static_call(void)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		if (static_call(mx_call)(i) != i + 1)
			return false;
		static_call_update(mx_call, two);
		if (static_call(mx_call)(i) != i + 2)
			return false;
		static_call_update(mx_call, one);
	}
	return true;
}

static int probe_hits;

static noinline int probed(int x)
{
	barrier();
	return x * 3;
}

static int on_probe(struct kprobe *p, struct pt_regs *regs)
{
	probe_hits++;
	return 0;
}

static bool try_kprobe(void)
{
	struct kprobe kp;
	int i, before;

	for (i = 0; i < ROUNDS / 4; i++) {
		before = probe_hits;
		memset(&kp, 0, sizeof(kp));
		kp.addr = (kprobe_opcode_t *)probed;
		kp.pre_handler = on_probe;
		if (register_kprobe(&kp))
			return false;
		if (probed(i) != i * 3 || probe_hits != before + 1)
			return false;
		unregister_kprobe(&kp);
		if (probed(i) != i * 3 || probe_hits != before + 1)
			return false;
	}
	return true;
}

/* The interrupt flag, by way of whatever the world at hand has for it. */
static bool try_irq_flags(void)
{
	unsigned long flags;
	bool good;

	if (irqs_disabled())
		return false;
	local_irq_save(flags);
	good = irqs_disabled();
	local_irq_restore(flags);
	return good && !irqs_disabled();
}

static bool try_extable(void)
{
	u64 val;
	u32 word;

	/*
	 * A model-specific register that no CPU has.  The hypervisor refuses
	 * it; some emulators read it as zero.
	 */
	if (!rdmsrl_safe(0x7fff1234, &val) && boot_cpu_has(X86_FEATURE_XENPV))
		return false;
	__get_kernel_nofault(&word, &probe_hits, u32, fault);
	if (word != probe_hits)
		return false;
	__get_kernel_nofault(&word, (u32 *)0x10, u32, good);
fault:
	return false;
good:
	return true;
}

static bool try_text_readonly(void)
{
	u8 byte = *(volatile u8 *)probed;

	if (!IS_ENABLED(CONFIG_STRICT_MODULE_RWX))
		return true;
	__put_kernel_nofault((u8 *)probed, &byte, u8, good);
	return false;
good:
	return true;
}

static bool try_memory(void)
{
	struct page *page;
	bool good = true;
	u32 *v, *p;
	int i;

	v = vmalloc(64 * PAGE_SIZE);
	if (!v)
		return false;
	for (i = 0; i < 64; i++)
		v[i * PAGE_SIZE / 4] = i * 77;
	for (i = 0; i < 64; i++)
		good &= v[i * PAGE_SIZE / 4] == i * 77;
	vfree(v);
	page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	if (!page)
		return false;
	for (i = 0; i < ROUNDS; i++) {
		p = kmap_local_page(page);
		good &= p[i] == 0;
		p[i] = i + 1;
		kunmap_local(p);
		p = kmap_local_page(page);
		good &= p[i] == i + 1;
		kunmap_local(p);
	}
	__free_page(page);
	return good;
}

static const struct {
	const char *name;
	bool (*fn)(void);
} tries[] = {
	{ "alternatives", try_alternatives },
	{ "jump_label", try_jump_label },
	{ "static_call", try_static_call },
	{ "kprobe", try_kprobe },
	{ "irq_flags", try_irq_flags },
	{ "extable", try_extable },
	{ "text_readonly", try_text_readonly },
	{ "memory", try_memory },
};

static void *wx_page;

/* A page that is writable and executable, until the module goes. */
static int make_wx(void)
{
	unsigned int level;
	pte_t *pte;

	if (!wx_page)
		wx_page = vmalloc(PAGE_SIZE);
	if (!wx_page)
		return -ENOMEM;

	pte = lookup_address((unsigned long)wx_page, &level);
	if (!pte || level != PG_LEVEL_4K)
		return -EINVAL;
	set_pte(pte, pte_mkexec(*pte));
	return 0;
}

static noinline int mx_stumble(const char *how)
{
	if (!strcmp(how, "wx"))
		return make_wx();
	if (!strcmp(how, "warn")) {
		WARN(1, "mx_kmod: a warning, on purpose\n");
		return 0;
	}
	if (!strcmp(how, "bug"))
		BUG();
	if (!strcmp(how, "null"))
		*(volatile int *)8 = 1;
	if (!strcmp(how, "div"))
		asm volatile("xor %%edx, %%edx; divl %%edx"
			     ::: "eax", "edx", "cc");
	return -EINVAL;
}

/*
 * A file in /proc and not a module parameter: whoever dies in there holds no
 * lock that the next one needs.
 */
static ssize_t provoke_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *pos)
{
	char how[16] = "";
	int ret;

	if (count >= sizeof(how) || copy_from_user(how, buf, count))
		return -EINVAL;
	ret = mx_stumble(strim(how));
	return ret ?: count;
}

static const struct proc_ops provoke_ops = { .proc_write = provoke_write };

static int __init mx_kmod_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(tries); i++)
		pr_info("mx_kmod: %s %s\n", tries[i].fn() ? "ok" : "not ok",
			tries[i].name);
	if (boot_cpu_has(X86_FEATURE_XENPV))
		pr_info("mx_kmod: page directory in frame %#lx\n",
			virt_to_mfn(current->mm->pgd));
	return proc_create("mx_provoke", 0200, NULL, &provoke_ops) ? 0 : -ENOMEM;
}

static void __exit mx_kmod_exit(void)
{
	remove_proc_entry("mx_provoke", NULL);
	vfree(wx_page);
}

module_init(mx_kmod_init);
module_exit(mx_kmod_exit);
MODULE_DESCRIPTION("mach-xen: a module that tries what modules rely on");
MODULE_LICENSE("GPL");
