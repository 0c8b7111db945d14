"""Values of interop_values through brine and back: a JSON report of every difference on stdout.

What Python loads from brine's bytes is compared with what it loads from its own, so that only brine is judged.
Usage: run_roundtrip.py --first SEED --count N [--handmade] [--bytes]"""
import argparse
import base64
import collections
import json
import os
import sys
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
warnings.simplefilter("ignore")

import brine_client  # noqa: E402
import interop_same  # noqa: E402
import interop_values  # noqa: E402
import pickletools  # noqa: E402

try:
    import cPickle as pickle
except ImportError:
    import pickle

PYTHON2 = sys.version_info[0] == 2
HIGHEST = 2 if PYTHON2 else pickle.HIGHEST_PROTOCOL
BATCH_BYTES = 4 << 20
LOAD = {"encoding": "bytes"} if PYTHON2 else {}
STRING_OPCODES = frozenset(["UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"])
MEMO_OPCODES = frozenset(["PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"])
CALL_OPCODES = frozenset(["REDUCE", "NEWOBJ", "NEWOBJ_EX"])
GET_OPCODES = frozenset(["GET", "BINGET", "LONG_BINGET"])


class Job(object):
    """One pickle, on its way from protocol `source` to protocol `target`."""

    def __init__(self, name, data, source, target, options):
        self.name = name
        self.data = data
        self.source = source
        self.target = target
        self.options = options


class Report(object):
    def __init__(self):
        self.counts = collections.Counter()
        self.failures = []
        self.kinds = collections.Counter()

    def count(self, job, what):
        self.counts["%d>%d %s" % (job.source, job.target, what)] += 1

    def fail(self, job, kind, detail, out=None):
        self.count(job, "failed")
        key = (kind, job.source, job.target)
        self.kinds[key] += 1
        # one graph can hold any number of samples: a few of each kind are enough to read, the count tells the rest
        few = self.kinds[key] <= 20
        small = len(job.data) < 3000
        self.failures.append({
            "name": job.name, "source": job.source, "target": job.target, "kind": kind,
            "detail": detail[:600] if few else "",
            "pickle": base64.b16encode(job.data).decode("ascii").lower() if few and small else None,
            "out": base64.b16encode(out).decode("ascii").lower() if few and small and out is not None else None,
        })


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--handmade", action="store_true")
    parser.add_argument("--bytes", action="store_true", help="compare bytes only")
    parser.add_argument("--only", help="hand-made values whose name holds this")
    return parser.parse_args()


def values(args):
    if args.handmade:
        for name, maker in interop_values.handmade():
            if args.only is None or args.only in name:
                yield name, maker
    for seed in range(args.first, args.first + args.count):
        yield "seed %d" % seed, lambda: interop_values.graph(seed)


def jobs(args, report):
    """Every pickle to send: each protocol to itself and, where whole graphs are compared, to one other."""
    for index, (name, maker) in enumerate(values(args)):
        value = maker()
        for protocol in range(HIGHEST + 1):
            try:
                data = pickle.dumps(value, protocol)
            except Exception:  # slots below protocol 2, recursion that this protocol cannot write
                report.counts["%d>%d python cannot" % (protocol, protocol)] += 1
                continue
            yield Job(name, data, protocol, protocol, {})
            if args.bytes:
                continue
            other = (protocol + 1 + index % HIGHEST) % (HIGHEST + 1)
            yield Job(name, data, protocol, other, {})
            if protocol <= 2 and not PYTHON2 and index % 4 == 0:
                yield Job(name, pickle.dumps(value, protocol, fix_imports=False), protocol, protocol,
                          {"fixImports": False})


def batches(stream):
    """Jobs in lists of one set of options each."""
    waiting = {}
    for job in stream:
        key = json.dumps(job.options)
        batch = waiting.setdefault(key, [])
        batch.append(job)
        if len(batch) >= 200 or sum(len(one.data) for one in batch[-20:]) > BATCH_BYTES // 10:
            yield waiting.pop(key)
    for batch in waiting.values():
        yield batch


def run(args):
    report = Report()
    middle = brine_client.middle()
    for batch in batches(jobs(args, report)):
        options = batch[0].options
        results = middle.roundtrip([job.data for job in batch], [job.target for job in batch],
                                   load=dict(LOAD, **options), dump=options)
        for job, result in zip(batch, results):
            judge(job, result, report, args)
    middle.close()
    return report


def judge(job, result, report, args):
    if isinstance(result, brine_client.BrineError):
        report.fail(job, "refused:%s" % result.code, str(result))
    elif isinstance(result, brine_client.BrineDefect):
        report.fail(job, "defect:%s:%s" % (result.report["name"], result.report["code"]), str(result))
    elif args.bytes:
        judge_bytes(job, result, report)
    else:
        judge_graph(job, result, report)


def judge_graph(job, result, report):
    try:
        expected = pickle.loads(job.data)
    except Exception:  # CPython writes some cycles that it cannot read
        report.count(job, "python cannot")
        return
    try:
        found = pickle.loads(result)
    except Exception as error:
        report.fail(job, peculiar(job) + "unreadable:%s" % type(error).__name__, repr(error), result)
        return
    differences = interop_same.differences(expected, found)
    if not differences:
        report.count(job, "same")
        return
    for kind in sorted(set(difference.kind for difference in differences)):
        details = [repr(difference) for difference in differences if difference.kind == kind]
        everywhere = kind in ("int-long", "nan", "attribute-name")
        report.fail(job, kind if everywhere else peculiar(job) + kind, "; ".join(details[:3]), result)


def peculiar(job):
    """A prefix for failures that go with a peculiarity of Python 2: its OrderedDict writes [[key, value], ...] as the
    argument of a call, lists in a list, made anew for every call. Where a value leads back to the dict, see below."""
    is_peculiar = PYTHON2 and b"OrderedDict" in job.data and holds_recursive_reduction(job.data)
    return "recursive OrderedDict:" if is_peculiar else ""


def judge_bytes(job, result, report):
    if result == job.data:
        report.count(job, "identical")
        return
    expected, strings = canonical(job.data)
    found, _ = canonical(result)
    if len(strings) != len(set(strings)) and expected == found:
        report.count(job, "equal strings")
    elif holds_recursive_reduction(job.data) and interop_same.same(pickle.loads(job.data), pickle.loads(result)):
        report.count(job, "recursive reduction")
    else:
        report.fail(job, "bytes", first_difference(job.data, result), result)


def holds_recursive_reduction(data):
    """Whether the arguments of some call lead back to its result. CPython then writes the call at two levels, drops the
    outer result (POP) and refers to the inner one (GET), and what __reduce__ made for the arguments is made twice: the
    pickle does not say which of them were real objects and which were made for it."""
    names = [opcode.name for opcode, _, _ in pickletools.genops(data)]
    return any(names[at] in CALL_OPCODES and names[at + 1] == "POP" and names[at + 2] in GET_OPCODES
               for at in range(len(names) - 2))


def canonical(data):
    """(opcodes with references to strings written out and memo indices renamed, strings that stand in the pickle)."""
    opcodes = []
    strings = []
    memo = {}
    last = None
    numbers = {}
    for opcode, argument, _ in pickletools.genops(data):
        name = opcode.name
        if name in MEMO_OPCODES:
            index = len(memo) if name == "MEMOIZE" else int(argument)
            if last is not None:
                memo[index] = last
            else:
                memo[index] = None
                numbers[index] = len(numbers)
                opcodes.append(("MEMO", numbers[index]))
            continue
        if name in GET_OPCODES:
            string = memo.get(int(argument))
            opcodes.append(("STRING", string) if string is not None else ("GET", numbers[int(argument)]))
            last = None
            continue
        last = None
        if name in STRING_OPCODES:
            strings.append(argument)
            last = argument
            opcodes.append(("STRING", argument))
        elif name != "FRAME":
            opcodes.append((name, repr(argument)))
    return opcodes, strings


def first_difference(expected, found):
    at = 0
    while at < min(len(expected), len(found)) and expected[at:at + 1] == found[at:at + 1]:
        at += 1
    return "byte %d of %d and %d: %r, %r" % (at, len(expected), len(found), expected[max(0, at - 8):at + 24],
                                             found[max(0, at - 8):at + 24])


def main():
    args = arguments()
    sys.setrecursionlimit(3000)
    report = run(args)
    json.dump({"counts": report.counts, "failures": report.failures}, sys.stdout)


if __name__ == "__main__":
    main()
