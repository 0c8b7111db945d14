"""The Python beside readings.ts: writes from-python.bin, reads from-brine.bin, prints the same lines."""

import os
import struct
import sys

folder = sys.argv[1] if len(sys.argv) > 1 else "."

packed = struct.pack(">ifd", 42, 1.5, 2.125)
print("hex", packed.hex())
print("size", struct.calcsize(">ifd"))
print("values", *("%g" % value for value in struct.unpack(">ifd", packed)))

SENSOR = struct.Struct(">I10sf")
with open(os.path.join(folder, "from-python.bin"), "wb") as file:
    for reading in ((1, b"boiler", 71.25), (2, b"outside", -3.5), (3, b"a long name", 20)):
        file.write(SENSOR.pack(*reading))


def show(word, number, label, degrees):
    print(word, number, label.rstrip(b"\0").decode(), "%g" % degrees)


theirs = os.path.join(folder, "from-brine.bin")
with open(theirs if os.path.exists(theirs) else os.path.join(folder, "from-python.bin"), "rb") as file:
    while chunk := file.read(SENSOR.size):
        show("reading", *SENSOR.unpack(chunk))
    file.seek(SENSOR.size)
    show("second", *SENSOR.unpack(file.read(SENSOR.size)))
