"""Writes src/core/values/unprintable.ts: which characters the running CPython's repr escapes.

    python3.13 scripts/unprintable.py > src/core/values/unprintable.ts
"""
import sys
import unicodedata

edges = []
printable = True
for code in range(0x110000):
    if chr(code).isprintable() != printable:
        printable = not printable
        edges.append(code)

DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'


def base36(number):
    text = ''
    while True:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
        if not number:
            return text


words = ' '.join(base36(edge - before) for before, edge in zip([0] + edges, edges))
lines = [words[at:at + 100] for at in range(0, len(words), 100)]
print('''/**
 * Which characters Python's repr escapes: the code points at which `str.isprintable` changes, as distances in base 36.
 *
 * Written by `scripts/unprintable.py` from CPython %d.%d, Unicode %s; do not edit. A table of our own, since what a
 * regular expression takes for assigned depends on the runtime's version of Unicode.
 */
export const PRINTABLE_EDGES: string =''' % (sys.version_info[:2] + (unicodedata.unidata_version,)))
print('  "%s";' % '" +\n  "'.join(lines))
