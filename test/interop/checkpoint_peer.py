"""The Python side of checkpoint.test.ts: `checkpoint_peer.py VERB FOLDER`, over the recipe of examples/checkpoint.

Answers with one JSON document.
"""
import array
import json
import os
import sys
from datetime import datetime

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "examples", "checkpoint"))
from checkpoints import CheckpointManager

SHARED = {"depth": 3, "name": "shared with the state"}
STATES = {
    "plain": ({"step": 1, "items": list(range(5000)), "pairs": [(1, "a"), (2, "b")] * 2}, {"loss": 0.5}),
    "shared": ({"config": SHARED, "loss": "loss"}, {"config": SHARED, "loss": 1}),
    "types": ({"when": datetime(2026, 3, 1), "set": {1, 2}, "raw": b"x" * 100000}, {"when": datetime(2026, 3, 1, 12)}),
    "array": ({"data": array.array("d", [1.5, 2.5])}, {"best": array.array("i", [1])}),
    "nothing": (None, None),
}
try:
    import numpy

    STATES["numpy"] = ({"weights": numpy.arange(100000.0), "mask": numpy.array([True])}, {"mean": float(5)})
except ImportError:
    numpy = None


def write(manager):
    for name, (state, metadata) in STATES.items():
        manager.save(name, state, metadata)
    return sorted(STATES)


def read(manager):
    return {
        checkpoint["name"]: [checkpoint["metadata"], checkpoint["version"], shown(checkpoint["state"])]
        for checkpoint in manager.list()
    }


def shown(state):
    if isinstance(state, dict):
        return {key: shown(value) for key, value in state.items()}
    if isinstance(state, (set, frozenset)):
        return sorted(state)
    if isinstance(state, array.array) or (numpy is not None and isinstance(state, numpy.ndarray)):
        return [type(state).__name__, len(state), float(sum(state.tolist()))]
    return state if isinstance(state, (int, float, str, list, type(None))) else str(state)


def verify(manager):
    """What the recipe itself says of each."""
    answers = {}
    for path in sorted(manager.folder.glob("*.pkl")):
        try:
            answers[path.stem] = manager.load(path.stem)["state"]["step"]
        except Exception as error:
            answers[path.stem] = str(error)
    return answers


if __name__ == "__main__":
    print(json.dumps({"write": write, "read": read, "verify": verify}[sys.argv[1]](CheckpointManager(sys.argv[2]))))
