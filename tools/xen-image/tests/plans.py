# SPDX-License-Identifier: GPL-2.0
#
# For the programs here that compare a plan of xen-image with what a real boot says.

import json
import subprocess

bad = 0


def plan(xen_image, loader, mib, image, initrd=None):
    """what xen-image says of the image, and its plan for the loader"""
    args = [xen_image, 'plan', '--json', '--loader', loader, '--memory', mib]
    if initrd is not None:
        args += ['--initrd', str(initrd)]
    run = subprocess.run(args + [image], stdout=subprocess.PIPE)
    # 1: the loader does not take it
    if run.returncode > 1:
        raise SystemExit('%s: exit status %d' % (image, run.returncode))
    said = json.loads(run.stdout)
    return said, said['plans'][0]


def shown(x):
    return [hex(i) for i in x] if isinstance(x, list) else x


def same(name, plan, real):
    """says so if they are not; the exit status is bad"""
    global bad
    if plan != real:
        bad = 1
        print('%s: plan %s, real %s' % (name, shown(plan), shown(real)))


def kernel(plan, where='virtual'):
    """from the first segment's start to the last one's end"""
    return [min(s[where][0] for s in plan['segments']),
            max(s[where][1] for s in plan['segments'])]


def areas(plan):
    return {a['name']: a for a in plan['areas']}
