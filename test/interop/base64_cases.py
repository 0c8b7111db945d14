"""A count and a seed in; as JSON lines, calls of CPython's base64 with what came of them: a result, or the error's words.

Arguments are pairs of a kind and a text: ["str", "YQ=="], or ["bytes", "59513d3d"]. A result of an encoder is latin-1
text, one of a decoder hexadecimal digits.
"""

import base64
import io
import json
import random
import sys

ALPHABETS = {
    "b64": b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "b32": b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "b32hex": b"0123456789ABCDEFGHIJKLMNOPQRSTUV",
    "b16": b"0123456789ABCDEF",
    "a85": bytes(range(33, 118)) + b"zy",
    "b85": b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
    "z85": b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
}
FAMILIES = {
    "b64": ("b64encode", "b64decode"),
    "standard": ("standard_b64encode", "standard_b64decode"),
    "urlsafe": ("urlsafe_b64encode", "urlsafe_b64decode"),
    "b32": ("b32encode", "b32decode"),
    "b32hex": ("b32hexencode", "b32hexdecode"),
    "b16": ("b16encode", "b16decode"),
    "a85": ("a85encode", "a85decode"),
    "b85": ("b85encode", "b85decode"),
    "z85": ("z85encode", "z85decode"),
    "lines": ("encodebytes", "decodebytes"),
    "file": ("encode", "decode"),
}


def data(rng):
    kind = rng.randrange(8)
    if kind == 0:
        return rng.choice((b"", b"\0" * rng.randrange(1, 14), b" " * rng.randrange(1, 14), b"\xff" * rng.randrange(1, 14)))
    if kind == 1:
        return rng.choice((b"\0\0\0\0", b"    ", b"a")) * rng.randrange(4) + rng.randbytes(rng.randrange(6))
    if kind == 2:
        return rng.randbytes(rng.choice((56, 57, 58, 113, 114, 115, 171, 300)))
    return rng.randbytes(rng.randrange(16))


def encode_options(rng, family):
    if family == "b64" and rng.randrange(2):
        return {"altchars": rng.choice((b"-_", b"_-", b"/+", b"+-", b"$$", b"$&", b"\xff\x80", b"AB", b"==", b".:"))}
    if family == "a85":
        chosen = {}
        for name, values in (("foldspaces", (True, False)), ("wrapcol", (0, 1, 2, 3, 5, 7, 20, -3)), ("pad", (True, False)), ("adobe", (True, False))):
            if rng.randrange(2):
                chosen[name] = rng.choice(values)
        return chosen
    if family == "b85" and rng.randrange(2):
        return {"pad": rng.choice((True, False))}
    return {}


def decode_options(rng, family):
    chosen = {}
    if family == "b64":
        if rng.randrange(3) == 0:
            chosen["altchars"] = rng.choice((b"-_", "-_", b"_-", b"/+", b"+-", b"AB", b"=-", b"-=", b"\xff\x80", "$$"))
        if rng.randrange(2):
            chosen["validate"] = rng.choice((True, True, False))
    elif family in ("b32", "b32hex", "b16"):
        if rng.randrange(2):
            chosen["casefold"] = rng.choice((True, True, False))
        if family == "b32" and rng.randrange(3) == 0:
            chosen["map01"] = rng.choice((b"L", "I", b"l", b"0", b"1", b"=", b"!"))
    elif family == "a85":
        if rng.randrange(2):
            chosen["foldspaces"] = rng.choice((True, False))
        if rng.randrange(2):
            chosen["adobe"] = rng.choice((True, False))
        if rng.randrange(4) == 0:
            chosen["ignorechars"] = rng.choice((b"", b" ", b"\n\t", b"~<>", b"vwx"))
    return chosen


def damage(rng, text, alphabet):
    """A text as it might arrive: whole, cut, with characters put in, changed or taken out."""
    made = bytearray(text)
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
        at = rng.randrange(len(made) + 1)
        kind = rng.randrange(10)
        if kind < 3:
            del made[at:at + 1]
        elif kind < 5:
            made[at:at] = bytes((rng.choice(alphabet),))
        elif kind < 7:
            made[at:at + 1] = b"="
        elif kind == 7:
            made[at:at] = rng.choice((b"\n", b" ", b"\r\n", b"\t", b"\f", b"\v", b"\0", b"= =", b"====", b"-", b"_", b"+", b"/", b"<~", b"~>", b"z", b"y", b"0", b"1"))
        elif kind == 8:
            made[at:at] = bytes((rng.randrange(256),))
        else:
            made = bytearray(bytes(made).lower())
    return bytes(made)


def argument(value):
    return ["str", value] if isinstance(value, str) else ["bytes", value.hex()]


def show_options(options):
    return {name: argument(value) if isinstance(value, (str, bytes)) else value for name, value in options.items()}


def through_file(function, value):
    source, target = io.BytesIO(value), io.BytesIO()
    function(source, target)
    return target.getvalue()


def case(rng):
    family = rng.choice(("b64", "b64", "b64", *FAMILIES))
    encoder, decoder = FAMILIES[family]
    alphabet = ALPHABETS.get(family, ALPHABETS["b64"])
    if rng.randrange(4) == 0:
        value, options, name = data(rng), encode_options(rng, family), encoder
    else:
        name, options = decoder, decode_options(rng, family)
        if rng.randrange(5) == 0:
            value = bytes(rng.choice(alphabet) for _ in range(rng.randrange(18)))
        else:
            encode = getattr(base64, encoder)
            settings = encode_options(rng, family)
            value = through_file(encode, data(rng)) if family == "file" else encode(data(rng), **settings)
        value = damage(rng, value, alphabet + b"-_=")
        if family not in ("lines", "file") and rng.randrange(3) == 0:
            value = value.decode("latin-1")
    function = getattr(base64, name)
    made = {"name": name, "argument": argument(value), "options": show_options(options)}
    try:
        result = through_file(function, value) if family == "file" else function(value, **options)
    except Exception as error:
        return {**made, "error": type(error).__name__, "message": str(error)}
    return {**made, "value": result.decode("latin-1") if name == encoder else result.hex()}


def main():
    rng = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[1])):
        sys.stdout.write(json.dumps(case(rng)) + "\n")


main()
