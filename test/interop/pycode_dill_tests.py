"""
dill's own tests with brine between its dumps and its loads.

    python pycode_dill_tests.py FOLDER        the folder of a checkout of dill, whose tests and library are used

Each test function runs twice in a process of its own: as it is, and with every pickle that dill loads read by brine and
written again. What fails as it is says nothing about brine and is left out. On stdout one JSON document.
"""
import ast
import base64
import glob
import io
import json
import os
import pickletools
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Worker:
    def __init__(self, lossless):
        node = os.environ.get("BRINE_NODE") or os.path.join(ROOT, "node_modules", ".bin", "node")
        self.process = subprocess.Popen([node, "--conditions=brine-source", os.path.join(HERE, "pycode-worker.ts")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lossless = lossless
        self.counts = {"pickles": 0, "functions": 0, "classes": 0, "described": 0, "runnable": 0}

    def back(self, pickled):
        line = json.dumps({"pickle": base64.b64encode(pickled).decode(), "lossless": self.lossless})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise AssertionError("brine: " + answer["error"])
        self.counts["pickles"] += 1
        for key in ("functions", "classes", "described", "runnable"):
            self.counts[key] += answer[key]
        return base64.b64decode(answer["pickle"])


def patch(worker):
    import dill
    from dill import _dill

    def load(file, ignore=None, **kwds):
        start = file.tell()
        data = file.read()
        end = next(pos for opcode, _, pos in pickletools.genops(data) if opcode.name == "STOP") + 1
        file.seek(start + end)
        return _dill.Unpickler(io.BytesIO(worker.back(data[:end])), ignore=ignore, **kwds).load()

    _dill.load = dill.load = load


def run(path, mode):
    worker = Worker(mode == "lossless") if mode != "plain" else None
    if worker is not None:
        patch(worker)
    source = open(path).read()
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not (isinstance(node, ast.If) and "__main__" in ast.dump(node.test))]
    main = sys.modules["__main__"].__dict__
    main["__file__"] = path
    results = {}
    out, sys.stdout = sys.stdout, io.StringIO()
    try:
        exec(compile(tree, path, "exec"), main)
        for name in [name for name in list(main) if name.startswith("test") and callable(main[name])]:
            try:
                main[name]()
                results[name] = "ok"
            except Exception as error:
                results[name] = "%s: %s" % (type(error).__name__, error)
    except Exception as error:
        results["(import)"] = "%s: %s" % (type(error).__name__, error)
    sys.stdout = out
    sys.stdout.write(json.dumps({"results": results, "counts": worker.counts if worker else {}}))
    sys.stdout.flush()
    os._exit(0)


def child(folder, path, mode):
    environment = dict(os.environ, PYTHONPATH=folder, PYTHONWARNINGS="ignore")
    # The tests pickle what is in __main__, which is to hold nothing else.
    command = "import sys; sys.path.insert(1, %r); __import__('pycode_dill_tests').run(%r, %r)" % (HERE, path, mode)
    done = subprocess.run([sys.executable, "-c", command], env=environment, cwd=os.path.dirname(path),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"results": {"(process)": done.stderr.decode()[-300:]}, "counts": {}}


if __name__ == "__main__":
    summary = {"tests": 0, "lossless": {"passed": 0, "failed": {}}, "default": {"passed": 0, "failed": {}}}
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "dill", "tests", "test_*.py"))):
        plain = child(sys.argv[1], path, "plain")["results"]
        passing = [name for name, result in plain.items() if result == "ok"]
        summary["tests"] += len(passing)
        for mode in ("lossless", "default"):
            answer = child(sys.argv[1], path, mode)
            for name in passing:
                result = answer["results"].get(name, "did not run: %s" % answer["results"])
                if result == "ok":
                    summary[mode]["passed"] += 1
                else:
                    summary[mode]["failed"]["%s %s" % (os.path.basename(path), name)] = result[:300]
            for key, count in answer["counts"].items():
                summary[mode][key] = summary[mode].get(key, 0) + count
    print(json.dumps(summary, indent=2))
