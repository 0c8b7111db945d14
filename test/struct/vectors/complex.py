"""Writes complex.json: `F` and `D` of CPython 3.14, made with 3.14.2 (`python3.14 complex.py >complex.json`)."""

import json
import random
import struct

rng = random.Random(5)
made = []
while len(made) < 40:
    text = rng.choice("<>=!@")
    text += "".join(rng.choice(("", "", "b", "2x", "h")) + rng.choice(("F", "D", "2F", "0D")) for _ in range(rng.randrange(1, 3)))
    data = rng.randbytes(struct.calcsize(text))
    values = struct.unpack(text, data)
    if any(value != value for value in values):
        continue
    shown = [
        [struct.pack(">d", value.real).hex(), struct.pack(">d", value.imag).hex()] if isinstance(value, complex) else value
        for value in values
    ]
    made.append({"format": text, "data": data.hex(), "values": shown, "packed": struct.pack(text, *values).hex()})
print("[\n" + ",\n".join(json.dumps(one) for one in made) + "\n]")
