"""Compresses with Python's own modules and python-lz4, and reads what brine compressed.

    codecs_peer.py compress FOLDER   files named by format; prints [name, compression, sha256] of each
    codecs_peer.py bombs FOLDER      256 MiB of zeros in every format
    codecs_peer.py digests FOLDER    prints {name: sha256} of what each .zlib, .gzip and .deflate file holds
"""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import random
import struct
import sys
import zlib

import lz4.frame


def samples():
    rng = random.Random(3)
    yield "empty", b""
    yield "random", bytes(rng.getrandbits(8) for _ in range(70_000))
    yield "text", " ".join(rng.choice(["alpha", "beta", "gamma", "delta"]) + str(rng.random()) for _ in range(6_000)).encode()
    yield "ints", struct.pack("<20000q", *(rng.randrange(1000) for _ in range(20_000)))
    yield "runs", b"".join(bytes([rng.randrange(4)]) * rng.randrange(600) for _ in range(1000))
    yield "large", (b"".join(struct.pack("<d", i * 0.25) for i in range(40_000)))


def packed(data):
    for level in range(10):
        yield "zlib", level, zlib.compress(data, level)
        yield "gzip", level, gzip.compress(data, level)
        raw = zlib.compressobj(level, zlib.DEFLATED, -15)
        yield "deflate", level, raw.compress(data) + raw.flush()
    for level in (1, 5, 9):
        yield "bz2", level, bz2.compress(data, level)
    for preset in (0, 3, 6, 9, 9 | lzma.PRESET_EXTREME):
        yield "xz", preset, lzma.compress(data, preset=preset)
        yield "lzma", preset, lzma.compress(data, format=lzma.FORMAT_ALONE, preset=preset)
    for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256):
        yield "xz", "check%d" % check, lzma.compress(data, check=check)
    for lc, lp, pb in ((0, 0, 0), (4, 0, 4), (0, 4, 2), (1, 3, 1)):
        chain = [{"id": lzma.FILTER_DELTA, "dist": 8}, {"id": lzma.FILTER_LZMA2, "lc": lc, "lp": lp, "pb": pb, "dict_size": 1 << 16}]
        yield "xz", "delta%d%d%d" % (lc, lp, pb), lzma.compress(data, filters=chain)
        alone = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": 1 << 12}]
        yield "lzma", "own%d%d%d" % (lc, lp, pb), lzma.compress(data, format=lzma.FORMAT_ALONE, filters=alone)
    for size in (4, 5, 6, 7):
        for linked in (True, False):
            for checked in (True, False):
                options = dict(block_size=size, block_linked=linked, content_checksum=checked, block_checksum=checked, store_size=checked)
                for level in (0, 9):
                    yield "lz4", "%d%d%d%d" % (size, linked, checked, level), lz4.frame.compress(data, compression_level=level, **options)
    half = len(data) // 2
    for compression, pack in (("gzip", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("lz4", lz4.frame.compress)):
        yield compression, "two", pack(data[:half]) + pack(data[half:])


def compress(folder):
    listed = []
    for sample, data in samples():
        digest = hashlib.sha256(data).hexdigest()
        for compression, variant, result in packed(data):
            name = "%s-%s.%s" % (sample, variant, compression)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(result)
            listed.append([name, compression, digest])
    json.dump(listed, sys.stdout)


def bombs(folder):
    piece = bytes(1 << 24)
    makers = {
        "zlib": zlib.compressobj(9),
        "gzip": zlib.compressobj(9, zlib.DEFLATED, 31),
        "bz2": bz2.BZ2Compressor(),
        "xz": lzma.LZMACompressor(preset=0),
        "lzma": lzma.LZMACompressor(format=lzma.FORMAT_ALONE, preset=0),
    }
    for name, maker in makers.items():
        with open(os.path.join(folder, "bomb." + name), "wb") as file:
            for _ in range(16):
                file.write(maker.compress(piece))
            file.write(maker.flush())
    with lz4.frame.open(os.path.join(folder, "bomb.lz4"), "wb") as file:
        for _ in range(16):
            file.write(piece)
    json.dump(sorted(makers) + ["lz4"], sys.stdout)


def digests(folder):
    found = {}
    for name in os.listdir(folder):
        kind = name.rsplit(".", 1)[1]
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        if kind == "zlib":
            data = zlib.decompress(data)
        elif kind == "gzip":
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read()
        elif kind == "deflate":
            data = zlib.decompress(data, -15)
        else:
            continue
        found[name] = hashlib.sha256(data).hexdigest()
    json.dump(found, sys.stdout)


globals()[sys.argv[1]](sys.argv[2])
