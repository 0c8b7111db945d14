"""A folder in, then a verb a line in, its seconds in Python 3.13's shelve out. Mirrors shelve-one.ts, verb for verb."""
import os
import shelve
import sys
import time

FOLDER = sys.argv[1]
PUTS, GETS, BULK = map(int, sys.argv[2:5])


def value(index):
    return {'index': index, 'name': 'user%d' % index, 'score': index * 0.5}


def path(name):
    return os.path.join(FOLDER, 'python-' + name)


def puts():
    with shelve.open(path('puts'), 'n') as shelf:
        for index in range(PUTS):
            shelf['key%d' % index] = value(index)


def bulk():
    with shelve.open(path('bulk'), 'n') as shelf:
        for index in range(BULK):
            shelf['key%d' % index] = value(index)


def gets():
    with shelve.open(path('bulk'), 'r') as shelf:
        for index in range(GETS):
            shelf['key%d' % (index * 7919 % BULK)]


for line in sys.stdin:
    start = time.perf_counter(), time.process_time()
    {'puts': puts, 'bulk': bulk, 'gets': gets}[line.strip()]()
    print(time.perf_counter() - start[0], time.process_time() - start[1], flush=True)
