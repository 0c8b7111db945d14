"""Frames, series, indexes, arrays and scalars of whatever pandas this is, and what it says of them.

    pandas_samples.py write FOLDER    writes NAME.PROTOCOL.pkl and prints {NAME.PROTOCOL: answer}
    pandas_samples.py check FOLDER    compares each NAME.PROTOCOL.back.pkl with its original, prints what differs

Runs on Python 2.7 and 3.6 and later, pandas 0.24 and later.
"""
from __future__ import print_function

import datetime
import glob
import json
import os
import pickle
import sys
import traceback
import warnings

warnings.simplefilter("ignore")

import numpy as np
import pandas as pd

PROTOCOLS = [0, 2] if sys.version_info[0] == 2 else [p for p in (0, 2, 4, 5) if p <= pickle.HIGHEST_PROTOCOL]
PANDAS = tuple(int(part) for part in pd.__version__.split(".")[:2])

try:
    TEXT = (str, unicode)
    INTEGERS = (int, long, np.integer)
except NameError:
    TEXT = (str,)
    INTEGERS = (int, np.integer)

# pandas 0.24 prints no nanoseconds of a Timedelta.
SHORT = "00:00:00.000000001" if PANDAS >= (1, 0) else "00:00:00.000001"

samples = {}


def sample(make):
    """Adds what a function makes; what this pandas cannot make is left out."""
    try:
        samples[make.__name__] = make()
    except Exception as error:
        print("%s left out: %r" % (make.__name__, error), file=sys.stderr)


def several(name, makes):
    for number, make in enumerate(makes):
        make.__name__ = "%s_%d" % (name, number)
        sample(make)


# --- indexes

several("range", [lambda: pd.RangeIndex(5), lambda: pd.RangeIndex(10, -4, -3, name="down"), lambda: pd.RangeIndex(0)])
several("index", [
    lambda: pd.Index([3, 1, 2], name="i"), lambda: pd.Index([1.5, np.nan]), lambda: pd.Index(["a", "b", u"\u00e9"]),
    lambda: pd.Index([True, False]), lambda: pd.Index([2 ** 63, 1], dtype="uint64"), lambda: pd.Index([1, "a", None]),
    lambda: pd.Index([], dtype=object), lambda: pd.CategoricalIndex(["x", "y", "x"], ordered=True),
])
several("multi", [
    lambda: pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", "y"]),
    lambda: pd.MultiIndex.from_tuples([("a", 1.5), ("b", np.nan)]),
    lambda: pd.MultiIndex.from_arrays([pd.to_datetime(["2020-01-01", "2021-02-03"]), ["p", "q"], [1, 2]]),
])
several("times", [
    lambda: pd.date_range("2020-01-01", periods=4, freq="D", name="day"),
    lambda: pd.DatetimeIndex(["2020-01-01 12:00:00.123456789", "1900-07-01", None]),
    lambda: pd.DatetimeIndex(["2020-01-01", "2020-07-01"], tz="Europe/Berlin"),
    lambda: pd.DatetimeIndex(["2020-01-01", None], tz="UTC"),
    lambda: pd.DatetimeIndex(["2020-01-01"], tz="America/New_York"),
    lambda: pd.DatetimeIndex(["2020-01-01"]).tz_localize(pd.Timestamp("2020-01-01 00:00+05:30").tz),
    lambda: pd.to_timedelta(["1 days", "-2 hours", None, "1 days " + SHORT]),
    lambda: pd.timedelta_range("1h", periods=3, freq="h"),
])
several("periods", [
    (lambda frequency: lambda: pd.PeriodIndex(["1965-11-30", "2020-03-07 05:06:07", None], freq=frequency))(frequency)
    for frequency in ["M", "Q", "Q-JAN", "D", "W", "W-WED", "2M"]
    + (["Y", "Y-JUN", "h", "min", "s", "ms", "us", "ns"] if PANDAS >= (2, 2) else ["A", "A-JUN", "H", "T", "S", "L"])
])
several("intervals", [
    lambda: pd.interval_range(0, 3), lambda: pd.interval_range(0.5, 2.5, closed="left", name="iv"),
    lambda: pd.IntervalIndex.from_tuples([(0, 1), np.nan, (2, 5)], closed="both"),
    lambda: pd.interval_range(pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-03")),
])

# --- arrays

several("categorical", [
    lambda: pd.Categorical(["a", None, "a"], categories=["b", "a"], ordered=True), lambda: pd.Categorical([3, 1, 3]),
    lambda: pd.Categorical([]), lambda: pd.Categorical(pd.to_datetime(["2020-01-01", "2021-01-01"])),
    lambda: pd.Categorical(range(300)),
])
several("nullable", [
    (lambda dtype: lambda: pd.array([1, None, 3], dtype=dtype))(dtype)
    for dtype in ["Int8", "Int64", "UInt16"] + (["Float32", "Float64"] if PANDAS >= (1, 2) else [])
] + [lambda: pd.array([True, None, False], dtype="boolean"), lambda: pd.array([2 ** 62 + 1, None], dtype="Int64")])
several("strings", [
    (lambda dtype: lambda: pd.array(["a", None, u"\u4e2d\U0001f600", ""], dtype=dtype))(dtype)
    for dtype in (["string", "string[python]", "string[pyarrow]", "str"] if PANDAS >= (1, 3) else ["string"])
] if PANDAS >= (1, 0) else [])
several("sparse", [
    lambda: pd.SparseArray([0, 0, 1, 2, 0]) if PANDAS < (0, 25) else pd.arrays.SparseArray([0, 0, 1, 2, 0]),
    lambda: (pd.SparseArray if PANDAS < (0, 25) else pd.arrays.SparseArray)([np.nan, 1.5, np.nan], kind="block"),
    lambda: (pd.SparseArray if PANDAS < (0, 25) else pd.arrays.SparseArray)([True, False, False]),
    lambda: (pd.SparseArray if PANDAS < (0, 25) else pd.arrays.SparseArray)([1, 1, 0, 0, 3, 1], kind="block"),
])
several("arrow", [
    (lambda values, dtype: lambda: pd.array(values, dtype=dtype + "[pyarrow]"))(values, dtype)
    for values, dtype in [
        ([1, None, 3], "int64"), ([1, None, 3], "uint8"), ([1.5, None], "double"), ([1.5, None], "float"),
        ([True, None, False], "bool"), ([u"\u00e9", None, ""], "string"), ([u"ab", None], "large_string"),
        ([b"\xff", None], "binary"), ([pd.Timestamp("2020-01-01 10:00"), None], "timestamp[us]"),
        ([pd.Timedelta("1 days"), None], "duration[ns]"), ([], "int32"),
    ]
] + [lambda: pd.concat([pd.Series([1, 2], dtype="int64[pyarrow]"), pd.Series([None, 3], dtype="int64[pyarrow]")]).array[1:]])

# --- scalars

several("scalar", [
    lambda: pd.Timestamp("2020-01-01 12:00:00.123456789"), lambda: pd.Timestamp("2020-07-01 12:00", tz="Europe/Berlin"),
    lambda: pd.Timestamp("1900-01-01 00:00:00.5", tz="UTC"), lambda: pd.Timedelta("1 days " + SHORT),
    lambda: pd.Timedelta("-1 hours"), lambda: pd.Period("2020-01", "M"), lambda: pd.Interval(0, 1, closed="both"),
])

# --- series and frames

TIMES = ["2020-01-01 10:00:00.000000", "2021-02-03 00:00:00.000000", None, "1999-12-31 23:59:59.999999"]


@sample
def mixed():
    frame = pd.DataFrame({
        "i": np.array([1, -2, 3, 2 ** 60 + 1]), "f": [1.5, np.nan, np.inf, -0.0], "s": ["x", u"\u00e9", None, "long " * 20],
        "b": [True, False, True, True], "o": [1, "a", None, 2.5], "t": pd.to_datetime(TIMES),
        "c": pd.Categorical(["u", "v", "u", None]), "d": pd.to_timedelta([1, 2, None, 4], unit="s"),
        "z": pd.to_datetime(TIMES).tz_localize("UTC").tz_convert("Europe/Berlin"), "i8": np.arange(4, dtype="int8"),
        "u8": np.array([2 ** 64 - 1, 0, 1, 2], dtype="uint64"), "f4": np.arange(4, dtype="float32") / 3,
        "f2": np.arange(4, dtype="float16") / 4, "cx": np.arange(4) * 1j,
    })
    frame["p"] = pd.PeriodIndex(["2020-01", "2020-02", None, "2020-03"], freq="M")
    frame["n"] = pd.Series(pd.array([1, None, 3, 4], dtype="Int64"))
    frame["v"] = pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 2), (2, 3), (3, 4)])
    return frame


def _grid(order, dtype):
    return pd.DataFrame(np.array(np.arange(12).reshape(4, 3), order=order, dtype=dtype), columns=["a", "b", "c"])


several("grid", [(lambda o, d: lambda: _grid(o, d))(o, d) for o in "CF" for d in ("int64", "float64", "bool", ">i4")])
several("frame", [
    lambda: pd.DataFrame(), lambda: pd.DataFrame({"a": []}), lambda: pd.DataFrame(index=range(3)),
    lambda: pd.DataFrame([[1, 2.5], [3, 4.5]], columns=["a", "a"]), lambda: pd.DataFrame([[1, 2.5], [3, 4.5]]),
    lambda: pd.DataFrame([[1, 2.5]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]), index=["row"]),
    lambda: pd.DataFrame({"x": range(4)}, index=pd.MultiIndex.from_product([["p", "q"], [1, 2]], names=["k", "l"])),
    lambda: pd.DataFrame({"x": range(3)}, index=pd.date_range("2020-01-01", periods=3, tz="UTC")),
    lambda: pd.DataFrame({"b": [1, 2], "x": [1.5, 2], "a": [3, 4], "y": [5.5, 6], "t": ["p", "q"]})[["y", "a", "t", "b"]],
    lambda: pd.DataFrame({"x": range(100)})[10:90:7], lambda: pd.DataFrame({"x": range(5), "y": 1.5}).T,
    lambda: pd.concat([pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [3], "y": [1.5]})]),
    lambda: pd.DataFrame({u"\u00e9": [1], "__proto__": [2], "constructor": [3]}),
    lambda: pd.DataFrame({"x": pd.Series([0.0, 1.5, 0.0]).astype("Sparse" if PANDAS >= (0, 25) else float)}),
    lambda: pd.DataFrame({"a": [[1], {"k": 1}, (1, 2)]}),
    lambda: pd.DataFrame({"a": [datetime.date(2020, 1, 1), pd.NaT, pd.Timestamp("2020-01-01")]}, dtype=object),
])
several("series", [
    lambda: pd.Series([1, 2, 3], index=["a", "b", "c"], name="s"), lambda: pd.Series([], dtype=float),
    lambda: pd.Series([1.5, None]), lambda: pd.Series(["a", None, "b"]), lambda: pd.Series(["a", "b"], dtype="category"),
    lambda: pd.Series(pd.date_range("2020-01-01", periods=3, tz="Europe/Berlin"), name=7),
    lambda: pd.Series([1, "x", None, 2.5], name=("k", 1)), lambda: pd.Series(range(20))[::-3],
    lambda: pd.Series(pd.array([1, None], dtype="Int64")),
])


# --- what pandas says

def cell(value, is_float=False):
    """One value as JSON: what is missing is null, but NaN in a column of floats."""
    if isinstance(value, tuple):
        return [cell(part) for part in value]
    if isinstance(value, (list, dict)):
        return "object"
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, INTEGERS) and not isinstance(value, np.timedelta64):
        return int(value) if abs(int(value)) < 2 ** 53 else "int %d" % int(value)
    if isinstance(value, (complex, np.complexfloating)):
        return ["complex", cell(float(value.real), True), cell(float(value.imag), True)]
    if isinstance(value, (float, np.floating)):
        if value != value:
            return "NaN" if is_float else None
        return float(value) if abs(value) != float("inf") else "inf" if value > 0 else "-inf"
    if isinstance(value, pd.Interval):
        return ["interval", cell(value.left), cell(value.right), value.closed]
    if isinstance(value, bytes) and sys.version_info[0] > 2:
        return "bytes " + " ".join(str(byte) for byte in bytearray(value))
    if value is None or value is pd.NaT or value is getattr(pd, "NA", None):
        return None
    if isinstance(value, TEXT):
        return u"text " + (value if sys.version_info[0] > 2 or not isinstance(value, str) else value.decode("utf-8"))
    if isinstance(value, pd.Timestamp):
        return "time %d %s %s" % (value.value, "" if value.tz is None else value.tz, str(value))
    if isinstance(value, pd.Timedelta):
        return "length %d %s" % (value.value, str(value))
    if isinstance(value, pd.Period):
        return "period %d %s" % (value.ordinal, str(value))
    return "object"


def values(array):
    dtype = getattr(array, "dtype", None)
    is_float = isinstance(dtype, np.dtype) and dtype.kind in "fc"
    inner = getattr(dtype, "subtype", None)
    is_float = is_float or (isinstance(inner, np.dtype) and inner.kind == "f" and type(dtype).__name__ == "SparseDtype")
    at = getattr(array, "iloc", array)
    return {"dtype": str(dtype), "values": [cell(at[place], is_float) for place in range(len(array))]}


def names(index):
    return [cell(name) for name in index.names]


def answer(value):
    if isinstance(value, pd.DataFrame):
        return {
            "kind": "frame", "shape": list(value.shape), "columns": [cell(label) for label in value.columns],
            "index": values(value.index), "names": names(value.index),
            "data": [values(value.iloc[:, at]) for at in range(value.shape[1])],
        }
    if isinstance(value, pd.Series):
        return {"kind": "series", "name": cell(value.name), "index": values(value.index), "data": values(value)}
    if isinstance(value, pd.Index):
        return {"kind": "index", "type": type(value).__name__, "names": names(value), "data": values(value)}
    if isinstance(value, (pd.Timestamp, pd.Timedelta, pd.Period, pd.Interval)):
        return {"kind": "scalar", "data": cell(value)}
    return {"kind": "array", "type": type(value).__name__, "data": values(value)}


def assert_same(value, back):
    assert type(value) is type(back), (type(value), type(back))
    testing = pd.testing
    if isinstance(value, pd.DataFrame):
        testing.assert_frame_equal(value, back, check_exact=PANDAS >= (1, 2))
        assert getattr(value, "attrs", None) == getattr(back, "attrs", None)
    elif isinstance(value, pd.Series):
        testing.assert_series_equal(value, back, check_exact=PANDAS >= (1, 2))
    elif isinstance(value, pd.Index):
        testing.assert_index_equal(value, back, exact=True)
        assert getattr(value, "freq", None) == getattr(back, "freq", None)
    elif hasattr(value, "dtype"):
        assert value.dtype == back.dtype, (value.dtype, back.dtype)
    else:
        assert value == back, (value, back)
    assert answer(value) == answer(back)


def write(folder):
    answers = {}
    for name, value in samples.items():
        for protocol in PROTOCOLS:
            data = pickle.dumps(value, protocol)
            with open(os.path.join(folder, "%s.%d.pkl" % (name, protocol)), "wb") as file:
                file.write(data)
            # numpy's arrays of the other byte order are of the machine's after protocols below 5.
            answers["%s.%d" % (name, protocol)] = answer(pickle.loads(data))
    return answers


def check(folder):
    failures = {}
    checked = 0
    for path in sorted(glob.glob(os.path.join(folder, "*.back.pkl"))):
        name = os.path.basename(path)[:-len(".back.pkl")]
        checked += 1
        try:
            with open(path, "rb") as file:
                back = pickle.load(file)
            with open(os.path.join(folder, name + ".pkl"), "rb") as file:
                assert_same(pickle.load(file), back)
        except Exception:
            failures[name] = traceback.format_exc()[-600:]
    return {"checked": checked, "failures": failures}


if __name__ == "__main__":
    command, folder = sys.argv[1:]
    print(json.dumps({"write": write, "check": check}[command](folder)))
