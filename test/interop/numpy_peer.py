"""Arrays of every dtype, order and shape out, as this NumPy pickles them; brine's pickles of them in, what differs out.

    numpy_peer.py make FILE             one JSON document a line: an array, how it was pickled, what it holds
    numpy_peer.py check FILE ANSWERS    one JSON document: how many of ANSWERS were the same, and the first that were not

Runs under every Python from 2.7 on. What brine writes must be read without a warning, but for the form of NumPy 2.
"""

import binascii
import json
import pickle
import struct
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")

PYTHON2 = sys.version_info[0] == 2
NUMPY = tuple(int(part) for part in np.__version__.split(".")[:2])

PLAIN = (
    "? i1 u1 <i2 >i2 <u2 >u2 <i4 >i4 <u4 >u4 <i8 >i8 <u8 >u8 <f2 >f2 <f4 >f4 <f8 >f8 g <c8 >c8 <c16 >c16 G "
    "S5 <U3 >U3 V4 O <M8[ns] >M8[25us] <M8[D] <m8[s] >m8[ms] <m8"
).split()

STRUCTS = [
    ("packed", [("a", "<i4"), ("b", ">f8"), ("c", "S3")]),
    ("nested", [("p", [("x", "<f4"), ("y", ">f4")]), ("when", "<M8[s]"), ("text", "<U2")]),
    ("subarray", [("m", "<i2", (2, 2)), ("n", "u1")]),
    ("title", [(("a title", "a"), "<i4"), ("b", "<i4")]),
    ("padded", {"names": ["a", "b"], "formats": ["u1", "<f8"], "offsets": [3, 8], "itemsize": 20}),
    ("aligned", None),
    ("objects", [("a", "<i4"), ("o", "O")]),
]


def noise(count):
    """The same bytes in every version and on every machine."""
    state, out = 12345, bytearray()
    while len(out) < count:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append((state >> 16) & 0xFF)
    return bytes(out)


def filled(dtype, count):
    dtype = np.dtype(dtype)
    if dtype.hasobject:
        values = [None, 1, 2.5, "text", b"bytes", (1, [2]), True, 2**70, {"a": 1}, 1 + 2j]
        objects = np.empty(count, dtype)
        for index in range(count):
            value = values[index % len(values)]
            objects[index] = (index, value) if dtype.names else value
        return objects
    if dtype.kind == "b":
        return np.arange(count) % 3 == 1
    if dtype.kind == "U":
        points = [0x61, 0xE9, 0x20AC, 0x1F600, 0]
        words = np.array([points[i % 5] for i in range(count * dtype.itemsize // 4)], dtype.byteorder + "u4")
        return words.view(dtype)
    if dtype.kind == "S":
        return np.array([b"ab\x00c", b"", b"\xff\x00", b"xyz\x00\x00"] * count, dtype)[:count]
    if dtype.char in "gG":
        return (np.arange(count) / 3.0).astype(dtype)
    if dtype.kind in "Mm":
        numbers = np.arange(count, dtype="i8") * 86400123 - 10**9
        numbers[count // 2 :: 7] = np.iinfo("i8").min
        return numbers.astype(dtype.byteorder + "i8").view(dtype)
    if dtype.names:
        whole = np.zeros(count, dtype)
        for name in dtype.names:
            base, shape = dtype[name].base, dtype[name].shape
            whole[name] = filled(base, count * int(np.prod(shape, dtype=int))).reshape((count,) + shape)
        return whole
    return np.frombuffer(noise(count * dtype.itemsize), dtype).copy()


def shaped(dtype):
    base = filled(dtype, 48)
    cube = base[:24].reshape(2, 3, 4)
    yield "line", base[:5].copy()
    yield "none", base[:0].copy()
    yield "scalar", base[1:2].copy().reshape(())
    yield "empty", base[:0].copy().reshape(0, 3)
    yield "grid", base[:6].copy().reshape(2, 3)
    yield "fortran", base[:6].copy().reshape(2, 3).copy("F")
    yield "transposed", cube.copy().T
    yield "permuted", cube.copy().transpose(1, 0, 2)
    yield "strided", cube[:, ::2, ::-1]
    yield "five", base[:24].copy().reshape(2, 1, 3, 1, 4)
    fixed = base[:4].copy()
    fixed.flags.writeable = False
    yield "readonly", fixed
    if dtype in ("<f8", "i1", "O"):
        yield "large", np.concatenate([base] * 200)


def arrays():
    for dtype in PLAIN:
        for shape, array in shaped(dtype):
            yield "%s %s" % (dtype, shape), array
    for name, spec in STRUCTS:
        if name == "aligned":
            dtype = np.dtype([("a", "u1"), ("b", "<f8"), ("c", "<i2")], align=True)
        else:
            dtype = np.dtype(spec)
        for shape, array in shaped(dtype):
            yield "%s %s" % (name, shape), array
    yield "S0", np.zeros(3, "S0") if NUMPY < (1, 20) else np.zeros(3, np.dtype("V0"))
    yield "dates in a cycle", np.array(["1600-02-29", "NaT", "2024-12-31"], "M8[M]")
    loop = np.empty(2, object)
    loop[:] = [1, None]
    loop[1] = loop
    yield "loop", loop
    shared = np.arange(3.0)
    yield "shared", [shared, shared, shared[1:]]
    if hasattr(np, "dtypes") and hasattr(np.dtypes, "StringDType"):
        for kind, string in [("", np.dtypes.StringDType()), (" na", np.dtypes.StringDType(na_object=None, coerce=False))]:
            words = np.array(["", "a", u"\u20ac", "long " * 20], string)
            yield "StringDType" + kind, words
            yield "StringDType F" + kind, np.array([words, words], string).copy("F")
    yield "dtype", [array.dtype for _, array in list(grids())]


def grids():
    for dtype in PLAIN:
        yield dtype, np.zeros(1, dtype)
    for name, spec in STRUCTS:
        if spec is not None:
            yield name, np.zeros(1, spec)


def others():
    numbers = [np.float64(1.5), np.float64(2), np.float32(0.1), np.float16(3), np.int8(-3), np.uint64(2**64 - 1)]
    yield "scalars", numbers + [np.int64(-(2**63)), np.bool_(True), np.complex64(1 - 2j), np.complex128(3)]
    yield "text scalars", [np.str_(u"a\u20ac") if not PYTHON2 else np.unicode_(u"a"), np.bytes_(b"b\xff"), np.void(b"abc")]
    yield "times", [np.datetime64("2020-01-02T03", "ns"), np.datetime64("NaT"), np.timedelta64(25, "us"), np.timedelta64(3)]
    yield "record", np.array([(1, 2.5, b"x")], STRUCTS[0][1])[0]
    yield "long double", [np.longdouble(1) / 3, np.clongdouble(1j)]
    yield "masked", np.ma.array([1, 2, 3], mask=[0, 1, 0])
    yield "masked grid", np.ma.array(np.arange(6.0).reshape(2, 3).copy("F"), mask=[[0, 1, 0], [1, 0, 0]], fill_value=-1)
    yield "masked records", np.ma.array([(1, 2.0), (3, 4.0)], mask=[(0, 1), (1, 0)], dtype=[("a", "i4"), ("b", "f8")])
    yield "masked objects", np.ma.array([1, "a"], mask=[0, 1], dtype=object)
    yield "constant", np.ma.masked
    yield "matrix", np.matrix([[1, 2], [3, 4]])
    yield "recarray", np.rec.array([(1, 2.0, b"x")], dtype=[("a", "i4"), ("b", "f8"), ("c", "S1")])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield "chararray", np.array(["ab", "c"]).view(np.char.chararray)
    yield "no fields", np.zeros(2, np.dtype([], align=True))
    yield "no bytes", [np.zeros((2, 3), "V0")]
    if NUMPY >= (1, 20):
        yield "record of objects", np.array([(1, [2])], [("a", "i4"), ("o", "O")])[0]
    yield "objects without bytes", [np.empty((2, 3), [("o", "O", (2, 0))])]
    yield "random state", np.random.RandomState(5)
    if hasattr(np.random, "default_rng"):
        for name in ("PCG64", "MT19937", "Philox", "SFC64"):
            yield "generator " + name, np.random.Generator(getattr(np.random, name)(5))
        yield "seeds", np.random.SeedSequence(12345678901234567890, spawn_key=(1, 2))
        yield "bit generator", np.random.PCG64(3)
    yield "ufunc", [np.add, np.ndarray, np.float64, np.dtype]
    yield "polynomial", np.poly1d([1, 2, 3])


def canonical(value):
    if isinstance(value, (np.datetime64, np.timedelta64)):
        unit, step = np.datetime_data(value.dtype)
        return [value.dtype.kind, str(value.astype("i8")), unit, step]
    if isinstance(value, np.void) and value.dtype.names is not None:
        return ["record", [[name, canonical(value[name])] for name in value.dtype.names]]
    if isinstance(value, np.ndarray):
        return ["array", list(value.shape), [canonical(item) for item in value.flat]]
    if isinstance(value, np.void):
        return ["bytes", binascii.hexlify(value.tobytes()).decode()]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return ["float", "nan" if value != value else binascii.hexlify(struct.pack(">d", value)).decode()]
    if isinstance(value, complex):
        return ["complex", canonical(value.real), canonical(value.imag)]
    if isinstance(value, (int,) if not PYTHON2 else (int, long)):  # noqa: F821
        return ["int", str(value)]
    if isinstance(value, bytes) and not PYTHON2:
        return ["bytes", binascii.hexlify(value).decode()]
    if PYTHON2 and isinstance(value, str):
        return ["bytes", binascii.hexlify(value).decode()]
    if isinstance(value, (tuple, list)):
        return [type(value).__name__, [canonical(item) for item in value]]
    if isinstance(value, dict):
        return ["dict", [[canonical(key), canonical(item)] for key, item in value.items()]]
    return ["text", [ord(character) for character in value]]


def expected(name, array):
    if type(array) is not np.ndarray or name == "loop":
        return None
    plain = not array.dtype.hasobject and array.dtype.char not in "gG" and array.dtype.kind != "T"
    native = array.astype(array.dtype.newbyteorder("=")) if plain and not array.dtype.names else array
    return {
        "dtype": array.dtype.str if array.dtype.kind != "T" else "|T16",
        "shape": array.shape,
        "c": bool(array.flags.c_contiguous),
        "f": bool(array.flags.f_contiguous),
        "writeable": bool(array.flags.writeable),
        "bytes": binascii.hexlify(native.tobytes()).decode() if plain and not array.dtype.names else None,
        "items": [canonical(item) for item in array.flat] if array.dtype.char not in "gG" and array.size < 100 else None,
    }


def hexed(data):
    return binascii.hexlify(data).decode()


def made():
    highest = pickle.HIGHEST_PROTOCOL
    for name, value in list(arrays()) + list(others()):
        for protocol in range(highest + 1):
            for outside in (False, True) if protocol == 5 else (False,):
                buffers = []
                extra = {"buffer_callback": buffers.append} if outside else {}
                yield name, value, protocol, outside, pickle.dumps(value, protocol, **extra), buffers


def make(path):
    with open(path, "w") as file:
        for name, value, protocol, outside, data, buffers in made():
            again = pickle.loads(data, **({"buffers": buffers} if outside else {}))
            record = {
                "name": name,
                "protocol": protocol,
                "outside": outside,
                "data": hexed(data),
                "buffers": [hexed(buffer.raw().tobytes()) for buffer in buffers],
                "again": hexed(pickle.dumps(again, protocol)) if not outside else None,
                "expected": expected(name, again),
            }
            file.write(json.dumps(record) + "\n")
    print(json.dumps({"numpy": np.__version__}))


def differences(a, b, loose):
    """What tells two values apart, as far as Python keeps it in a pickle."""
    if type(a) is not type(b):
        return "%s is no %s" % (type(b), type(a))
    if isinstance(a, (list, tuple)):
        if len(a) != len(b):
            return "length"
        found = [differences(x, y, loose) for x, y in zip(a, b)]
        sharing = [[x is y for y in a] for x in a] == [[x is y for y in b] for x in b]
        return next((one for one in found if one), None if sharing else "sharing")
    if isinstance(a, np.dtype):
        same = a == b and a.str == b.str and a.names == b.names and (loose or a.isalignedstruct == b.isalignedstruct)
        return None if same else "dtype %r %r" % (a, b)
    if isinstance(a, np.ma.core.MaskedConstant):
        return None if a is b else "masked"
    if isinstance(a, np.ma.MaskedArray):
        fills = differences(a.fill_value, b.fill_value, loose)
        return differences(a.data, b.data, loose) or differences(np.ma.getmaskarray(a), np.ma.getmaskarray(b), loose) or fills
    if isinstance(a, np.ndarray):
        if differences(a.dtype, b.dtype, loose):
            return "dtype %r %r" % (a.dtype, b.dtype)
        for flag in ("c_contiguous", "f_contiguous", "writeable"):
            if getattr(a.flags, flag) != getattr(b.flags, flag):
                return flag
        if a.shape != b.shape:
            return "shape"
        if a.dtype.hasobject or a.dtype.kind == "T":
            if a.dtype.hasobject and a.shape == (2,) and a[1] is a:
                return None if b[1] is b and b[0] == a[0] else "loop"
            return None if [canonical(x) for x in a.flat] == [canonical(x) for x in b.flat] else "items"
        if a.dtype.char in "gG":
            return None if (a == b).all() else "values"
        if a.dtype.names:
            return None if [canonical(x) for x in a.flat] == [canonical(x) for x in b.flat] else "records"
        return None if a.tobytes() == b.tobytes() else "bytes"
    if isinstance(a, np.generic):
        if a.dtype.char in "gG":
            return None if a == b else "value"
        if a.dtype.hasobject:
            return differences(a.dtype, b.dtype, loose) or (None if canonical(a) == canonical(b) else "objects")
        return differences(a.dtype, b.dtype, loose) or (None if a.tobytes() == b.tobytes() else "bytes")
    if isinstance(a, np.random.RandomState):
        return None if list(a.random_sample(3)) == list(b.random_sample(3)) else "state"
    if hasattr(np.random, "Generator") and isinstance(a, np.random.Generator):
        return None if list(a.random(3)) == list(b.random(3)) else "state"
    if hasattr(np.random, "SeedSequence") and isinstance(a, np.random.SeedSequence):
        return None if repr(a) == repr(b) and list(a.generate_state(2)) == list(b.generate_state(2)) else "seeds"
    if hasattr(np.random, "PCG64") and isinstance(a, np.random.PCG64):
        return None if a.state == b.state else "state"
    return None if a is b or a == b else "value"


def check(path, answers):
    originals = {}
    with open(path) as file:
        for line in file:
            record = json.loads(line)
            originals[record["name"], record["protocol"], record["outside"]] = record
    count, wrong = 0, []
    with open(answers) as file:
        for line in file:
            answer = json.loads(line)
            count += 1
            original = originals[answer["name"], answer["from"], answer["outside"]]
            try:
                a = loaded(original)
                with warnings.catch_warnings():
                    # numpy.matrix warns whoever makes one, chararray under the only name that all of 1.x and 2.x share.
                    warnings.simplefilter("ignore" if answer["name"] in ("matrix", "chararray") else "error")
                    b = loaded(answer)
                found = differences(a, b, answer["loose"])
            except Exception as error:
                found = "%s: %s" % (type(error).__name__, error)
            if found:
                wrong.append([answer["name"], answer["from"], answer["to"], answer["form"], found])
    print(json.dumps({"count": count, "wrong": len(wrong), "first": wrong[:40]}))


def loaded(record):
    data = binascii.unhexlify(record["data"])
    if not record["buffers"]:
        return pickle.loads(data)
    return pickle.loads(data, buffers=[bytearray(binascii.unhexlify(buffer)) for buffer in record["buffers"]])


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
