"""Makes arrays.json: small pickles of this NumPy and what it says they hold, added to what other NumPys have put there.

    for name in libraries numpy1 py36 py27; do .venv-$name/bin/python test/numpy/vectors/generate.py; done
"""

import binascii
import json
import os
import pickle
import sys

import numpy as np

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "arrays.json")


def values():
    yield "float64", np.array([[1.5, -2.0], [np.inf, 0.25]])
    yield "fortran int16", np.array([[1, 2, 3], [4, 5, -6]], "<i2").copy("F")
    yield "big-endian int32", np.array([1, -2, 2**31 - 1], ">i4")
    yield "no elements", np.zeros((0, 3), "<f4")
    yield "no axes", np.array(7, "<u8")
    yield "bool", np.array([True, False])
    yield "half", np.array([0.5, -65504, np.nan], "<f2")
    yield "complex", np.array([1 - 2j], "<c8")
    yield "bytes", np.array([b"ab", b""], "S3")
    yield "text", np.array([u"a\u20ac", u""], "<U2")
    yield "void", np.array([b"abcd"], "V4")
    yield "times", np.array(["2024-02-29T12:00:01", "NaT"], "<M8[s]")
    yield "spans", np.array([-3, 4], "<m8[25us]")
    yield "objects", np.array([None, 1, [2]], dtype=object)
    yield "records", np.array([(1, 2.5, [3, 4])], [("id", "<i4"), ("x", ">f8"), ("m", "<i2", (2,))])
    yield "aligned", np.array([(1, 2.5)], np.dtype([("a", "u1"), ("b", "<f8")], align=True))
    yield "matrix", np.matrix([[1, 2]])
    yield "recarray", np.rec.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")])
    yield "masked", np.ma.array([1, 2, 3], mask=[0, 1, 0])
    yield "scalar", np.float32(0.1)
    yield "random", np.random.RandomState(3)


def main():
    entries = json.load(open(FILE)) if os.path.exists(FILE) else []
    entries = [entry for entry in entries if entry["numpy"] != np.__version__]
    for name, value in values():
        for protocol in sorted({2, 4, pickle.HIGHEST_PROTOCOL}):
            if protocol > pickle.HIGHEST_PROTOCOL or (name == "random" and protocol != pickle.HIGHEST_PROTOCOL):
                continue
            data = pickle.dumps(value, protocol)
            again = pickle.loads(data)
            entries.append(
                {
                    "name": name,
                    "numpy": np.__version__,
                    "python": "%d.%d.%d" % sys.version_info[:3],
                    "protocol": protocol,
                    "dtype": again.dtype.str if hasattr(again, "dtype") else None,
                    "shape": again.shape if hasattr(again, "shape") else None,
                    "pickle": binascii.b2a_base64(data).decode().strip(),
                }
            )
    entries.sort(key=lambda entry: (entry["name"], entry["numpy"], entry["protocol"]))
    with open(FILE, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(entry, sort_keys=True) for entry in entries) + "\n]\n")


main()
