# SPDX-License-Identifier: GPL-2.0
#
# For gdb, attached to a machine that has not started: lets hypercalls fail, or lists
# those that are made, once the kernel has come to a function.
#
# Environment:
#   SITES   file with a line for each: address of the call instruction, function
#   AFTER   address of that function
#   FAIL    address of the one call that fails, with -ENOMEM and without being made, when
#           it is made for the first time; if empty, each is listed
#
# It prints "mach-xen: call ADDRESS NUMBER FUNCTION" for each.
import gdb
import os

ENOMEM = -12
CALL_BYTES = 5  # of "call rel32"


def register(name):
    return int(gdb.parse_and_eval("(unsigned int)$" + name))


def stop_at(address):
    return gdb.Breakpoint("*0x" + address, type=gdb.BP_HARDWARE_BREAKPOINT,
                          internal=True)


def go_on():
    gdb.execute("continue", to_string=True)


fail = os.environ["FAIL"]
start = stop_at(os.environ["AFTER"])
go_on()
start.delete()

sites = {}
with open(os.environ["SITES"], encoding="ascii") as lines:
    for line in lines:
        address, function = line.split()
        if fail in ("", address):
            sites[int(address, 16)] = (stop_at(address), function)

while sites:
    try:
        go_on()
        pc = register("rip")
    except gdb.error:
        # The machine is off.
        break
    breakpoint, function = sites.pop(pc)
    breakpoint.delete()
    number = register("rax")
    if fail:
        gdb.execute("set $rax = %d" % (ENOMEM & 0xffffffff))
        gdb.execute("set $rip = %d" % (pc + CALL_BYTES))
    print("mach-xen: call %x %d %s" % (pc, number, function), flush=True)
