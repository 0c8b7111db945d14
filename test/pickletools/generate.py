"""Writes test/pickletools/expected.json: what this Python's pickletools makes of the edges of pickles.ts.

    node --conditions=brine-source test/pickletools/edges.ts | python3.13 test/pickletools/generate.py
"""
import io
import json
import os
import pickletools
import platform
import sys
import warnings

warnings.simplefilter("ignore")


def expected(data):
    out = io.StringIO()
    try:
        pickletools.dis(data, out)
        return [out.getvalue()]
    except Exception as error:
        return [out.getvalue(), type(error).__name__, str(error)]


rows = [[text, *expected(text.encode("latin-1"))] for text in json.load(sys.stdin)]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected.json")
with open(path, "w") as file:
    file.write('{"producer": "CPython %s", "rows": [\n' % platform.python_version())
    file.write(",\n".join(json.dumps(row) for row in rows))
    file.write("\n]}\n")
