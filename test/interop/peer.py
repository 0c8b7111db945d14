"""Frames on stdin in, frames on stdout out: a Python that loads each pickle and dumps it again at the same protocol.
The frames are those of brine_client.py, with this end as the server."""
import json
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

try:
    import cPickle as pickle
except ImportError:
    import pickle

STDIN = getattr(sys.stdin, "buffer", sys.stdin)
STDOUT = getattr(sys.stdout, "buffer", sys.stdout)


def answer(data, protocol):
    try:
        return pickle.dumps(pickle.loads(data), protocol), None
    except Exception as error:
        return b"", "%s: %s" % (type(error).__name__, error)


def main():
    sys.setrecursionlimit(5000)
    while True:
        prefix = STDIN.read(4)
        if len(prefix) < 4:
            return
        body = STDIN.read(struct.unpack("<I", prefix)[0])
        (head_size,) = struct.unpack_from("<I", body, 0)
        header = json.loads(body[4:4 + head_size].decode("utf-8"))
        (count,) = struct.unpack_from("<I", body, 4 + head_size)
        at = 8 + head_size
        errors = []
        chunks = []
        for _ in range(count):
            (size,) = struct.unpack_from("<I", body, at)
            out, error = answer(body[at + 4:at + 4 + size], header["protocol"])
            at += 4 + size
            errors.append(error)
            chunks.append(struct.pack("<I", len(out)) + out)
        head = json.dumps({"errors": errors}).encode("utf-8")
        body = struct.pack("<I", len(head)) + head + struct.pack("<I", count) + b"".join(chunks)
        STDOUT.write(struct.pack("<I", len(body)) + body)
        STDOUT.flush()


if __name__ == "__main__":
    main()
