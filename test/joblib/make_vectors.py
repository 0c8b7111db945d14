"""Writes what the joblib at hand makes of one object, as vectors for the tests that need no Python.

    .venv-libraries/bin/python test/joblib/make_vectors.py test/joblib/vectors

and with joblib 1.1 (`.venv-py38`), 0.14 (`.venv-py36`), and 0.9.4 and 0.8.4 on PYTHONPATH, which keep arrays in files
beside the pickle. The file says which versions made it.
"""
from __future__ import print_function

import base64
import json
import os
import platform
import shutil
import sys
import tempfile
import warnings

import numpy as np
import joblib

warnings.simplefilter("ignore")
VERSION = tuple(int(part) for part in joblib.__version__.split(".")[:2])


def sample():
    array = np.arange(6, dtype="<f8").reshape(2, 3)
    return {
        u"array": array,
        u"fortran": np.asfortranarray(np.arange(6, dtype="<i2").reshape(2, 3)),
        u"big": np.arange(3, dtype=">i4"),
        u"text": u"\u00e9",
        u"objects": np.array([1, u"x", None], dtype=object),
        u"record": np.array([(1, 2.5)], dtype=[("n", "<i4"), ("x", "<f8")]),
        u"zero": np.array(7, dtype="<i8"),
        u"empty": np.zeros((0, 2), dtype="<f4"),
        u"matrix": np.matrix([[1, 2]], dtype="<i8"),
        u"twice": [array, array],
        u"view": np.arange(8, dtype="<u1")[::2],
    }


def written(value, name="sample.pkl", **options):
    """The main file, and those beside it by name."""
    folder = tempfile.mkdtemp()
    try:
        joblib.dump(value, os.path.join(folder, name), **options)
        files = {}
        for found in sorted(os.listdir(folder)):
            with open(os.path.join(folder, found), "rb") as file:
                files[found] = base64.b64encode(file.read()).decode("ascii")
        main = files.pop(name)
        return {"options": options, "bytes": main, "companions": files}
    finally:
        shutil.rmtree(folder)


def cases():
    if VERSION < (0, 10):
        yield "plain", written(sample())
        yield "compressed", written(sample(), compress=3)
        # A cache of no megabytes: every array in a Z-file of its own. Under Python 2 joblib wrote the repr of a list of
        # objects there, which nobody can read.
        value = sample()
        del value[u"objects"]
        yield "z-files", written(value, compress=3, cache_size=0)
        return
    yield "plain", written(sample())
    small = {u"a": np.arange(4, dtype="<f4"), u"b": u"text"}
    for method in ["zlib", "gzip", "bz2", "xz", "lzma", "lz4"]:
        try:
            yield method, written(small, compress=(method, 3))
        except Exception as error:
            print("%s is left out: %s" % (method, error), file=sys.stderr)
    if VERSION >= (1, 2):
        for protocol in range(6):
            yield "protocol %d" % protocol, written(small, protocol=protocol)


def main(folder):
    versions = {
        "joblib": joblib.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
    name = os.path.join(folder, "joblib-%s.json" % joblib.__version__)
    with open(name, "w") as file:
        json.dump({"made_by": versions, "cases": dict(cases())}, file, indent=1, sort_keys=True)
        file.write("\n")
    print(name, os.path.getsize(name), "bytes")


main(sys.argv[1])
