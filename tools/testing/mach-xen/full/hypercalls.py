# SPDX-License-Identifier: GPL-2.0
#
# For gdb, attached to a machine that has not started: lets hypercalls of a 32-bit kernel
# fail, or lists those that are made.
#
# Environment:
#   SITES   file with a line for each: address of the call instruction, function
#   START   address of a function: a turn begins when the kernel comes to it
#   FAIL    an address for each turn. This call fails when it is made for the first time in
#           its turn: Xen does not get it, and -ENOMEM is returned. If empty, there is one
#           turn, and each call is listed that is made in it.
#   MARK    address of a function, for a list (may be missing)
#
# It prints "mach-xen: turn" when one begins, "mach-xen: call ADDRESS NUMBER FUNCTION" for
# each call that fails or is listed, and "mach-xen: mark" when the kernel comes to MARK.
import gdb
import os

ENOMEM = -12
CALL_BYTES = 5  # of "call rel32"


def register(name):
    return int(gdb.parse_and_eval("(unsigned int)$" + name))


def stop_at(address):
    return gdb.Breakpoint("*%#x" % address, type=gdb.BP_HARDWARE_BREAKPOINT,
                          internal=True)


functions = {}
with open(os.environ["SITES"], encoding="ascii") as lines:
    for line in lines:
        address, function = line.split()
        functions[int(address, 16)] = function

turns = [[int(a, 16)] for a in os.environ["FAIL"].split()]
fails = bool(turns)
turns = turns or [list(functions)]

start = int(os.environ["START"], 16)
mark = int(os.environ.get("MARK") or "0", 16)
at_start = stop_at(start)
sites = {}
while turns or sites:
    try:
        gdb.execute("continue", to_string=True)
        pc = register("rip")
    except gdb.error:
        # The machine is off.
        break
    if pc == start:
        print("mach-xen: turn", flush=True)
        for breakpoint in sites.values():
            breakpoint.delete()
        sites = {address: stop_at(address) for address in turns.pop(0)}
        if not turns:
            at_start.delete()
        if mark and not fails:
            sites[mark] = stop_at(mark)
        continue
    sites.pop(pc).delete()
    if pc == mark:
        print("mach-xen: mark", flush=True)
        continue
    number = register("rax")
    if fails:
        gdb.execute("set $rax = %d" % (ENOMEM & 0xffffffff))
        gdb.execute("set $rip = %d" % (pc + CALL_BYTES))
    print("mach-xen: call %x %d %s" % (pc, number, functions[pc]), flush=True)
