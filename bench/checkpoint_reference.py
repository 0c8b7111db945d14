"""The Python recipe of examples/checkpoint with NumPy, one turn of bench/checkpoint.ts; arguments and output as checkpoint-one.ts."""
import json
import os
import resource
import sys
import time

import numpy

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "examples", "checkpoint"))
from checkpoints import CheckpointManager

folder, verb, _kind, size = sys.argv[1:]
LAYERS = 8
items = int(size) * 1000000 // 8 // LAYERS


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


manager = CheckpointManager(folder)
state = {}
if verb == "save":
    state = {"step": 1}
    for layer in range(LAYERS):
        state["layer-%d" % layer] = numpy.arange(items, dtype=numpy.float64) + layer
before = peak()
cpu, start = time.process_time(), time.perf_counter()
if verb == "save":
    manager.save("big", state, {"loss": 0.5})
    # As durable as brine's.
    for name in ("big.pkl", "big.sha256", ""):
        descriptor = os.open(os.path.join(folder, name), os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
elif verb == "list":
    manager.list()
else:
    manager.load("big")
wall = time.perf_counter() - start
print(json.dumps({"wall": wall, "cpu": time.process_time() - cpu, "peak": peak(), "before": before}))
