"""A frame of pickles on stdin in; on stdout, as JSON, what this Python's pickletools makes of each: the text and the error
of dis, the same with annotations, and the bytes or the error of optimize."""
import io
import json
import pickletools
import struct
import sys
import warnings

warnings.simplefilter("ignore")


def attempt(act):
    try:
        return act(), None
    except Exception as error:
        return None, [type(error).__name__, str(error)]


def disassembled(data, **options):
    out = io.StringIO()
    _, error = attempt(lambda: pickletools.dis(data, out, **options))
    return [out.getvalue(), error]


def optimized(data):
    result, error = attempt(lambda: pickletools.optimize(data))
    return [None if result is None else result.hex(), error]


def main():
    body = sys.stdin.buffer.read()[4:]
    (head_size,) = struct.unpack_from("<I", body, 0)
    (count,) = struct.unpack_from("<I", body, 4 + head_size)
    at = 8 + head_size
    answers = []
    for _ in range(count):
        (size,) = struct.unpack_from("<I", body, at)
        data = body[at + 4:at + 4 + size]
        at += 4 + size
        answers.append([disassembled(data), disassembled(data, annotate=30, indentlevel=2), optimized(data)])
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
