"""Writes vectors.json: what msgpack-python packs for named values, and what it makes of named bytes.

Run: .venv-libraries/bin/python test/msgpack/generate.py > test/msgpack/vectors.json
"""
import datetime
import json
import struct
import sys

import msgpack
from msgpack import ExtType, Timestamp


def nan(bits):
    return struct.unpack(">d", bytes.fromhex(bits))[0]


def nested(depth, value):
    for _ in range(depth):
        value = [value]
    return value


UTC = datetime.timezone.utc
VALUES = {
    "None": None,
    "True": True,
    "False": False,
    **{f"int {n}": n for n in (
        0, 1, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1,
        -1, -32, -33, -128, -129, -32768, -32769, -2**31, -2**31 - 1, -2**53 + 1, -2**53, -2**63)},
    "float 0.0": 0.0, "float -0.0": -0.0, "float 1.0": 1.0, "float 1.5": 1.5, "float 1e300": 1e300,
    "float 5e-324": 5e-324, "float inf": float("inf"), "float -inf": float("-inf"), "float nan": float("nan"),
    "float nan payload": nan("fff8000000000123"),
    "str empty": "", "str 31": "a" * 31, "str 32": "a" * 32, "str 255": "a" * 255, "str 256": "a" * 256,
    "str 65535": "a" * 65535, "str 65536": "a" * 65536, "str two": "\xe9" * 16, "str three": "\u65e5" * 90,
    "str four": "\U0001f600" * 8, "str bom": "\ufeffa", "str nul": "a\0b",
    "bytes empty": b"", "bytes 1": b"\xff", "bytes 255": b"a" * 255, "bytes 256": b"a" * 256,
    "bytes 65536": b"a" * 65536, "bytearray": bytearray(b"ab"), "memoryview": memoryview(b"ab"),
    "list empty": [], "list": [1, "a", None], "list 15": [0] * 15, "list 16": [0] * 16, "list 65536": [0] * 65536,
    "tuple": (1, (2,)),
    "dict empty": {}, "dict": {"a": 1, "b": [True]}, "dict 16": {f"k{i}": i for i in range(16)},
    "dict 65536": {f"{i:05}": 0 for i in range(65536)},
    "dict order": {"b": 1, "10": 2, "2": 3},
    "dict proto": {"__proto__": {"x": 1}, "constructor": 2},
    "dict keys": {1: "int", 2.5: "float", None: "none", b"b": "bytes", True and "s": "str", 2**64 - 1: "big"},
    **{f"ext {n}": ExtType(5, b"x" * n) for n in (0, 1, 2, 3, 4, 8, 16, 17, 255, 256, 65536)},
    "ext 127": ExtType(127, b"a"),
    "timestamp 32": Timestamp(2**32 - 1, 0), "timestamp 64": Timestamp(2**34 - 1, 999999999),
    "timestamp 64 ns": Timestamp(0, 1), "timestamp 96": Timestamp(2**34, 1), "timestamp -1": Timestamp(-1, 999999999),
    "timestamp max": Timestamp(2**63 - 1, 0), "timestamp min": Timestamp(-2**63, 0),
    "nested 1024": nested(1024, 0),
}
OPTIONS = {
    "raw bytes 40": (b"a" * 40, {"use_bin_type": False}), "raw str 40": ("a" * 40, {"use_bin_type": False}),
    "raw bytes 70000": (b"a" * 70000, {"use_bin_type": False}),
    "single 1.5": (1.5, {"use_single_float": True}), "single 0.1": (0.1, {"use_single_float": True}),
    "single nan": (float("nan"), {"use_single_float": True}), "single inf": (float("inf"), {"use_single_float": True}),
    "single int": (1, {"use_single_float": True}),
    "single nan payload": (nan("fff8000020000000"), {"use_single_float": True}),
    **{f"surrogates {e}": ("a\udc80\ud800b\udcff\u00e9", {"unicode_errors": e}) for e in (
        "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogatepass")},
    "surrogates surrogateescape": ("a\udc80b\udcff\u00e9", {"unicode_errors": "surrogateescape"}),
    "datetime": (datetime.datetime(2024, 2, 29, 12, 30, 15, 123000, tzinfo=UTC), {"datetime": True}),
    "datetime early": (datetime.datetime(1, 1, 1, tzinfo=UTC), {"datetime": True}),
    "default": ([{1}, 2**64, {"a": {2}}], {"default": lambda v: sorted(v) if isinstance(v, set) else str(v)}),
}
# Bytes with the options of unpackb; what comes back is shown as Python's repr or as the class of the error.
BYTES = {
    "utf8 A": ("a3e28241", {}), "utf8 B": ("a2ffc3", {}), "utf8 C": ("a3f09f98", {}), "utf8 D": ("a3eda080", {}),
}
HANDLERS = ("ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass")


def unpacked(hexes, options):
    try:
        return msgpack.unpackb(bytes.fromhex(hexes), **options)
    except Exception as error:
        return {"error": type(error).__name__}


json.dump({
    "producer": f"msgpack {msgpack.__version__}, {msgpack.Packer.__module__}, Python {sys.version.split()[0]}",
    "values": {name: short.hex() if len(short := msgpack.packb(value)) < 600 else
               {"length": len(short), "head": short[:16].hex(), "tail": short[-16:].hex()}
               for name, value in VALUES.items()},
    "options": {name: packed.hex() if len(packed := msgpack.packb(value, **options)) < 600 else
                {"length": len(packed), "head": packed[:16].hex(), "tail": packed[-16:].hex()}
                for name, (value, options) in OPTIONS.items()},
    "handlers": {f"{name} {handler}": unpacked(hexes, {**options, "unicode_errors": handler})
                 for name, (hexes, options) in BYTES.items() for handler in HANDLERS},
}, sys.stdout, indent=1)
print()
