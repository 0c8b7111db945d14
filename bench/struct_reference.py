"""A format in, then a verb a line in, milliseconds of CPython's struct for a million records out."""

import struct
import sys
import time

COUNT = 1_000_000
ROWS = {
    ">ifd": lambda i: (i, i * 0.5, i * 0.25),
    ">I10sf": lambda i: (i, b"sensor0001", i * 0.25),
    "<3iH10s?q": lambda i: (i, -i, 7, i & 0xFFFF, b"0123456789", i % 2 == 0, i << 20),
    "<12h": lambda i: (i & 0x7FFF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
}

form, clock = sys.argv[1:]
now = time.thread_time if clock == "cpu" else time.perf_counter
packer = struct.Struct(form)
rows = [ROWS[form](i) for i in range(COUNT)]
size = packer.size
whole = b"".join(packer.pack(*row) for row in rows)
pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
target = bytearray(len(whole))


def pack():
    act = packer.pack
    for row in rows:
        last = act(*row)
    return last


def pack_by_format():
    act = struct.pack
    for row in rows:
        last = act(form, *row)
    return last


def pack_into():
    act = packer.pack_into
    at = 0
    for row in rows:
        act(target, at, *row)
        at += size
    return target


def unpack():
    act = packer.unpack
    for piece in pieces:
        last = act(piece)
    return last


def unpack_by_format():
    act = struct.unpack
    for piece in pieces:
        last = act(form, piece)
    return last


def unpack_from():
    act = packer.unpack_from
    for at in range(0, len(whole), size):
        last = act(whole, at)
    return last


def iter_unpack():
    for last in packer.iter_unpack(whole):
        pass
    return last


def list_unpacked():
    return list(packer.iter_unpack(whole))


def pack_records():
    act = packer.pack
    return b"".join([act(*row) for row in rows])


VERBS = {act.__name__: act for act in (pack_records, pack, pack_by_format, pack_into, unpack, unpack_by_format, unpack_from, iter_unpack, list_unpacked)}
print("ready", flush=True)
for line in sys.stdin:
    act = VERBS[line.strip()]
    started = now()
    result = act()
    taken = now() - started
    del result
    print(taken * 1000, flush=True)
