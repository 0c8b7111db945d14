"""Prints the top-level modules of this CPython's standard library, one a line; scripts/stdlib-modules.sh gathers them.

Every name counts, tests and private modules too: what is asked is whether `import NAME` can reach code that Python brings.
"""
import os
import sys
import sysconfig

names = set(getattr(sys, 'stdlib_module_names', ())) | set(sys.builtin_module_names)
library = sysconfig.get_paths()['stdlib']
for folder in (library, os.path.join(library, 'lib-dynload'), os.path.join(library, 'lib-tk'), os.path.join(library, 'plat-linux2')):
    if not os.path.isdir(folder):
        continue
    for entry in os.listdir(folder):
        base = entry.split('.')[0]
        path = os.path.join(folder, entry)
        if entry.endswith('.py') or entry.endswith('.so') or os.path.exists(os.path.join(path, '__init__.py')):
            names.add(base)
for name in sorted(names):
    if name.replace('_', '').isalnum() and not name.startswith('_'):
        print(name)
