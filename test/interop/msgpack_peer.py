"""msgpack-python's side of msgpack.test.ts: frames (4 bytes of length, little-endian, then the bytes) out, or in and out.

generate SEED COUNT    values of every kind; for each its packing, and its packing with use_bin_type=False
again                  each frame of the input unpacked and packed again
judge                  each frame of the input is "options as JSON" and bytes in turn: "ok" and the packing, or the refusal
"""
import json
import random
import struct
import sys

import msgpack
from msgpack import ExtType, Timestamp


def frame(data):
    sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)


def frames():
    data = sys.stdin.buffer.read()
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        yield data[at + 4 : at + 4 + length]
        at += 4 + length


EDGES = [0, 1, 31, 32, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31, 2**32, 2**53, 2**63, 2**64]


def integer(rng):
    if rng.random() < 0.5:
        value = rng.choice(EDGES) + rng.randint(-2, 2)
    else:
        value = rng.getrandbits(rng.randint(1, 64))
    if rng.random() < 0.4:
        value = -value
    return min(max(value, -(2**63)), 2**64 - 1)


def real(rng):
    kind = rng.randint(0, 5)
    if kind == 0:
        return struct.unpack(">d", rng.randbytes(8))[0]
    if kind == 1:
        return float(integer(rng))
    if kind == 2:
        return rng.choice([0.0, -0.0, 1.5, float("inf"), float("-inf"), float("nan"), 5e-324, 1.7976931348623157e308])
    if kind == 3:
        return struct.unpack(">d", bytes([rng.choice([0x7F, 0xFF]), rng.randint(0xF0, 0xFF)]) + rng.randbytes(6))[0]
    return rng.random() * 10 ** rng.randint(-9, 9)


def size(rng):
    return rng.choice([0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33]) if rng.random() < 0.95 else rng.choice([60, 255, 256, 257, 1000])


def text(rng):
    alphabet = rng.choice(["abc", "abc é", "日本語a", "😀a\U0010ffff", "\0\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff\ufeff"])
    return "".join(rng.choice(alphabet) for _ in range(size(rng)))


def key(rng):
    kind = rng.randint(0, 9)
    if kind < 5:
        return rng.choice(["id", "name", "10", "2", "__proto__", "constructor", ""]) + str(rng.randint(0, 20))
    return [text, integer, real, lambda r: r.randbytes(size(r)), lambda r: tuple(integer(r) for _ in range(3))][kind - 5](rng)


def value(rng, depth=0):
    kind = rng.randint(0, 13 if depth < 5 else 8)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind <= 2:
        return integer(rng)
    if kind == 3:
        return real(rng)
    if kind <= 5:
        return text(rng)
    if kind == 6:
        return rng.randbytes(size(rng))
    if kind == 7:
        return ExtType(rng.randint(0, 127), rng.randbytes(size(rng)))
    if kind == 8:
        seconds = rng.choice([rng.getrandbits(32), rng.getrandbits(34), rng.getrandbits(63), -rng.getrandbits(63)])
        return Timestamp(seconds, rng.choice([0, rng.randint(0, 999999999)]))
    # About one container in an item, so that values stay small; now and then one at the edge of a header.
    count = rng.choice([15, 16, 17]) if depth == 0 and rng.random() < 0.2 else rng.randint(0, 4)
    if kind <= 11:
        return [value(rng, depth + 1) for _ in range(count)]
    return {key(rng): value(rng, depth + 1) for _ in range(count)}


def unpack(data, **options):
    return msgpack.unpackb(data, **{"strict_map_key": False, "use_list": False, **options})


def refusal(error):
    return f"{type(error).__name__}: {error}"


if sys.argv[1] == "generate":
    rng = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[3])):
        # Keys that are equal (0.0 and -0.0, NaNs) make the dict that is packed one that was unpacked: the same for both.
        made = value(rng)
        frame(msgpack.packb(made))
        frame(msgpack.packb(made, use_bin_type=False))
elif sys.argv[1] == "again":
    for data in frames():
        frame(msgpack.packb(unpack(data)))
else:
    parts = frames()
    for options in parts:
        try:
            got = msgpack.unpackb(next(parts), **json.loads(options))
        except Exception as error:
            frame(b"")
            frame(refusal(error).encode("utf-8", "replace"))
            continue
        try:
            frame(b"ok")
            frame(msgpack.packb(got, datetime=True))
        except Exception as error:
            frame(refusal(error).encode("utf-8", "replace"))
