"""Makes the files of examples/data: what the demo and the documents read.

    scripts/python-env.sh && .venv-libraries/bin/python examples/make-data.py

prints the versions that wrote them; they stand in examples/data/README.md.
"""
import datetime
import decimal
import pathlib
import pickle
import sys

import dill
import joblib
import numpy
import pandas
import sklearn
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

DATA = pathlib.Path(__file__).parent / "data"


def write(name, value, **options):
    with open(DATA / name, "wb") as file:
        pickle.dump(value, file, **options)
    print(f"{name}: {(DATA / name).stat().st_size} bytes")


iris = load_iris()
model = Pipeline([("scale", StandardScaler()), ("classify", LogisticRegression(max_iter=500))])
model.fit(iris.data, iris.target_names[iris.target])
write("iris.pkl", model)
joblib.dump(model, DATA / "iris.joblib", compress=("gzip", 3))
print(f"iris.joblib: {(DATA / 'iris.joblib').stat().st_size} bytes")

write("users.pkl", [
    {
        "id": 2**53 + 1,
        "name": "Zoë",
        "joined": datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone.utc),
        "balance": decimal.Decimal("10.10"),
        "tags": {"admin"},
        "home": (52.37, 4.89),
    },
])

write("plants.pkl", pandas.DataFrame({
    "name": ["oak", "fir", "ash"],
    "height": [12.5, 30.25, 7.0],
    "count": [3, 1, 12],
    "seen": pandas.to_datetime(["2024-02-29", "2024-05-01", None]),
}))


def make_adder(n):
    def add(x, step=1):
        "Adds."
        return x + n * step
    return add


adder = make_adder(5)
# dill keeps the whole path of the file, which is another on every machine
adder.__code__ = adder.__code__.replace(co_filename="make-data.py")
with open(DATA / "adder.pkl", "wb") as file:
    dill.dump(adder, file)
print(f"adder.pkl: {(DATA / 'adder.pkl').stat().st_size} bytes")

print("python %d.%d.%d, numpy %s, scikit-learn %s, pandas %s, joblib %s, dill %s" % (
    *sys.version_info[:3], numpy.__version__, sklearn.__version__, pandas.__version__, joblib.__version__, dill.__version__))
