# SPDX-License-Identifier: GPL-2.0
#
# For gdb, attached to a machine that has not started: interrupts a kernel that is an
# initial domain with one vcpu before each instruction of some ranges, from the time the
# kernel has come to a function. When the interrupted context goes on, all its registers and
# its event mask must be what they were.
#
# Environment:
#   KIND     event   Xen sends an event, of the kernel's reschedule IPI
#            nmi     Xen sends an NMI; Xen must have nmi=dom0
#            fault   a page fault that the kernel takes for a stale TLB entry
#            failsafe  the failsafe callback, as if a segment had not been loaded; its own
#                    instructions get an NMI; Xen must have nmi=dom0
#            The debugger makes the frames of the last two as Xen's
#            compat_create_bounce_frame() does.
#   AFTER    address of that function
#   RANGES   file with a line for each: start, end
#   SYMBOLS  file with the kernel's symbols, of nm -S
#   IRQ_STAT address of Xen's irq_stat
#   TIMES    how often, at each instruction
#
# It prints "mach-xen: NUMBER instructions", for each that was interrupted
# "mach-xen: at ADDRESS TIMES RETURNS", "mach-xen: events NUMBER", and
# "mach-xen: wrong ..." for what is not as it should be.
import gdb
import os
import re
import subprocess
import tempfile

KIND = os.environ["KIND"]
TIMES = int(os.environ["TIMES"])
IRQ_STAT = int(os.environ["IRQ_STAT"], 16)

# xen/include/public/xen.h and arch-x86/xen.h, for a 32-bit guest
EVTCHN_PENDING = 32 * 64
VCPU_PENDING, VCPU_MASK, VCPU_SELECTOR, VCPU_CR2 = 0, 1, 4, 8
# the CPU's manual
IF, TF, IOPL, NT, RF, VM = 1 << 9, 1 << 8, 3 << 12, 1 << 14, 1 << 16, 1 << 17
PROTECTION_WRITE = 3

REGISTERS = ("rax rbx rcx rdx rsi rdi rbp rsp rip eflags cs ss ds es fs gs "
             "fs_base gs_base").split()

symbols = {}
with open(os.environ["SYMBOLS"], encoding="ascii") as lines:
    for line in lines:
        words = line.split()
        symbols.setdefault(words[-1], int(words[0], 16))


def memory(address, size):
    data = gdb.selected_inferior().read_memory(address, size)
    return int.from_bytes(bytes(data), "little")


def store(address, size, value):
    gdb.selected_inferior().write_memory(address, value.to_bytes(size, "little"))


def set_register(name, value):
    # gdb takes the caller's frame for the selected one when the stack moves.
    gdb.newest_frame().select()
    gdb.execute("set $%s = %#x" % (name, value))


def stop_at(address):
    return gdb.Breakpoint("*%#x" % address, type=gdb.BP_HARDWARE_BREAKPOINT,
                          internal=True)


def instructions(start, end):
    """Addresses and texts, of the memory: some differ from those in the file."""
    with tempfile.NamedTemporaryFile() as code:
        code.write(bytes(gdb.selected_inferior().read_memory(start, end - start)))
        code.flush()
        text = subprocess.run(["objdump", "-D", "-b", "binary", "-m", "i386",
                               "--adjust-vma=%#x" % start, code.name],
                              check=True, capture_output=True, text=True).stdout
    return [(int(address, 16), " ".join(what.split()))
            for address, what in re.findall(r"^ *([0-9a-f]+):\t.*\t(.*)", text, re.M)]


def context():
    frame = gdb.newest_frame()
    values = {}
    for name in REGISTERS:
        values[name] = int(frame.read_register(name)) & 0xffffffff
    # An interrupt leaves RF as it likes.
    values["eflags"] &= ~RF
    values["mask"] = memory(vcpu + VCPU_MASK, 1)
    return values


def send_event():
    """To be called where the kernel runs. Xen looks for events when an interrupt ends. The
    NMI that it ignores makes Xen send itself one, since a softirq is pending."""
    word, bit = divmod(port, 32)
    bits = memory(shared_info + EVTCHN_PENDING + 4 * word, 4)
    new = not bits >> bit & 1
    store(shared_info + EVTCHN_PENDING + 4 * word, 4, bits | 1 << bit)
    store(vcpu + VCPU_SELECTOR, 4, memory(vcpu + VCPU_SELECTOR, 4) | 1 << word)
    store(vcpu + VCPU_PENDING, 1, 1)
    store(IRQ_STAT, 4, memory(IRQ_STAT, 4) | 1)
    gdb.execute("monitor nmi", to_string=True)
    return new


def send_nmi():
    gdb.execute("monitor nmi", to_string=True)


def send_frame(regs):
    if KIND == "fault":
        to = symbols["asm_exc_page_fault"]
        frame = [PROTECTION_WRITE]
        store(vcpu + VCPU_CR2, 4, symbols["jiffies"])
    else:
        to = symbols["xen_failsafe_callback"]
        frame = [regs["ds"], regs["es"], regs["fs"], regs["gs"]]
    frame += [regs["rip"], regs["mask"] << 16 | regs["cs"],
              regs["eflags"] & ~(IF | IOPL) | (0 if regs["mask"] else IF)]
    sp = regs["rsp"] - 4 * len(frame)
    for i, word in enumerate(frame):
        store(sp + 4 * i, 4, word)
    store(vcpu + VCPU_MASK, 1, 1)
    set_register("eflags", regs["eflags"] & ~(VM | RF | NT | TF))
    set_register("rip", to)
    set_register("rsp", sp)


def forget(pc):
    """Stops there no more, if all is done there."""
    if (sent[pc] == TIMES and pc != drop and (pc != iret or users == TIMES) and
            pc in breakpoints and not any(k[0] == pc for k in waiting)):
        breakpoints.pop(pc).delete()


gdb.execute("maintenance packet Qqemu.sstep=0x1", to_string=True)
gdb.execute("set breakpoint always-inserted on")
start = stop_at(int(os.environ["AFTER"], 16))
gdb.execute("continue", to_string=True)
start.delete()

per_cpu = memory(symbols["__per_cpu_offset"], 4)
vcpu = memory(symbols["xen_vcpu"] + per_cpu & 0xffffffff, 4)
shared_info = memory(symbols["HYPERVISOR_shared_info"], 4)
# struct xen_common_irq begins with the irq.
irq = memory(symbols["xen_resched_irq"] + per_cpu & 0xffffffff, 4)
row = memory(memory(symbols["evtchn_to_irq"], 4), 4)
ports = [p for p in range(1024) if memory(row + 4 * p, 4) == irq]
if len(ports) != 1:
    raise SystemExit("mach-xen: wrong number of ports for irq %d: %s" % (irq, ports))
port = ports[0]

texts = {}
with open(os.environ["RANGES"], encoding="ascii") as lines:
    for line in lines:
        first, last = (int(a, 16) for a in line.split())
        texts.update(instructions(first, last))
upcall = symbols["xen_asm_exc_xen_hypervisor_callback"]
drop = min(a for a in texts if a > upcall and texts[a] == "lea 0xc(%esp),%esp")
PADDING = re.compile(r"nop|int3|ud2|xchg %ax,%ax|lea (%ds:)?0x0\(%e.i.*\),%e.i")
breakpoints = {a: stop_at(a) for a in texts if not PADDING.match(texts[a])}
print("mach-xen: %d instructions" % len(breakpoints), flush=True)

iret = symbols["xen_critical_iret"]
# The debugger's page fault would not be a program's.
users = TIMES if KIND in ("fault", "failsafe") else 0
sent, returned, waiting, events = {}, {}, {}, 0
while True:
    try:
        gdb.execute("continue", to_string=True)
        regs = context()
    except gdb.error:
        # The machine is off.
        break
    pc = regs["rip"]
    key = pc, regs["rsp"]
    if pc == drop:
        # The upcall drops a frame that points into the critical range.
        gone = memory(regs["rsp"], 4), regs["rsp"] + 12
        if gone in waiting:
            del waiting[gone]
            forget(gone[0])
    if pc == iret and memory(vcpu + VCPU_PENDING, 1):
        print("mach-xen: wrong: an event waits when a program goes on", flush=True)
    if key in waiting:
        before = waiting.pop(key)
        if KIND == "fault":
            store(vcpu + VCPU_CR2, 4, cr2)
        returned[pc] = returned.get(pc, 0) + 1
        differ = [r for r in before if before[r] != regs[r]]
        if differ:
            print("mach-xen: wrong at %x: %s" % (pc, ", ".join(
                "%s %x -> %x" % (r, before[r], regs[r]) for r in differ)), flush=True)
        forget(pc)
        continue
    if pc == iret and sent.get(pc) == TIMES and users < TIMES:
        # Behind it is an instruction of a program.
        gdb.execute("stepi", to_string=True)
        regs = context()
        if regs["cs"] & 3 != 3:
            continue
        pc = regs["rip"]
        key = pc, regs["rsp"]
        if pc not in breakpoints:
            texts[pc] = "of a program"
            breakpoints[pc] = stop_at(pc)
        users += 1
        forget(iret)
    if sent.get(pc, 0) == TIMES:
        forget(pc)
        continue
    if KIND in ("fault", "failsafe"):
        if not waiting:
            # Where the kernel has yet to read the address of a fault, it makes none:
            # it gets the address back.
            cr2 = memory(vcpu + VCPU_CR2, 4)
            send_frame(regs)
        elif symbols["xen_failsafe_callback"] <= pc < symbols["xen_entry_SYSENTER_32"]:
            send_nmi()
        else:
            # A fault in the way of the fault in the way of ... has no end.
            continue
    elif KIND == "nmi":
        send_nmi()
    else:
        events += send_event()
        if iret not in breakpoints:
            # The way back to the program must see it.
            breakpoints[iret] = stop_at(iret)
    sent[pc] = sent.get(pc, 0) + 1
    waiting[key] = regs

# A program may have ended by a signal.
lost = ["%x" % k[0] for k, regs in waiting.items() if regs["cs"] & 3 != 3]
if lost:
    print("mach-xen: wrong: no return to %s" % ", ".join(lost))
for pc in sorted(breakpoints):
    if pc not in sent:
        print("mach-xen: not at %x %s" % (pc, texts[pc]))
for pc in sorted(sent):
    print("mach-xen: at %x %d %d" % (pc, sent[pc], returned.get(pc, 0)))
print("mach-xen: events %d" % events, flush=True)
