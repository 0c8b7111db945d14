"""A count and a seed in; as JSON lines, calls of CPython's struct with what came of them: a result, or the error's words.

Values are pairs of a kind and a text: ["int", "12"], ["float", "3ff0000000000000"] (its bits, big-endian; a NaN's too),
["bytes", "6162"], ["bytearray", ...], ["bool", "1"], ["str", "x"], ["none", ""], ["list", "2"] (a list of two).
"""

import json
import random
import re
import struct
import sys

INTEGERS = "bBhHiIlLqQnNP"
FLOATS = "efd"
NATIVE_ONLY = "nNP"
BITS = {"b": 8, "B": 8, "h": 16, "H": 16, "i": 32, "I": 32, "l": 64, "L": 64, "q": 64, "Q": 64, "n": 64, "N": 64, "P": 64}


def count(rng):
    kind = rng.randrange(20)
    if kind < 11:
        return ""
    if kind < 16:
        return str(rng.randrange(5))
    if kind < 18:
        return "0" * rng.randrange(3) + str(rng.randrange(13))
    return str(rng.choice((0, 1, 20, 33, 254, 255, 256, 257, 300)))


def make_format(rng):
    order = rng.choice(("", "", "@", "=", "<", ">", "!"))
    letters = "xcbB?hHiIlLqQefdsp" + (NATIVE_ONLY if order in ("", "@") else "")
    text = order
    for _ in range(rng.choice((0, 1, 1, 2, 3, 3, 4, 5, 8, 12))):
        text += rng.choice(("", "", "", " ", "\t", "\n ", "\v", "\f", "\r"))
        text += count(rng) + rng.choice(letters)
    if rng.randrange(12) == 0:
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(("y", "<", "@", " 3 ", "\0", "é", "日本", "𝄞", "n", "9", "-1", "+", "\x7f", "\x1c")) + text[at:]
    return text


def codes(text):
    """The letter of each value that the format has, as far as it can be told."""
    found = []
    digits = ""
    for letter in text.lstrip("@=<>!"):
        if letter.isdigit():
            digits += letter
            continue
        if letter in "sp":
            found.append((letter, int(digits or 1)))
        elif letter not in "x \t\n\v\f\r":
            found.extend([(letter, 1)] * min(int(digits or 1), 400))
        digits = ""
    return found


def any_int(rng, bits):
    edge = rng.choice((0, 1, -1, 2 ** bits, 2 ** bits - 1, 2 ** (bits - 1), 2 ** (bits - 1) - 1, -(2 ** (bits - 1)), -(2 ** (bits - 1)) - 1))
    kind = rng.randrange(8)
    if kind < 5:
        return rng.getrandbits(rng.randrange(1, bits)) * rng.choice((1, 1, -1))
    if kind < 7:
        return edge
    return rng.choice((edge * 3, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), -(2 ** 53) + 1, 2 ** 200, -(2 ** 1100), 10 ** 39, 65519, 65520))


def any_float(rng):
    kind = rng.randrange(8)
    if kind < 2:
        return struct.unpack("<d", rng.randbytes(8))[0]
    if kind < 4:
        return rng.uniform(-1e5, 1e5)
    if kind < 5:
        return struct.unpack("<e", rng.randbytes(2))[0] * rng.choice((1.0, 1.0 + 2 ** -12, 1.0 + 2 ** -11, 1.0 + 3 * 2 ** -11, 0.5))
    if kind < 6:
        return struct.unpack("<f", rng.randbytes(4))[0] * rng.choice((1.0, 1.0 + 2 ** -24, 1.0 + 2 ** -25, 0.5))
    return rng.choice(
        (0.0, -0.0, 1.0, -1.0, 65504.0, 65519.99, 65520.0, -65520.0, 3.4028234663852886e38, 3.4028235677973362e38, 3.4028235677973366e38, 1e39,
         5e-324, 2.0 ** -24, 2.0 ** -25, 3 * 2.0 ** -26, 2.0 ** -149, 2.0 ** -150, float("inf"), float("-inf"), float("nan"), 2.0 ** 60, 1e300)
    )


def any_value(rng, letter, size):
    if rng.randrange(60) == 0:
        return rng.choice((None, "x", "", 1.5, 2.0, 7, -1, True, False, b"", b"a", bytearray(b"a"), bytearray(b""), b"abc", [], [None, None], 2 ** 70))
    if letter in INTEGERS:
        return rng.choice((True, False)) if rng.randrange(40) == 0 else any_int(rng, rng.choice((BITS[letter], BITS[letter] - 2, 4)))
    if letter in FLOATS:
        return any_int(rng, rng.choice((8, 20, 54, 64))) if rng.randrange(4) == 0 else any_float(rng)
    if letter == "?":
        return rng.choice((True, False, 0, 1, 2 ** 80, 0.0, -0.0, 0.5, float("nan"), "", "x", None, [], [None], b"", b"a"))
    if letter == "c":
        return rng.randbytes(1)
    data = rng.randbytes(rng.choice((size, size, max(0, size - 1), size + 1, rng.randrange(12), rng.randrange(260, 300) if size > 200 else 3)))
    return bytearray(data) if rng.randrange(5) == 0 else data


def show(value):
    if value is None:
        return ["none", ""]
    if isinstance(value, bool):
        return ["bool", "1" if value else "0"]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", struct.pack(">d", value).hex()]
    if isinstance(value, bytearray):
        return ["bytearray", value.hex()]
    if isinstance(value, bytes):
        return ["bytes", value.hex()]
    if isinstance(value, str):
        return ["str", value]
    return ["list", str(len(value))]


def attempt(act):
    try:
        return {"value": act()}
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}


def case(rng):
    text = make_format(rng)
    size = attempt(lambda: struct.calcsize(text))
    verb = rng.choice(("pack", "pack", "pack", "pack_into", "unpack", "unpack", "unpack_from", "iter_unpack", "calcsize"))
    if verb == "calcsize":
        if rng.randrange(8) == 0:
            text += rng.choice(("99999999999999999999i", "9223372036854775808x", "9223372036854775807q", "123456789012x", "1000000000s"))
        return {"verb": verb, "format": text, **attempt(lambda: struct.calcsize(text))}
    if verb == "pack_into" and re.search("(?<![0-9])0+p", text):
        verb = "pack"  # 0p writes its length byte behind its place, CPython's own slip: over the buffer, or past its end
    if verb in ("pack", "pack_into"):
        values = [any_value(rng, letter, size) for letter, size in codes(text)] if rng.randrange(15) else []
        if rng.randrange(25) == 0:
            values.append(1)
        elif values and rng.randrange(25) == 0:
            values.pop()
        made = {"verb": verb, "format": text, "values": [show(value) for value in values]}
        if verb == "pack":
            return {**made, **attempt(lambda: struct.pack(text, *values).hex())}
        length = max(0, size.get("value", 4) + rng.randrange(-1, 9))
        offset = rng.choice((0, 0, 1, 2, -1, -length, -length - 1, length, rng.randrange(-12, 12)))
        buffer = bytearray(b"\xa5" * length)
        outcome = attempt(lambda: struct.pack_into(text, buffer, offset, *values))
        return {**made, "length": length, "offset": offset, **outcome, "buffer": buffer.hex()}
    size = size.get("value", 3)
    if verb == "unpack":
        data = rng.randbytes(max(0, size + (rng.choice((-1, 1, 5)) if rng.randrange(15) == 0 else 0)))
        return {"verb": verb, "format": text, "data": data.hex(), **attempt(lambda: [show(value) for value in struct.unpack(text, data)])}
    if verb == "unpack_from":
        data = rng.randbytes(max(0, size + rng.randrange(-1, 9)))
        offset = rng.choice((0, 0, 1, 2, -1, -len(data), -len(data) - 1, len(data), rng.randrange(-12, 12)))
        outcome = attempt(lambda: [show(value) for value in struct.unpack_from(text, data, offset)])
        return {"verb": verb, "format": text, "data": data.hex(), "offset": offset, **outcome}
    data = rng.randbytes(max(0, size * rng.randrange(4) + (1 if rng.randrange(10) == 0 else 0)))
    outcome = attempt(lambda: [[show(value) for value in row] for row in struct.iter_unpack(text, data)])
    return {"verb": verb, "format": text, "data": data.hex(), **outcome}


def main():
    rng = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[1])):
        sys.stdout.write(json.dumps(case(rng)) + "\n")


main()
