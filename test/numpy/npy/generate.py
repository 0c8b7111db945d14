"""Writes vectors/npy.json: small arrays as NumPy's np.save, np.savez and np.savez_compressed write them.

    .venv-libraries/bin/python test/numpy/npy/generate.py
"""

import base64
import io
import json
import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
TYPES = ["?", "i1", "<i2", ">i4", "<u8", "<f2", ">f4", "<f8", "<c16", "S3", "<U2", ">U2", "V3", "<M8[ns]", "<m8[25us]"]


def arrays():
    for text in TYPES:
        dtype = np.dtype(text)
        if dtype.kind in "SU":
            values = np.array(["a", "bb", "", "é" if dtype.kind == "U" else "c", "d", "e"], dtype)
        elif dtype.kind == "V":
            values = np.frombuffer(bytes(range(18)), dtype)
        else:
            values = np.arange(6).astype("i8" if dtype.kind in "mM" else dtype).astype(dtype)
        yield text, values.reshape(2, 3)
        yield f"{text} F", np.asfortranarray(values.reshape(2, 3))
    yield "0-d", np.array(1.5)
    yield "empty", np.zeros((0, 4), "<i4")
    yield "5-d", np.arange(12, dtype="<i2").reshape(1, 2, 3, 1, 2)
    yield "not contiguous", np.arange(20, dtype="<i4").reshape(4, 5)[::2, ::-2]
    yield "struct", np.array([(1, 2.5, b"ab"), (3, 4.5, b"")], [("x", "<i4"), ("y", ">f8"), ("z", "S3")])
    yield "nested", np.zeros(2, [("a", [("b", "<i2"), ("c", "<U2", (2,))]), ("d", "<f4", (2, 3))])
    yield "aligned", np.ones(2, np.dtype([("a", "u1"), ("b", "<f8"), ("c", "<u2")], align=True))
    yield "titles", np.ones(2, [(("Title", "n"), "<i4"), ("m", "<f4")])
    yield "offsets", np.ones(2, np.dtype({"names": ["a", "b"], "formats": ["<i2", "<i4"], "offsets": [4, 12], "itemsize": 24}))
    yield "latin-1 name", np.ones(2, [("é", "<i4")])
    yield "quoted names", np.ones(1, [("it's", "<i4"), ('a"b', "<i4"), ("c'\"d\\", "<i4"), ("n\n\x01\u200b", "<i4")])
    yield "UTF-8 name", np.ones(2, [("中", "<i4")])
    yield "object", np.array([1, "a", None, [1, 2]], object)
    yield "StringDType", np.array(["a", "bb"], np.dtypes.StringDType())


def saved(save, *args, **kwargs):
    file = io.BytesIO()
    save(file, *args, **kwargs)
    return base64.b64encode(file.getvalue()).decode()


def old_header(array, version, text):
    """A file with a header as older programs wrote it."""
    file = io.BytesIO()
    file.write(b"\x93NUMPY" + bytes(version))
    file.write(len(text).to_bytes(2 if version[0] == 1 else 4, "little") + text.encode("latin-1") + array.tobytes())
    return base64.b64encode(file.getvalue()).decode()


document = {
    "producer": {"numpy": np.__version__},
    "arrays": [
        {
            "name": name,
            "npy": saved(np.save, array),
            "dtype": str(array.dtype),
            "shape": array.shape,
            "fortran": array.flags.fnc,
            "values": array.tolist() if array.dtype.kind in "bifuU" or name in ("object", "StringDType") else None,
        }
        for name, array in arrays()
    ],
    "old": {
        "16 bytes, Python 2": old_header(
            np.arange(3, dtype="<i4"), (1, 0), "{'descr': '<i4', 'fortran_order': False, 'shape': (3L,), }  \n"),
        "version 2": old_header(
            np.arange(3, dtype="<i4"), (2, 0), "{\"shape\": (3,), \"descr\": u'<i4', 'fortran_order': False}"),
    },
    "npz": {
        "stored": saved(np.savez, a=np.arange(3, dtype="<i4"), b=np.asfortranarray(np.eye(2)), **{"dir/é": np.zeros(0)}),
        "compressed": saved(np.savez_compressed, a=np.arange(3, dtype="<i4"), b=np.zeros((30, 30))),
        "unnamed": saved(np.savez, np.arange(2, dtype="<i2"), np.array("x")),
        "none": saved(np.savez),
    },
}
folder = pathlib.Path(__file__).parent
(folder / "vectors" / "npy.json").write_text(json.dumps(document, indent=1, default=str) + "\n")
