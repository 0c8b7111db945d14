"""Writes src/core/registry/python2-table.ts from the running CPython's own table of renamed modules and names.

    python3.13 scripts/python2-names.py > src/core/registry/python2-table.ts
"""
import re
import sys
from operator import itemgetter
from _compat_pickle import (IMPORT_MAPPING, NAME_MAPPING, REVERSE_IMPORT_MAPPING, REVERSE_NAME_MAPPING)

exceptions = sorted(n for (m, n), new in NAME_MAPPING.items() if m == 'exceptions' and new == ('builtins', n)
                    and REVERSE_NAME_MAPPING.get(new) == (m, n))


def rows_of_names(mapping, modules, left_out):
    """A row for each pair of modules: the two, then the names, `old=new` where they differ. Without what the modules say."""
    rows = {}
    for old, new in mapping.items():
        if (old, new) in left_out or new == (modules.get(old[0], old[0]), old[1]):
            continue
        rows.setdefault((old[0], new[0]), []).append(old[1] if old[1] == new[1] else '='.join((old[1], new[1])))
    return [' '.join([*pair, *names]) for pair, names in rows.items()]


def rows_of_endings(names):
    """A row for each ending: it, then what stands before it in each name."""
    rows = {ending: [] for ending in ('Error', 'Warning', '')}
    for name in names:
        ending = next(ending for ending in rows if name.endswith(ending))
        rows[ending].append(name[:len(name) - len(ending)])
    return [' '.join([ending, *stems]) for ending, stems in rows.items()]


def rows_of_modules(mapping):
    """The two names of each, or the old one alone where the new one is the same in small letters; packages together."""
    return [old if new == old.lower() else ' '.join((old, new)) for old, new in sorted(mapping.items(), key=itemgetter(1))]


forth = {(('exceptions', name), ('builtins', name)) for name in exceptions}
names = rows_of_names(NAME_MAPPING, IMPORT_MAPPING, forth)
reverse_names = rows_of_names(REVERSE_NAME_MAPPING, REVERSE_IMPORT_MAPPING, {(new, old) for old, new in forth})
modules = rows_of_modules(IMPORT_MAPPING)
reverse_modules = rows_of_modules(REVERSE_IMPORT_MAPPING)


def table(name, doc, rows, sep):
    print('\n/** %s */\nexport const %s: string =' % (doc, name))
    lines, line = [], ''
    for piece in re.split('(?<=[ ;])', sep.join(rows)):
        if len(line) + len(piece) > 100:
            lines.append(line)
            line = ''
        line += piece
    lines.append(line)
    print(' +\n'.join('  "%s"' % l for l in lines) + ';')


print('/**\n * The names that changed between Python 2 and 3: facts of CPython %d.%d `Lib/_compat_pickle.py`, written by\n'
      ' * `scripts/python2-names.py`; `test/interop/opcodes.test.ts` compares them with the live module.\n */'
      % sys.version_info[:2])
table('EXCEPTIONS', 'Exceptions of module `exceptions` that moved to `builtins` under the same name: an ending, what stands before it.',
      rows_of_endings(exceptions), ';')
table('NAMES', 'Python 2 module, Python 3 module, names (`old=new` where they differ); what MODULES says anyway is left out.', names, ';')
table('MODULES', 'Python 2 module, Python 3 module where it is not the same in small letters.', modules, ';')
table('REVERSE_NAMES', 'Python 3 module, Python 2 module, names (`new=old` where they differ); what REVERSE_MODULES says is left out.', reverse_names, ';')
table('REVERSE_MODULES', 'Python 3 module, Python 2 module where it is not the same in small letters.', reverse_modules, ';')
