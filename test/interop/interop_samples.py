"""Classes of every way to be pickled, importable by name from CPython 2.7 to 3.13."""
import collections
import sys

try:
    import copyreg
except ImportError:
    import copy_reg as copyreg

PYTHON2 = sys.version_info[0] == 2
VERSION = sys.version_info[:2]


class Plain(object):
    """State in __dict__, nothing of its own."""


class Outer(object):
    class Inner(object):
        class Innermost(object):
            pass

    @staticmethod
    def static():
        return 1

    @classmethod
    def build(cls):
        return cls()

    def method(self):
        return self


class Old:
    """Old-style under Python 2."""


class OldInit:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __getinitargs__(self):
        return (self.a, self.b)


class OldState:
    def __getstate__(self):
        return ("old", self.value)

    def __setstate__(self, state):
        self.value = state[1]


class Slots(object):
    __slots__ = ("a", "b", "c")


class SlotsAndDict(Slots):
    """(dict, slots) state."""


class SlotsState(object):
    __slots__ = ("a", "b")

    def __getstate__(self):
        return [getattr(self, name, None) for name in self.__slots__]

    def __setstate__(self, state):
        for name, value in zip(self.__slots__, state):
            setattr(self, name, value)


class State(object):
    """A state that is no dict."""

    def __init__(self, value=None):
        self.value = value

    def __getstate__(self):
        return ("state", self.value)

    def __setstate__(self, state):
        self.value = state[1]


class FalseState(object):
    """A state that is false and so is not written by copyreg, but is by a __reduce__ of its own."""

    def __init__(self):
        self.seen = "never"

    def __reduce__(self):
        return (FalseState, (), 0)

    def __setstate__(self, state):
        self.seen = state


class DictState(object):
    """Keys of the state that are no identifiers."""

    def __init__(self):
        self.__dict__["with space"] = 1
        self.__dict__["__proto__"] = 2
        self.__dict__["constructor"] = 3
        self.__dict__[""] = 4


class NewArgs(object):
    def __new__(cls, a=None, b=None):
        self = object.__new__(cls)
        self.made_with = (a, b)
        return self

    def __getnewargs__(self):
        return self.made_with


class NewArgsEx(object):
    def __new__(cls, a=None, **options):
        self = object.__new__(cls)
        self.made_with = a
        self.options = options
        return self

    def __getnewargs_ex__(self):
        return (self.made_with,), self.options


class NewArgsExOnly(object):
    """Keywords, no positional arguments, no state."""

    __slots__ = ("options",)

    def __new__(cls, **options):
        self = object.__new__(cls)
        self.options = options
        return self

    def __getnewargs_ex__(self):
        return (), getattr(self, "options", {})

    def __getstate__(self):
        return None


def make(*args):
    """Reconstructor of the Reduce classes."""
    self = args[0]()
    self.args = args[1:]
    return self


class Reduce2(object):
    def __reduce__(self):
        return make, (type(self),) + tuple(getattr(self, "args", ()))


class Reduce3(Reduce2):
    def __reduce__(self):
        return Reduce2.__reduce__(self) + (self.__dict__,)


class Reduce4(Reduce2):
    """List items, without being a list."""

    def __init__(self):
        self.items = []

    def __reduce__(self):
        return Reduce2.__reduce__(self) + (None, iter(self.items))

    def append(self, item):
        self.items.append(item)

    def extend(self, items):
        self.items.extend(items)


class Reduce5(Reduce2):
    """Dict items, without being a dict."""

    def __init__(self):
        self.entries = []

    def __reduce__(self):
        return Reduce2.__reduce__(self) + (None, None, iter(self.entries))

    def __setitem__(self, key, value):
        self.entries.append((key, value))


class Reduce5All(Reduce4):
    """State, list items and dict items."""

    def __init__(self):
        Reduce4.__init__(self)
        self.entries = []

    def __reduce__(self):
        state = {"note": self.note} if hasattr(self, "note") else None
        return Reduce2.__reduce__(self) + (state, iter(self.items), iter(self.entries))

    def __setitem__(self, key, value):
        self.entries.append((key, value))


def set_state(instance, state):
    """State setter of Reduce6."""
    instance.__dict__.update(state)
    instance.through_setter = True


class Reduce6(Reduce2):
    """A state setter (Python 3.8)."""

    def __reduce__(self):
        return Reduce2.__reduce__(self) + (dict(self.__dict__), None, None, set_state)


class ReduceString(object):
    def __reduce__(self):
        return "SINGLETON"


SINGLETON = ReduceString()


class ReduceSlots(object):
    """A (None, slots) state from a __reduce__ of its own."""

    __slots__ = ("a", "b")

    def __reduce__(self):
        return make_slots, (), (None, {"a": self.a, "b": self.b})


def make_slots():
    return ReduceSlots()


class Dispatched(object):
    """Reduced by copyreg's table."""

    def __init__(self, value=None):
        self.value = value


def reduce_dispatched(instance):
    return Dispatched, (instance.value,)


copyreg.pickle(Dispatched, reduce_dispatched)


class MyInt(int):
    pass


class MyFloat(float):
    pass


class MyComplex(complex):
    pass


class MyStr(str):
    pass


class MyBytes(bytes):
    pass


class MyByteArray(bytearray):
    pass


class MyList(list):
    pass


class MyTuple(tuple):
    pass


class MyDict(dict):
    pass


class MySet(set):
    pass


class MyFrozenSet(frozenset):
    pass


class SlotsList(list):
    __slots__ = ("a",)


class ListWithReduce(list):
    """Contents as list items, state besides."""

    def __reduce__(self):
        return (ListWithReduce, (), {"kind": "list"}, iter(self))


if PYTHON2:
    class MyUnicode(unicode):  # noqa: F821
        pass

    class MyLong(long):  # noqa: F821
        pass

Point = collections.namedtuple("Point", "x y")


class SubPoint(Point):
    """A namedtuple's subclass with a __dict__."""


class Trouble(Exception):
    def __init__(self, message, code):
        Exception.__init__(self, message, code)
        self.message_text = message
        self.code_number = code


class Hashed(object):
    """Equal and hashed by value, so that keys of dicts need it built before they are used."""

    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return Hashed, (self.value,)

    def __eq__(self, other):
        return type(other) is Hashed and self.value == other.value

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(("Hashed", self.value))


class Meta(type):
    """A metaclass; its classes go by name like any other."""


WithMeta = Meta("WithMeta", (object,), {"__module__": __name__})


def function(value):
    return value


class Parent(object):
    def __init__(self):
        self.children = []


class Child(object):
    def __init__(self, parent):
        self.parent = parent
        parent.children.append(self)


if VERSION >= (3, 4):
    import enum

    class Colour(enum.Enum):
        RED = 1
        GREEN = "green"
        BLUE = (1, 2)

        class _Nested:
            pass

    class Flags(enum.Flag if VERSION >= (3, 6) else enum.IntEnum):
        A = 1
        B = 2
        C = 4

    class Number(enum.IntEnum):
        ONE = 1
        TWO = 2

if VERSION >= (3, 11):
    class Word(enum.StrEnum):
        HELLO = "hello"

if VERSION >= (3, 7):
    import dataclasses

    class Employee(object):
        name = ""
        salary = 0.0
        tags = None
        __annotations__ = {"name": str, "salary": float, "tags": object}

    Employee = dataclasses.dataclass(Employee)

    class Frozen(object):
        x = 0
        y = 0
        __annotations__ = {"x": int, "y": int}

    Frozen = dataclasses.dataclass(frozen=True)(Frozen)

if VERSION >= (3, 10):
    class SlottedData(object):
        __annotations__ = {"x": int, "y": object}

    SlottedData = dataclasses.dataclass(slots=True, frozen=True)(SlottedData)
