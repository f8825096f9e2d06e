# SPDX-License-Identifier: GPL-2.0
#
# For gdb, attached to a machine that has not started. The kernel is an initial domain with
# one vcpu. gdb stops it before each instruction of some ranges, from the time the kernel
# has come to a function, and interrupts it there. When the interrupted context goes on,
# its registers and its event mask must be unchanged.
#
# Environment:
#   KIND     event     Xen sends an event, of the kernel's reschedule IPI. If events are
#                      masked, Xen must do so when the mask goes.
#            nmi       Xen sends an NMI.
#            fault     a page fault that the kernel takes for a stale TLB entry. In the
#                      critical range the way back from it gets an event.
#            failsafe  the failsafe callback. Its own instructions get an NMI.
#            gdb makes the frames of the last two, as compat_create_bounce_frame() and
#            load_segments() of Xen do. It makes them for the kernel only.
#   AFTER    address of that function
#   RANGES   file with a line for each: start, end
#   PROGRAM  address of an instruction of a program that compares its registers
#   SYMBOLS  file with the kernel's symbols, of nm -S
#   NMIS, EVENTS  addresses of the kernel's counters, per CPU
#   IRQ_STAT address of Xen's irq_stat
#   TIMES    how often, at each instruction
#
# Xen must have nmi=dom0 for kinds nmi and failsafe, nmi=ignore for the others.
#
# gdb prints "mach-xen: NUMBER instructions", for each that was interrupted
# "mach-xen: at ADDRESS TIMES RETURNS", where returns are also frames that the upcall has
# dropped, for the others "mach-xen: not at ...", "mach-xen: events NUMBER", and
# "mach-xen: wrong ..." for each fault.
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

# No segment has this selector: an LDT's entry that no program makes
NO_SEGMENT = 0xffff

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
    # An interrupt may change RF.
    values["eflags"] &= ~RF
    values["mask"] = memory(vcpu + VCPU_MASK, 1)
    return values


def send_nmi():
    gdb.execute("monitor nmi", to_string=True)


def kick():
    """Xen looks for events when an interrupt ends, but not when an NMI ends. If a softirq
    is pending then, Xen sends itself an interrupt."""
    store(IRQ_STAT, 4, memory(IRQ_STAT, 4) | 1)
    send_nmi()


def pending():
    return memory(event_word, 4) >> port % 32 & 1


def send_event():
    """An event that is pending already does not count."""
    global events
    events += not pending()
    store(event_word, 4, memory(event_word, 4) | 1 << port % 32)
    store(vcpu + VCPU_SELECTOR, 4, memory(vcpu + VCPU_SELECTOR, 4) | 1 << port // 32)
    store(vcpu + VCPU_PENDING, 1, 1)
    kick()


def send_frame(regs):
    if KIND == "fault":
        to = symbols["asm_exc_page_fault"]
        frame = [PROTECTION_WRITE]
        store(vcpu + VCPU_CR2, 4, symbols["jiffies"])
    else:
        to = symbols["xen_failsafe_callback"]
        frame = [NO_SEGMENT] * 4
    frame += [regs["rip"], regs["mask"] << 16 | regs["cs"],
              regs["eflags"] & ~(IF | IOPL) | (0 if regs["mask"] else IF)]
    sp = regs["rsp"] - 4 * len(frame)
    for i, word in enumerate(frame):
        store(sp + 4 * i, 4, word)
    store(vcpu + VCPU_MASK, 1, 1)
    set_register("eflags", regs["eflags"] & ~(VM | RF | NT | TF))
    set_register("rip", to)
    set_register("rsp", sp)


def arrived(before):
    """Has the kernel handled what it was sent? It may have stopped at the same place
    before that."""
    if KIND == "event":
        return before["mask"] or not pending()
    if KIND == "nmi":
        return before["in_nmi"] or memory(nmis, 4) != before["nmis"]
    return True


def wrong(what):
    print("mach-xen: wrong" + what, flush=True)


def forget(pc):
    """Remove a breakpoint that has no work left."""
    if (sent[pc] == TIMES and pc != drop and pc in breakpoints and
            not any(k[0] == pc for k in waiting)):
        breakpoints.pop(pc).delete()


gdb.execute("maintenance packet Qqemu.sstep=0x1", to_string=True)
gdb.execute("set breakpoint always-inserted on")
start = stop_at(int(os.environ["AFTER"], 16))
gdb.execute("continue", to_string=True)
start.delete()

per_cpu = memory(symbols["__per_cpu_offset"], 4)


def of_cpu(address):
    return address + per_cpu & 0xffffffff


vcpu = memory(of_cpu(symbols["xen_vcpu"]), 4)
nmis = of_cpu(int(os.environ["NMIS"], 16))
handled = of_cpu(int(os.environ["EVENTS"], 16))
shared_info = memory(symbols["HYPERVISOR_shared_info"], 4)
# struct xen_common_irq begins with the irq.
irq = memory(of_cpu(symbols["xen_resched_irq"]), 4)
row = memory(memory(symbols["evtchn_to_irq"], 4), 4)
ports = [p for p in range(1024) if memory(row + 4 * p, 4) == irq]
if len(ports) != 1:
    raise SystemExit("mach-xen: wrong number of ports for irq %d: %s" % (irq, ports))
port = ports[0]
event_word = shared_info + EVTCHN_PENDING + 4 * (port // 32)

texts = {}
with open(os.environ["RANGES"], encoding="ascii") as lines:
    for line in lines:
        first, last = (int(a, 16) for a in line.split())
        texts.update(instructions(first, last))
PADDING = re.compile(r"nop|int3|ud2|xchg %ax,%ax|lea (%ds:)?0x0\(%e.i.*\),%e.i")
upcall = symbols["xen_asm_exc_xen_hypervisor_callback"]
drop = min(a for a in texts if a > upcall and texts[a] == "lea 0xc(%esp),%esp")
iret = symbols["xen_critical_iret"]
critical = range(symbols["xen_critical_start"], symbols["xen_critical_end"])
failsafe = range(symbols["xen_failsafe_callback"], symbols["xen_entry_SYSENTER_32"])
breakpoints = {a: stop_at(a) for a in texts if not PADDING.match(texts[a])}
if KIND in ("event", "nmi"):
    user = int(os.environ["PROGRAM"], 16)
    texts[user] = "of a program"
    breakpoints[user] = stop_at(user)
print("mach-xen: %d instructions" % len(breakpoints), flush=True)

sent, returned, waiting = {}, {}, {}
events = 0
handled_before = memory(handled, 4)
while True:
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error:
        break
    if gdb.selected_thread() is None:
        # The machine is off.
        break
    regs = context()
    pc = regs["rip"]
    key = pc, regs["rsp"]
    if memory(handled, 4) - handled_before != events - pending():
        wrong(" number of events: %d sent, %d handled, %d pending" %
              (events, memory(handled, 4) - handled_before, pending()))
        handled_before = memory(handled, 4) - events + pending()
    if pc == drop:
        # The upcall drops a frame that points into the critical range.
        gone = memory(regs["rsp"], 4), regs["rsp"] + 12
        if gone in waiting:
            del waiting[gone]
            returned[gone[0]] = returned.get(gone[0], 0) + 1
            forget(gone[0])
    if key in waiting:
        before = waiting[key]
        before["tries"] += 1
        if before["tries"] == 10:
            wrong(" at %x: nothing arrives" % pc)
        elif not arrived(before):
            if KIND == "event":
                kick()
            else:
                send_nmi()
            continue
        del waiting[key]
        if KIND == "fault":
            store(vcpu + VCPU_CR2, 4, cr2)
        returned[pc] = returned.get(pc, 0) + 1
        differ = [r for r in regs if before[r] != regs[r]]
        if differ:
            wrong(" at %x: %s" % (pc, ", ".join(
                "%s %x -> %x" % (r, before[r], regs[r]) for r in differ)))
        forget(pc)
        continue
    if pc == iret and not regs["mask"] and memory(vcpu + VCPU_PENDING, 1):
        wrong(": an event waits at iret")
    if sent.get(pc, 0) == TIMES:
        forget(pc)
        continue
    if KIND in ("fault", "failsafe"):
        if not waiting:
            # Before the kernel has read the address of a fault, it makes no other one.
            # So the kernel gets that address back.
            cr2 = memory(vcpu + VCPU_CR2, 4)
            send_frame(regs)
        elif pc in failsafe:
            send_nmi()
        elif KIND == "fault" and pc in critical and all(k[0] in critical for k in waiting):
            send_event()
        else:
            # Nested faults would not end.
            continue
    elif KIND == "nmi":
        send_nmi()
    else:
        send_event()
        if regs["mask"] and iret not in breakpoints:
            # There the event must not wait any more.
            breakpoints[iret] = stop_at(iret)
    sent[pc] = sent.get(pc, 0) + 1
    regs["nmis"] = memory(nmis, 4)
    # Xen holds the next NMI back until the kernel leaves this one.
    regs["in_nmi"] = any(sp > key[1] or waiting[address, sp]["cs"] & 3 == 3
                         for address, sp in waiting)
    regs["tries"] = 0
    waiting[key] = regs

# A program may have ended by a signal.
lost = ["%x" % k[0] for k, regs in waiting.items() if regs["cs"] & 3 != 3]
if lost:
    wrong(": no return to %s" % ", ".join(lost))
for pc in sorted(breakpoints):
    if pc not in sent:
        print("mach-xen: not at %x %s" % (pc, texts[pc]))
for pc in sorted(sent):
    print("mach-xen: at %x %d %d" % (pc, sent[pc], returned.get(pc, 0)))
print("mach-xen: events %d" % events, flush=True)
