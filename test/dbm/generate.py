"""Writes the vectors of this folder, each database with the same entries. Debian's python3 has dbm.gnu and dbm.ndbm.

    /usr/bin/python3 test/dbm/generate.py gnu ndbm          # apt-get install python3-gdbm
    python3.13 test/dbm/generate.py sqlite3 dumb
    python2.7 test/dbm/generate.py dumb2
    python3 test/dbm/generate.py feed | ./generate …        # generate-bdb185.c says more
"""
import os
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'vectors')


def entries():
    """In the order of their making; test/dbm/vectors.ts has the same."""
    yield b'', b'an empty key'
    yield b'empty', b''
    yield b'key', b'value'
    yield b'it\'s "q" \\ \n\r\t\x00\x7f\xa0\xad\xff', b'\x00\x01\xfe\xff'
    yield u'z\xeb'.encode('utf-8'), b'umlaut'
    for index in range(300):
        yield ('k%d' % index).encode(), (b'%d' % index if sys.version_info[0] > 2 else str(index).encode()) * (index % 9)
    yield b'long', b'0123456789abcdef' * 700
    yield b'K' * 3000, b'a long key'


def fill(database):
    for key, value in entries():
        # Made, changed and deleted, so that there are gaps.
        database[key + b'?'] = b'gone'
        database[key] = b'first'
        database[key] = value
    for key, _ in entries():
        del database[key + b'?']
    database.close()


class Feed(dict):
    """The same steps as lines, for a program that is no Python."""

    def __setitem__(self, key, value):
        print('put %s %s' % (key.hex(), value.hex()))

    def __delitem__(self, key):
        print('del %s' % key.hex())

    def close(self):
        sys.exit()


for kind in sys.argv[1:]:
    if kind == 'feed':
        fill(Feed())
    name = os.path.join(FOLDER, kind)
    for ending in ('', '.db', '.dat', '.dir', '.bak', '-wal', '-shm'):
        if os.path.exists(name + ending):
            os.remove(name + ending)
    if kind == 'dumb2':
        import dumbdbm as module
    else:
        module = __import__('dbm.' + kind, fromlist=['open'])
    fill(module.open(name, 'c'))
    if os.path.exists(name + '.bak'):
        os.remove(name + '.bak')
    print(kind, 'by Python', sys.version.split()[0])
