"""Writes test/pandas/vectors/vectors.json: a few of the samples of test/interop/pandas_samples.py, pickled by several pandas.

    scripts/python-env.sh && python3 test/pandas/generate.py

Each row: the pandas that wrote it, the sample, the protocol, the pickle in base64, and what pandas said of it.
"""
import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
WANTED = {
    "libraries": ["mixed", "multi_0", "frame_5", "sparse_1", "series_4", "intervals_2", "times_2", "scalar_1", "strings_0"],
    "arrow": ["mixed", "strings_0", "arrow_8", "arrow_11"],
    "numpy1": ["mixed", "frame_6", "series_5"],
    "py36": ["mixed", "categorical_0", "periods_1", "series_1"],
}
PROGRAM = """
import base64, json, pickle, sys
sys.path.insert(0, sys.argv[1])
import pandas, pandas_samples
rows = []
for name in sys.argv[2:]:
    data = pickle.dumps(pandas_samples.samples[name], 4)
    said = pandas_samples.answer(pickle.loads(data))
    rows.append({"pandas": pandas.__version__, "sample": name, "protocol": 4,
                 "pickle": base64.b64encode(data).decode(), "said": said})
print(json.dumps(rows))
"""

rows = []
for name, samples in WANTED.items():
    python = ROOT / (".venv-" + name) / "bin" / "python"
    made = subprocess.run([python, "-c", PROGRAM, ROOT / "test" / "interop", *samples], stdout=subprocess.PIPE, check=True)
    rows += json.loads(made.stdout)
text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
(HERE / "vectors" / "vectors.json").write_text(text)
print("%d vectors, %d bytes" % (len(rows), len(text)))
