"""Writes joblib.hash of the samples, each with its pickle, for the tests that need no Python.

    .venv-libraries/bin/python -W ignore test/joblib/make_hashes.py > test/joblib/hashes.json
"""
import base64
import json
import pickle
import platform

import joblib
import numpy as np

from hash_samples import SAMPLES

cycle = []
cycle.append(cycle)
# Pickled before they are hashed: the strides of axes of length 1 tell how NumPy came by an array, and so does the hash.
pickles = [(code, pickle.dumps(eval(code), 5)) for code in SAMPLES]
pickles.append(("cycle", pickle.dumps(cycle, 5)))
print(json.dumps({
    "made_by": {
        "joblib": joblib.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    },
    "hashes": [
        {
            "code": code,
            "pickle": base64.b64encode(data).decode("ascii"),
            "md5": joblib.hash(pickle.loads(data)),
            "sha1": joblib.hash(pickle.loads(data), hash_name="sha1"),
        }
        for code, data in pickles
    ],
}, indent=1))
