"""Writes vectors/codecs.json: small data as Python's zlib, gzip, bz2 and lzma modules and python-lz4 compress it.

    .venv-libraries/bin/python test/codecs/generate.py
"""

import base64
import bz2
import gzip
import io
import json
import lzma
import pathlib
import pickle
import platform
import struct
import zlib

import lz4
import lz4.frame

LZ4_SKIPPABLE = 0x184D2A53


def noise(count, seed=1):
    """Bytes that do not compress, the same on every machine."""
    out = bytearray()
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(seed >> 16 & 0xFF)
    return bytes(out)


DATA = {
    "empty": b"",
    "pickle": pickle.dumps({"name": "Ada", "scores": [1, 2.5, None]}, 4),
    "one": b"a",
    # Matches near and far, literals, a run.
    "mixed": b"the quick brown fox " * 3 + noise(300) + bytes(700) + noise(300)[::-1] + b"the quick brown fox" + noise(300),
    # More than the 64 KiB that LZ4 and deflate look back, and than a block of LZ4.
    "long": (noise(100) + bytes(1900)) * 36,
}


def deflated(data, level, wbits, strategy=zlib.Z_DEFAULT_STRATEGY):
    packer = zlib.compressobj(level, zlib.DEFLATED, wbits, 8, strategy)
    return packer.compress(data) + packer.flush()


def known_size(data):
    packed = lzma.compress(data, format=lzma.FORMAT_ALONE)
    return packed[:5] + struct.pack("<Q", len(data)) + packed[13:]


def lzma1(data):
    filters = [{"id": lzma.FILTER_LZMA1, "lc": 0, "lp": 2, "pb": 0, "dict_size": 4096}]
    return lzma.compress(data, format=lzma.FORMAT_ALONE, filters=filters)


def xz(data, **options):
    return lzma.compress(data, **options)


def delta(distance, **lzma2):
    return [{"id": lzma.FILTER_DELTA, "dist": distance}, {"id": lzma.FILTER_LZMA2, **lzma2}]


def named_gzip(data):
    out = io.BytesIO()
    with gzip.GzipFile("data.pkl", "wb", 9, out, mtime=1) as file:
        file.write(data)
    return out.getvalue()


def full_header(data):
    """A member with an extra field, a name, a comment and a checksum of all that."""
    body = gzip.compress(data, mtime=0)
    head = body[:3] + bytes([2 | 4 | 8 | 16]) + body[4:10] + b"\x04\x00extr" + b"name\0" + b"comment\0"
    return head + struct.pack("<H", zlib.crc32(head) & 0xFFFF) + body[10:]


def vectors():
    for name, data in DATA.items():
        for level in (1, 9) if name == "long" else (0, 1, 9):
            yield name, f"zlib {level}", "zlib", zlib.compress(data, level), [data]
        yield name, "gzip", "gzip", gzip.compress(data, mtime=0), [data]
        yield name, "deflate", "deflate", deflated(data, 6, -15), [data]
        yield name, "deflate fixed", "deflate", deflated(data, 6, -15, zlib.Z_FIXED), [data]
        yield name, "deflate literals", "deflate", deflated(data, 6, -15, zlib.Z_HUFFMAN_ONLY), [data]
        yield name, "bz2 1", "bz2", bz2.compress(data, 1), [data]
        yield name, "xz crc64", "xz", xz(data), [data]
        yield name, "xz crc32", "xz", xz(data, check=lzma.CHECK_CRC32, preset=0), [data]
        yield name, "xz sha256", "xz", xz(data, check=lzma.CHECK_SHA256), [data]
        yield name, "xz no check", "xz", xz(data, check=lzma.CHECK_NONE), [data]
        yield name, "xz delta", "xz", xz(data, filters=delta(4, preset=6, lc=0, lp=2, pb=0)), [data]
        yield name, "lzma", "lzma", lzma.compress(data, format=lzma.FORMAT_ALONE), [data]
        yield name, "lzma known size", "lzma", known_size(data), [data]
        yield name, "lzma properties", "lzma", lzma1(data), [data]
        for linked in (False, True):
            title = "lz4 linked" if linked else "lz4 independent"
            yield name, title, "lz4", lz4.frame.compress(
                data, block_size=4, block_linked=linked, store_size=False), [data]
            yield name, f"{title}, checked", "lz4", lz4.frame.compress(
                data, block_size=7, block_linked=linked, block_checksum=True, content_checksum=True, compression_level=9), [data]
    one, two = b"first " * 5, noise(40)
    yield "two", "gzip", "gzip", gzip.compress(one, mtime=0) + named_gzip(two), [one, two]
    yield "one", "gzip, full header", "gzip", full_header(one), [one]
    yield "two", "bz2", "bz2", bz2.compress(one) + bz2.compress(two, 2), [one, two]
    yield "two", "xz", "xz", xz(one) + bytes(8) + xz(two), [one, two]
    yield "two", "xz filters", "xz", xz(two * 9, filters=delta(256, dict_size=4096)), [two * 9]
    skipped = struct.pack("<II", LZ4_SKIPPABLE, 5) + b"extra"
    yield "two", "lz4", "lz4", lz4.frame.compress(one) + skipped + lz4.frame.compress(two), [one, two]


def bombs():
    data = pickle.dumps(bytes(8 << 20), 4)
    yield "zlib", zlib.compress(data, 9)
    yield "gzip", gzip.compress(data, mtime=0)
    yield "deflate", deflated(data, 9, -15)
    yield "bz2", bz2.compress(data)
    yield "xz", lzma.compress(data)
    yield "lzma", lzma.compress(data, format=lzma.FORMAT_ALONE)
    yield "lz4", zlib.compress(lz4.frame.compress(data))


def text(data):
    return base64.b64encode(data).decode()


folder = pathlib.Path(__file__).parent
document = {
    "producer": {
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "lz4": lz4.library_version_string(),
    },
    "data": {name: text(zlib.compress(data, 9)) for name, data in DATA.items()},
    "vectors": [
        {
            "name": f"{title}: {name}",
            "compression": compression,
            "packed": text(packed),
            "parts": [name] if parts == [DATA.get(name)] else [text(part) for part in parts],
        }
        for name, title, compression, packed, parts in vectors()
    ],
    # A pickle of 8 MiB of zeros; LZ4's within zlib's.
    "bombs": {compression: text(packed) for compression, packed in bombs()},
}
lines = json.dumps(document, indent=1)
(folder / "vectors" / "codecs.json").write_text(lines + "\n")
