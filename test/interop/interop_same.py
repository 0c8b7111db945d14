"""Two Python values in, every difference between them out: types, values, order, and which objects are one object.

Objects are taken apart by what they are (list, dict, set ...) and, beyond the builtins, by their own __reduce_ex__, so
that a type which CPython pickles is a type that is compared. No recursion: cycles and depth cost nothing."""
import array
import collections
import re
import struct
import sys
import types
import warnings

try:
    import copyreg
except ImportError:
    import copy_reg as copyreg

PYTHON2 = sys.version_info[0] == 2
ORDERED_DICTS = sys.version_info >= (3, 6)

if PYTHON2:
    TEXT = (str, unicode)  # noqa: F821
    INTEGERS = (int, long)  # noqa: F821
    BY_NAME = (type, types.ClassType, types.FunctionType, types.BuiltinFunctionType)
else:
    TEXT = (str, bytes)
    INTEGERS = (int,)
    BY_NAME = (type, types.FunctionType)

ATTRIBUTE_NAME = re.compile(r"\.state\{[^{}]*\}\.key$")
SINGLETONS = (type(None), type(Ellipsis), type(NotImplemented))


class Difference(object):
    """`kind` is what expected differences are listed by; `path` says where."""

    def __init__(self, kind, path, detail):
        self.kind = kind
        self.path = path
        self.detail = detail

    def __repr__(self):
        return "%s at %s: %s" % (self.kind, self.path, self.detail)


def brief(value):
    if isinstance(value, INTEGERS + (float, complex, bool) + TEXT):
        text = repr(value)
        return text if len(text) < 80 else text[:60] + "...[%d]" % len(text)
    return "%s object" % type(value).__name__


def bits(number):
    """The eight bytes of a float: nan and -0.0 are themselves."""
    return struct.pack(">d", number)


def differences(first, second, most=20):
    """Every difference, at most `most`; the empty list says that the two are the same object graph."""
    found = []
    forward = {}
    backward = {}
    kept = []  # objects made on the way stay alive, so that no id is used twice
    work = [(first, second, "$")]

    def differ(kind, path, detail):
        found.append(Difference(kind, path, detail))

    while work and len(found) < most:
        a, b, path = work.pop()
        if type(a) is not type(b):
            if PYTHON2 and {type(a), type(b)} == {int, long} and a == b:  # noqa: F821
                differ("int-long", path, "%r, %r" % (a, b))
            elif PYTHON2 and {type(a), type(b)} == {str, unicode} and a == b and ATTRIBUTE_NAME.search(path):  # noqa: F821
                differ("attribute-name", path, "%r, %r" % (a, b))
            else:
                differ("type:%s:%s" % (type(a).__name__, type(b).__name__), path, "%s, %s" % (brief(a), brief(b)))
            continue
        kind = type(a)
        if kind is float:
            if bits(a) != bits(b):
                differ("nan" if a != a and b != b else "value:float", path, "%r, %r" % (a, b))
            continue
        if kind is complex:
            if (bits(a.real), bits(a.imag)) != (bits(b.real), bits(b.imag)):
                differ("nan" if repr(a) == repr(b) else "value:complex", path, "%r, %r" % (a, b))
            continue
        if kind is bool or kind in INTEGERS or kind in TEXT:
            if a != b:
                differ("value:%s" % kind.__name__, path, "%s, %s" % (brief(a), brief(b)))
            continue
        if kind in SINGLETONS or issubclass(kind, BY_NAME):  # a GenericAlias passes for a type by isinstance
            if a is not b:
                differ("identity:%s" % kind.__name__, path, "%r, %r" % (a, b))
            continue
        if kind in (tuple, frozenset) and not a and not b:
            continue  # CPython's one empty tuple and one empty frozenset
        if id(a) in forward or id(b) in backward:
            if forward.get(id(a)) != id(b) or backward.get(id(b)) != id(a):
                differ("sharing:%s" % kind.__name__, path,
                       "one object before, %s now" % ("another" if id(a) in forward else "one that was seen"))
            continue
        forward[id(a)] = id(b)
        backward[id(b)] = id(a)
        kept.append(a)
        kept.append(b)
        if kind is list or kind is tuple:
            if not push_items(a, b, path, work):
                differ("length:%s" % kind.__name__, path, "%d, %d" % (len(a), len(b)))
        elif kind is dict:
            push_dict(a, b, path, work, differ)
        elif kind is set or kind is frozenset:
            push_set(a, b, path, work, differ)
        elif kind is bytearray or kind is array.array:
            if a != b and repr(a) != repr(b):  # an array with nan differs from itself
                differ("value:%s" % kind.__name__, path, "%s, %s" % (brief(a), brief(b)))
            elif kind is array.array and (a.typecode, a.tobytes() if not PYTHON2 else a.tostring()) != (
                    b.typecode, b.tobytes() if not PYTHON2 else b.tostring()):
                differ("nan" if repr(a) == repr(b) else "value:array", path, "%r, %r" % (a, b))
        else:
            push_reduced(a, b, path, work, differ, kept)
    return found


def push_items(a, b, path, work):
    if len(a) != len(b):
        return False
    for index, pair in enumerate(zip(a, b)):
        work.append(pair + ("%s[%d]" % (path, index),))
    return True


def push_dict(a, b, path, work, differ):
    if len(a) != len(b):
        differ("length:dict", path, "%d, %d" % (len(a), len(b)))
        return
    if ORDERED_DICTS:
        pairs = list(zip(a, b))
    else:
        pairs = pair_up(a, b)
    for left, right in pairs:
        name = "%s{%s}" % (path, brief(left))
        work.append((left, right, name + ".key"))
        work.append((dict.__getitem__(a, left), dict.__getitem__(b, right), name))


def push_set(a, b, path, work, differ):
    if len(a) != len(b):
        differ("length:%s" % type(a).__name__, path, "%d, %d" % (len(a), len(b)))
        return
    for left, right in pair_up(a, b):
        work.append((left, right, "%s{%s}" % (path, brief(left))))


def pair_up(a, b):
    """Members of two unordered collections in pairs: the equal ones, then the rest by what they look like."""
    stored = {}
    for member in b:
        stored[member] = member
    pairs = []
    left = []
    taken = set()
    for member in a:
        if member in stored:
            pairs.append((member, stored[member]))
            taken.add(id(stored[member]))
        else:
            left.append(member)
    right = [member for member in b if id(member) not in taken]
    left.sort(key=look)
    right.sort(key=look)
    return pairs + list(zip(left, right))


def look(member, depth=3):
    """A key to sort by that two copies of one object share: instances carry a number, `serial`."""
    if isinstance(member, float):
        return "%s %r" % (type(member).__name__, bits(member))
    if isinstance(member, tuple) and depth:
        return "(%s)" % ",".join(look(item, depth - 1) for item in member)
    if isinstance(member, frozenset) and depth:
        return "{%s}" % ",".join(sorted(look(item, depth - 1) for item in member))
    if isinstance(member, INTEGERS + TEXT):
        return "%s %r" % (type(member).__name__, member)
    return "%s %09d" % (type(member).__name__, getattr(member, "serial", 0))


def push_reduced(a, b, path, work, differ, kept):
    first = reduced(a)
    second = reduced(b)
    if isinstance(first, str) or isinstance(second, str):
        if first != second or a is not b:
            differ("identity:%s" % type(a).__name__, path, "%r, %r" % (first, second))
        return
    if len(first) != len(second):
        differ("reduce:%s" % type(a).__name__, path, "%d parts, %d parts" % (len(first), len(second)))
        return
    kept.append(first)
    kept.append(second)
    for index, (left, right) in enumerate(zip(first, second)):
        name = "%s.%s" % (path, PARTS[index])
        if index == 4 and not ORDERED_DICTS and isinstance(a, dict) and not isinstance(a, collections.OrderedDict):
            push_dict(a, b, path, work, differ)  # the entries are in hash order
            continue
        if index in (3, 4) and left is not None and right is not None:
            left = list(left)
            right = list(right)
            kept.append(left)
            kept.append(right)
        if index == 0 and same_getattr(left, right):
            continue
        if index == 1 and is_set_like(a) and left and isinstance(left[0], list):
            # set and its kin: the list is in hash order
            rest = (left[1:], right[1:])
            kept.append(rest)
            work.append(rest + (name,))
            push_set(a, b, path, work, differ)
            continue
        work.append((left, right, name))


PARTS = ("callable", "args", "state", "items", "entries", "setter")


def same_getattr(left, right):
    """Builtin functions and methods (getattr, iter, Class.fromhex) are the same when they are equal."""
    return isinstance(left, types.BuiltinFunctionType) and left == right


def is_set_like(value):
    return isinstance(value, (set, frozenset))


def reduced(value):
    if PYTHON2 and isinstance(value, types.InstanceType):
        state = value.__getstate__() if hasattr(value, "__getstate__") else value.__dict__
        return (value.__class__, (), state)
    if isinstance(value, types.BuiltinFunctionType):
        owner = value.__self__
        if owner is None or isinstance(owner, types.ModuleType):
            return value.__name__  # one object for each name
        return (getattr, (owner, value.__name__))
    if isinstance(value, types.MethodType) and PYTHON2:
        return (getattr, (value.__self__, value.__name__))
    reducer = copyreg.dispatch_table.get(type(value))
    if reducer is not None:
        return reducer(value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return value.__reduce_ex__(2 if PYTHON2 else 4)


def same(first, second):
    return not differences(first, second, 1)
