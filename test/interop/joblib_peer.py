"""Live joblib for joblib.test.ts: writes files, says what is in files, hashes. Python 2.7 and later.

    joblib_peer.py write FOLDER       every compressor, level and protocol; prints what they hold
    joblib_peer.py read MODE FILE...    prints what each file holds; MODE is the mmap_mode, or "-"
    joblib_peer.py hash FILE...         prints joblib.hash of what each pickle holds
    joblib_peer.py model FOLDER       writes a fitted model; prints what it predicts
    joblib_peer.py predict FILE...    prints what the model in each predicts
"""
from __future__ import print_function

import base64
import json
import os
import pickle
import sys
import warnings

import joblib
import numpy as np

VERSION = tuple(int(part) for part in joblib.__version__.split(".")[:2])


def arrays():
    """Every kind of dtype in every shape and order."""
    found = {}
    for name in ["?", "<i1", "<u2", "<i4", ">i4", "<u8", "<f2", "<f4", "<f8", ">f8", "<c8", "<c16", "S3", "<U3", ">U3",
                 "V5", "<M8[ns]", "<m8[s]"]:
        size = 120
        dtype = np.dtype(str(name))
        if dtype.kind in "US":
            base = np.array([str(number) for number in range(size)], dtype=dtype)
        elif dtype.kind == "V":
            base = np.frombuffer(bytes(bytearray(number % 256 for number in range(size * 5))), dtype=dtype)
        else:
            base = np.arange(size).astype(dtype)
        shapes = {
            "1": base,
            "3": base.reshape(4, 5, 6),
            "5": base.reshape(1, 2, 3, 4, 5),
            "0d": base[7:8].reshape(()),
            "empty": base[:0].reshape(3, 0, 2),
            "F": np.asfortranarray(base.reshape(4, 5, 6)),
            "T": base.reshape(4, 5, 6).transpose(1, 0, 2),
            "step": base[::7],
            "back": base[::-1],
            "column": base.reshape(4, 5, 6)[:, 2],
        }
        for shape, value in shapes.items():
            found[u"%s %s" % (name, shape)] = value
    found[u"objects"] = np.array([1, u"x", None, [1, 2]], dtype=object)
    found[u"objects F"] = np.asfortranarray(np.array([[1, u"x", None], [2, u"y", 3.5]], dtype=object))
    found[u"records"] = np.array([(1, 2.5, (1, 2)), (3, 4.5, (5, 6))],
                                 dtype=[("n", "<i4"), ("x", "<f8"), ("pair", "<i2", (2,))])
    found[u"big records"] = np.array([(1, 2.5)], dtype=[("n", ">i4"), ("x", ">f8")])
    found[u"twice"] = [found[u"<i4 3"], found[u"<i4 3"]]
    found[u"plain"] = {u"text": u"\u00e9", u"list": [1, 2.5, None, True], u"big": 2 ** 70}
    return found


def small():
    return {u"a": np.arange(1000, dtype="<f4"), u"b": u"text", u"c": np.array([u"x", None], dtype=object)}


def shown(value):
    """What joblib.test.ts makes of the same value."""
    if isinstance(value, np.ndarray):
        descr = value.dtype.descr if value.dtype.fields else value.dtype.str
        fortran = bool(value.flags.f_contiguous and not value.flags.c_contiguous)
        if value.dtype.hasobject:
            data = [shown(item) for item in value.ravel().tolist()]
        else:
            data = base64.b64encode(value.tobytes()).decode("ascii")
        return {"dtype": descr, "shape": value.shape, "fortran": fortran, "data": data}
    if isinstance(value, dict):
        return dict((key, shown(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    if isinstance(value, (int, type(2 ** 70))) and abs(value) > 2 ** 53:
        return str(value)
    return value


def write(folder):
    files = []

    def one(name, value, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            joblib.dump(value, os.path.join(folder, name), **options)
        files.append(name)

    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    for protocol in protocols:
        one("arrays-%d" % protocol, arrays(), protocol=protocol)
    methods = ["zlib", "gzip", "bz2"]
    if sys.version_info[0] == 3:
        methods += ["xz", "lzma"]
        try:
            import lz4  # noqa: F401
            methods.append("lz4")
        except ImportError:
            pass
    for method in methods:
        for level in range(10):
            # bz2 has no level 0, and zlib and the others are then not asked at all.
            one("small-%s-%d" % (method, level), small(), compress=(method, level))
        one("arrays-%s" % method, arrays(), compress=(method, 3))
    # What joblib itself reads back, its byte order turned round.
    values = {"arrays": joblib.load(os.path.join(folder, "arrays-2")), "small": small()}
    return {"files": files, "values": dict((key, shown(value)) for key, value in values.items())}


def read(mode, *files):
    # A warning would be an alignment, or a name, that joblib or NumPy does not like.
    warnings.simplefilter("error")
    return [shown(joblib.load(file, mmap_mode=None if mode == "-" else mode)) for file in files]


def hashes(*files):
    found = []
    for file in files:
        with open(file, "rb") as opened:
            found.append(joblib.hash(pickle.load(opened)))
    return found


SAMPLE = np.array([[5.9, 3.0, 5.1, 1.8], [4.9, 3.1, 1.5, 0.1]])


def predicted(model):
    return {"classes": [str(name) for name in model.predict(SAMPLE)], "probabilities": model.predict_proba(SAMPLE).tolist()}


def model(folder):
    from sklearn.datasets import load_iris
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    iris = load_iris()
    answers = {}
    for name, found in [
        ("logistic", make_pipeline(StandardScaler(), LogisticRegression())),
        ("forest", RandomForestClassifier(n_estimators=5, random_state=0)),
    ]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.fit(iris.data, iris.target_names[iris.target])
        joblib.dump(found, os.path.join(folder, name), compress=("gzip", 3))
        answers[name] = predicted(found)
    return answers


def predict(*files):
    return [predicted(joblib.load(file)) for file in files]


if __name__ == "__main__":
    action = {"write": write, "read": read, "hash": hashes, "model": model, "predict": predict}[sys.argv[1]]
    print(json.dumps(action(*sys.argv[2:])))
