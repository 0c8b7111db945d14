"""Compresses a sample into FOLDER, then decompresses a format for each line of input and prints the milliseconds."""

import bz2
import gzip
import lzma
import os
import pickle
import struct
import sys
import time
import zlib

import lz4.frame

folder = sys.argv[1]
# As in a file of scikit-learn's: small ints, rounded floats, records with repeated names.
sample = (
    struct.pack("<400000q", *((i * 7919) % 500 - 2 for i in range(400_000)))
    + struct.pack("<400000d", *(((i * 104_729) % 1009) / 100 for i in range(400_000)))
    + pickle.dumps([{"id": i, "name": "user%d" % (i * 7919 % 1000), "v": i * 0.25} for i in range(100_000)])
)
FORMATS = {
    "zlib": (lambda data: zlib.compress(data, 3), zlib.decompress),
    "gzip": (lambda data: gzip.compress(data, 3), gzip.decompress),
    "bz2": (lambda data: bz2.compress(data, 3), bz2.decompress),
    "xz": (lzma.compress, lzma.decompress),
    "lzma": (lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE), lzma.decompress),
    "lz4": (lz4.frame.compress, lz4.frame.decompress),
}
packed = {name: pack(sample) for name, (pack, _) in FORMATS.items()}
for name, data in packed.items():
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
print(len(sample), flush=True)
for line in sys.stdin:
    name = line.strip()
    start = time.process_time()
    FORMATS[name][1](packed[name])
    print((time.process_time() - start) * 1000, flush=True)
