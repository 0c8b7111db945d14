"""Pickles whose calls are noted, and programs that should make the same ones.

    audit_program.py make FILE COUNT    writes pickles as base64, a JSON list
    audit_program.py compare FILE       reads [[pickle, program], ...]; prints where the two differ
"""
import base64
import json
import pickle
import random
import sys
import types

LOG = []
stub = types.ModuleType('stub')
sys.modules['stub'] = stub


def canonical(value, seen=None):
    """A text that two graphs share only where values, types, sharing and cycles are the same."""
    seen = {} if seen is None else seen
    if isinstance(value, (list, dict, set, stub.Made)):
        if id(value) in seen:
            return '#%d' % seen[id(value)]
        seen[id(value)] = len(seen)
        mark = '%d=' % seen[id(value)]
        if isinstance(value, dict):
            return mark + '{%s}' % ','.join(canonical(k, seen) + ':' + canonical(v, seen) for k, v in value.items())
        if isinstance(value, stub.Made):
            return mark + 'Made(%s)' % canonical(value.parts, seen)
        items = sorted(value, key=repr) if isinstance(value, set) else value
        return mark + type(value).__name__ + '[%s]' % ','.join(canonical(item, seen) for item in items)
    if isinstance(value, tuple):
        return '(%s)' % ','.join(canonical(item, seen) for item in value)
    if isinstance(value, frozenset):
        return 'frozenset(%s)' % ','.join(canonical(item, seen) for item in sorted(value))
    return '%s %r' % (type(value).__name__, value)


class Made:
    """What the stub's functions give: anything may be done to it, and all of it is noted."""

    def __init__(self, name, args):
        self.parts = [name, args]

    def __setstate__(self, state):
        LOG.append('state ' + canonical((self, state)))
        self.parts.append(state)

    def append(self, item):
        self.extend([item])

    def extend(self, items):
        for item in items:
            LOG.append('item ' + canonical((self, item)))
            self.parts.append(item)

    def __setitem__(self, key, value):
        LOG.append('pair ' + canonical((self, key, value)))
        self.parts.append((key, value))

    def update(self, pairs):
        for key, value in pairs.items():
            self[key] = value


def function(name):
    def noted(*args):
        LOG.append(name + ' ' + canonical(args))
        return Made(name, list(args))
    noted.__name__ = noted.__qualname__ = name
    noted.__module__ = 'stub'
    return noted


Made.__module__ = 'stub'
stub.Made = Made
for name in ('f', 'g', 'h'):
    setattr(stub, name, function(name))


class Reduced:
    """Pickles as a call of the stub, with a state and items behind it where it has some."""

    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts


def graph(rng, depth, known):
    kind = rng.randrange(12)
    if known and rng.random() < 0.25:
        return rng.choice(known)
    if depth <= 0 or kind < 3:
        return rng.choice([None, True, 1, -5, 2 ** 70, 1.5, 'text', u'\xeb\u4e2d', b'\x00\xff', '', (), 'it\'s "q"\\\n'])
    below = lambda: graph(rng, depth - 1, known)
    some = lambda: [below() for _ in range(rng.randrange(4))]
    if kind < 5:
        made = []
        known.append(made)
        made.extend(some())
        if rng.random() < 0.2:
            made.append(made)
    elif kind < 7:
        made = {}
        known.append(made)
        for index in range(rng.randrange(4)):
            made[rng.choice(['a', 'b', index, (1, 'k')])] = below()
        if rng.random() < 0.1:
            made['self'] = made
    elif kind == 7:
        return tuple(some())
    elif kind == 8:
        return set(rng.sample(range(20), rng.randrange(5)))
    elif kind == 9:
        return frozenset(rng.sample(range(20), rng.randrange(5)))
    else:
        parts = [getattr(stub, rng.choice('fgh')), tuple(some())]
        if rng.random() < 0.5:
            parts.append(rng.choice([below, lambda: None])())
            parts.append(iter(some()) if rng.random() < 0.5 else None)
            parts.append(iter([(rng.choice('xyz'), below()) for _ in range(rng.randrange(3))]) if rng.random() < 0.5 else None)
            parts = [list(part) if index > 2 and part is not None else part for index, part in enumerate(parts)]
        made = Once(parts)
        known.append(made)
    return made


class Once:
    """Iterators of items are used up by one pickling; this makes them anew."""

    def __init__(self, parts):
        self.parts = parts

    def __reduce__(self):
        return tuple(iter(part) if index > 2 and part is not None else part for index, part in enumerate(self.parts))


def make(path, count):
    rng = random.Random(7)
    pickles = []
    while len(pickles) < int(count):
        value = [graph(rng, 5, []) for _ in range(2)]
        try:
            data = pickle.dumps(value, rng.randrange(6))
            pickle.loads(data)
        except RecursionError:
            continue
        pickles.append(base64.b64encode(data).decode())
    with open(path, 'w') as file:
        json.dump(pickles, file)
    return len(pickles)


def compare(path):
    with open(path) as file:
        pairs = json.load(file)
    different = []
    calls = 0
    for index, (data, program) in enumerate(pairs):
        del LOG[:]
        result = pickle.loads(base64.b64decode(data))
        wanted = LOG[:], canonical(result)
        calls += len(LOG)
        del LOG[:]
        names = {}
        try:
            exec(program, names)
            got = LOG[:], canonical(names['result'])
        except Exception as error:
            got = [repr(error)], ''
        if wanted != got:
            different.append([index, program, wanted, got])
    return [len(pairs), calls, len(different), different[:3]]


print(json.dumps({'make': make, 'compare': compare}[sys.argv[1]](*sys.argv[2:])))
