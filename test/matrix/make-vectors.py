"""Writes vectors.json: Python values pickled by CPython's C pickler at every protocol that can hold them.

Run with CPython 3.13:  python3.13 test/matrix/make-vectors.py > test/matrix/vectors.json

No value holds two equal strings that are different objects, or one string twice that Python might not share:
whether such strings are memoised together depends on the interpreter, not on the value.
"""
import base64
import json
import pickle
import sys

nested = [1, [2, [3, [4, []]]]]
shared = [7]
cyclic_list = []
cyclic_list.append(cyclic_list)
cyclic_dict = {}
cyclic_dict["self"] = cyclic_dict
cyclic_tuple = ([],)
cyclic_tuple[0].append(cyclic_tuple)

VALUES = {
    "none": None,
    "true": True,
    "false": False,
    "ints": [0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**53 - 1, -2**53 + 1],
    "bigints": [2**53, 2**63 - 1, 2**63, -2**63, 2**64, 10**30, -10**30, 1 << 2047, -(1 << 2047), 1 << 2048],
    "floats": [0.0, -0.0, 1.0, 1.5, -2.25, 1e300, 5e-324, 1e16, 0.1, 1e22, 1e21, float("inf"), float("-inf"), float("nan")],
    "complex": 1.5 - 2j,
    "empty-str": "",
    "ascii": "hello\n\\world\r\0\x1a",
    "latin1": "caf\xe9",
    "unicode": "\u0434\u0430\u2028 \U0001f952",
    "surrogate": "lone \ud800 half",
    "long-str": "abc\u00e9" * 100,
    "empty-bytes": b"",
    "bytes": bytes(range(256)),
    "long-bytes": bytes(300),
    "bytearray": bytearray(b"salt\xff"),
    "empty-list": [],
    "nested-list": nested,
    "batch": list(range(1001)),
    "empty-tuple": (),
    "tuples": [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "empty-dict": {},
    "str-dict": {"a": 1, "b": [2.5, None], "__proto__": "own"},
    "mixed-dict": {1: "one", (1, 2): "pair", b"k": "bytes", None: "none", 2.5: "float"},
    "dict-batch": {i: -i for i in range(1001)},
    "set": {1},
    "frozenset": frozenset([frozenset()]),
    "range": range(1, 10, 3),
    "slice": slice(1, None, 2),
    "ellipsis": [Ellipsis, NotImplemented],
    "shared": [shared, shared, (shared,)],
    "cyclic-list": cyclic_list,
    "cyclic-dict": cyclic_dict,
    "cyclic-tuple": cyclic_tuple,
    "function": len,
    "class": ValueError,
}

vectors = []
for name, value in VALUES.items():
    pickles = {}
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        pickles[protocol] = base64.b64encode(pickle.dumps(value, protocol)).decode()
    vectors.append({"name": name, "pickles": pickles})

json.dump({"producer": "CPython %d.%d.%d" % sys.version_info[:3], "vectors": vectors}, sys.stdout, indent=1)
print()
