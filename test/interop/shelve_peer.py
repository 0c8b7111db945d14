"""One side of a shelf in Python: makes one, reads one, or writes one beside another process. JSON on stdout."""
import json
import sys


def module(kind):
    if sys.version_info[0] == 2:
        return __import__('dumbdbm')
    return __import__('dbm.' + kind, fromlist=['open'])


def shelf(kind, path, flag):
    import shelve
    if kind == 'any':
        return shelve.open(path, flag)
    return shelve.Shelf(module(kind).open(path, flag), protocol=2)


def value(index):
    return {'index': index, 'text': 't' * (index % 300), 'tuple': (index, None), 'big': 2 ** 70 + index}


def make(kind, path, count):
    database = shelf(kind, path, 'c')
    for index in range(int(count)):
        database['key%d' % index] = 'first'
        database['key%d' % index] = value(index)
    del database['key0']
    database['umlaut \xeb'] = [1]
    database.close()
    return sys.version.split()[0]


def check(kind, path, count):
    database = shelf(kind, path, 'r')
    wrong = [index for index in range(1, int(count)) if database['key%d' % index] != value(index)]
    extra = len(database) - (int(count) - 1) - 1
    umlaut = database['umlaut \xeb'] if sys.version_info[0] > 2 else [1]
    database.close()
    return [wrong, extra, umlaut == [1], False]


def change(kind, path):
    database = shelf(kind, path, 'w')
    for index in range(1, 60):
        del database['key%d' % index]
    database['added'] = value(7)
    if hasattr(database.dict, 'reorganize'):
        database.dict.reorganize()
    count = len(database)
    database.close()
    return count


def beside(path, name, count):
    """Writes keys of its own into a shelf that another process writes too."""
    database = shelf('any', path, 'w')
    for index in range(int(count)):
        database['%s%d' % (name, index)] = value(index)
    database.close()
    return int(count)


print(json.dumps({'make': make, 'check': check, 'change': change, 'beside': beside}[sys.argv[1]](*sys.argv[2:])))
