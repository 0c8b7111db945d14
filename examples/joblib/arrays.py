"""The Python beside arrays.ts."""

import os
import sys

import joblib
import numpy

folder = sys.argv[1] if len(sys.argv) > 1 else "."
data = {
    "features": (numpy.arange(1_000_000) / 8).reshape(1000, 1000),
    "labels": ["oak", "fir"],
    "config": {"folds": 5, "shuffle": True},
}
ours = os.path.join(folder, "from-python.joblib")
joblib.dump(data, ours)
joblib.dump(data, ours + ".gz", compress=("gzip", 3))

theirs = os.path.join(folder, "from-brine.joblib")
path = theirs if os.path.exists(theirs) else ours


def shape(array):
    return "×".join(map(str, array.shape))


whole = joblib.load(path + ".gz")
assert (whole["features"] == data["features"]).all()
print("true" if isinstance(whole["features"], numpy.ndarray) else "false", shape(whole["features"]))
print(whole["features"][999, 999], *whole["labels"], whole["config"]["folds"])

features = joblib.load(path, mmap_mode="r")["features"]
rows = features[10:13]
print(shape(rows), "%g" % rows[0, 0])
