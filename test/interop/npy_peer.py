# -*- coding: utf-8 -*-
"""Saves arrays with NumPy and compares what brine made of them. Runs on Python 2.7 and later.

    npy_peer.py write FOLDER        arrays of every dtype, order and shape; prints their names
    npy_peer.py check FOLDER OTHER  prints the names that differ between FOLDER (NumPy's) and OTHER (brine's)
"""

from __future__ import print_function

import json
import os
import pickle
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")

TYPES = (
    ["?", "S5", "U3", "V3", "O"]
    + [order + kind for order in "<>" for kind in ("i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16 U3".split())]
    + ["M8", "<M8[ns]", ">M8[D]", "<m8[25us]", ">m8[s]", "g"]
)


def filled(dtype, count):
    if dtype.kind in "mM":
        return (np.arange(count) * 1000).astype("i8").astype(dtype) if dtype.str[4:] else np.array(["NaT"] * count, dtype)
    if dtype.kind == "V":
        return np.frombuffer(b"".join(b"%c\x00\xff" % (i % 256) for i in range(count)), dtype)
    if dtype.kind == "O":
        values = np.empty(count, object)
        values[:] = [[None, 1.5, u"x", (1, 2), 10**30, True][i % 6] for i in range(count)]
        return values
    if dtype.kind in "SU":
        return np.array([u"", u"a", u"bcd", u"\xe9\u4e2d" if dtype.kind == "U" else u"ef"] * (count // 4 + 1))[:count].astype(dtype)
    return (np.arange(count) - (0 if dtype.kind in "ub" else count // 2)).astype(dtype)


def shapes(make, count):
    yield "0d", make(1).reshape(())
    yield "1d", make(7)
    yield "empty", make(0).reshape(0, 3)
    yield "C", make(6).reshape(2, 3)
    yield "F", np.asfortranarray(make(6).reshape(2, 3))
    yield "5d", make(48).reshape(2, 3, 1, 4, 2)
    yield "5dF", np.asfortranarray(make(48).reshape(2, 3, 1, 4, 2))
    yield "transposed", make(24).reshape(2, 3, 4).transpose(1, 0, 2)
    yield "strided", make(40).reshape(5, 8)[::2, ::-3]


def structs():
    yield "flat", [("x", "<i4"), ("y", ">f8"), ("z", "S3"), ("u", "<U2")]
    yield "nested", [("a", [("b", "<i2"), ("c", "<f4", (2,))]), ("d", "u1", (2, 3))]
    yield "aligned", np.dtype([("a", "u1"), ("b", "<f8"), ("c", "<u2")], align=True)
    yield "offsets", np.dtype({"names": ["a", "b"], "formats": ["<i2", "<i4"], "offsets": [4, 12], "itemsize": 24})
    yield "titles", [(("Title", "n"), "<i4"), ("m", "<f4")]
    if sys.version_info[0] > 2:
        yield "names", [(u"\xe9", "<i4"), (u"it's", "<i4"), (u'q"', "<i4")]
        if tuple(map(int, np.__version__.split(".")[:2])) >= (1, 14):
            yield "utf8", [(u"\u4e2d", "<i4")]
    yield "many", [("field%d" % i, "<i4") for i in range(400)]


def arrays():
    for text in TYPES:
        dtype = np.dtype(text)
        for name, array in shapes(lambda count: filled(dtype, count), 48):
            yield "%s %s" % (text.replace("<", "le_").replace(">", "be_").replace("?", "bool"), name), array
    for name, spec in structs():
        dtype = np.dtype(spec)
        raw = np.arange(4 * dtype.itemsize, dtype="u1") % 100
        values = np.zeros(4, dtype)
        for field in dtype.names:
            values[field] = 1
        yield "struct " + name, values.reshape(2, 2)
    if hasattr(np, "dtypes") and hasattr(np.dtypes, "StringDType"):
        yield "StringDType", np.array(["a", u"b\xe9" * 20], np.dtypes.StringDType())


def write(folder):
    names = []
    everything = {}
    for name, array in arrays():
        np.save(os.path.join(folder, name + ".npy"), array)
        names.append(name)
        everything[name] = array
    np.savez(os.path.join(folder, "stored.npz"), **everything)
    np.savez_compressed(os.path.join(folder, "compressed.npz"), **everything)
    np.savez(os.path.join(folder, "empty.npz"))
    json.dump({"names": names, "numpy": np.__version__}, sys.stdout)


def same(a, b):
    if type(a) is not type(b) or a.dtype != b.dtype or a.shape != b.shape or a.dtype.byteorder != b.dtype.byteorder:
        return False
    if a.flags.c_contiguous != b.flags.c_contiguous or a.flags.f_contiguous != b.flags.f_contiguous:
        return False
    if a.dtype.hasobject:
        return repr(a.tolist()) == repr(b.tolist())
    if a.dtype.kind == "g" or a.dtype.str[1:] == "f16":
        return bool((a == b).all())
    return a.tobytes() == b.tobytes()


def load(path):
    return np.load(path, allow_pickle=True) if "allow_pickle" in np.load.__code__.co_varnames else np.load(path)


def check(folder, other):
    different = []
    for file in sorted(os.listdir(folder)):
        if file.endswith(".npy"):
            expected = load(os.path.join(folder, file))
            if not same(expected, load(os.path.join(other, file))):
                different.append(file)
            with open(os.path.join(other, file[:-4] + ".pkl"), "rb") as pickled:
                found = pickle.load(pickled)
            # Pickles below protocol 5 give native arrays.
            if repr(found.tolist()) != repr(expected.tolist()) or found.shape != expected.shape:
                different.append(file[:-4] + ".pkl")
    for file in ("stored.npz", "compressed.npz", "empty.npz"):
        expected = load(os.path.join(folder, file))
        found = load(os.path.join(other, file))
        if sorted(expected.files) != sorted(found.files):
            different.append(file)
        for name in expected.files:
            if not same(expected[name], found[name]):
                different.append("%s: %s" % (file, name))
    json.dump(different, sys.stdout)


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    check(sys.argv[2], sys.argv[3])
