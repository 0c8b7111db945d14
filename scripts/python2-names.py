"""Writes src/core/registry/python2-table.ts from the running CPython's own table of renamed modules and names.

    python3.13 scripts/python2-names.py > src/core/registry/python2-table.ts
"""
import sys
from _compat_pickle import (IMPORT_MAPPING, NAME_MAPPING, REVERSE_IMPORT_MAPPING, REVERSE_NAME_MAPPING)

exceptions = sorted(n for (m, n), new in NAME_MAPPING.items() if m == 'exceptions' and new == ('builtins', n)
                    and REVERSE_NAME_MAPPING.get(new) == (m, n))
names, reverse_names, modules, reverse_modules = [], [], [], []
for old, new in NAME_MAPPING.items():
    if old[0] == 'exceptions' and old[1] in exceptions:
        continue
    names.append(' '.join(old + new))
for new, old in REVERSE_NAME_MAPPING.items():
    if old[0] == 'exceptions' and old[1] in exceptions and new == ('builtins', old[1]):
        continue
    reverse_names.append(' '.join(new + old))
modules = [' '.join(item) for item in IMPORT_MAPPING.items()]
reverse_modules = [' '.join(item) for item in REVERSE_IMPORT_MAPPING.items()]


def table(name, doc, rows, sep):
    print('\n/** %s */\nexport const %s: string =' % (doc, name))
    lines, line = [], ''
    for row in rows:
        piece = row + sep
        if len(line) + len(piece) > 100:
            lines.append(line)
            line = ''
        line += piece
    lines.append(line.rstrip(sep))
    print(' +\n'.join('  "%s"' % l for l in lines) + ';')


print('/**\n * The names that changed between Python 2 and 3: facts of CPython %d.%d `Lib/_compat_pickle.py`, written by\n'
      ' * `scripts/python2-names.py`; `test/interop/opcodes.test.ts` compares them with the live module.\n */'
      % sys.version_info[:2])
table('EXCEPTIONS', 'Exceptions of module `exceptions` that moved to `builtins` under the same name.', exceptions, ' ')
table('NAMES', 'Python 2 module and name, Python 3 module and name; first match wins over MODULES.', names, ';')
table('MODULES', 'Python 2 module, Python 3 module.', modules, ';')
table('REVERSE_NAMES', 'Python 3 module and name, Python 2 module and name.', reverse_names, ';')
table('REVERSE_MODULES', 'Python 3 module, Python 2 module.', reverse_modules, ';')
