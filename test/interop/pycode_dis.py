"""
What this Python's own `dis` says of functions of its standard library, with their code as dill pickles it.

    python pycode_dis.py MODULE…        one JSON object a line for each code object, those inside functions too
"""
import base64
import dis
import importlib
import json
import re
import sys
import types
import warnings

import dill

warnings.simplefilter("ignore")
NEW = sys.version_info >= (3, 11)
seen = set()


def codes(code):
    yield code
    for value in code.co_consts:
        if isinstance(value, types.CodeType):
            yield from codes(value)


def functions(owner, module, depth=0):
    for value in list(vars(owner).values()):
        value = getattr(value, "__func__", value)
        if isinstance(value, property):
            value = value.fget
        if isinstance(value, types.FunctionType) and value.__module__ == module:
            yield value.__code__
        elif isinstance(value, type) and value.__module__ == module and depth < 3:
            yield from functions(value, module, depth + 1)


def clean(text):
    return re.sub(" at 0x[0-9a-f]+", "", text)


def frozen(value):
    return isinstance(value, frozenset) or isinstance(value, tuple) and any(map(frozen, value))


def line(item):
    if sys.version_info < (3, 13):
        return item.starts_line
    return item.line_number if item.starts_line else None


def describe(code):
    rows = []
    for item in dis.get_instructions(code):
        # The order of a frozenset depends on hashes.
        argrepr = "?" if frozen(item.argval) else clean(item.argrepr)
        row = [item.offset, item.opcode, item.opname, item.arg, argrepr, line(item), bool(item.is_jump_target)]
        rows.append(row + (list(item.positions) if NEW else []))
    entries = []
    if NEW:
        entries = [[entry.start, entry.end, entry.target, entry.depth, entry.lasti] for entry in dis._parse_exception_table(code)]
    return {"pickle": base64.b64encode(dill.dumps(code)).decode(), "rows": rows, "entries": entries}


for name in sys.argv[1:]:
    module = importlib.import_module(name)
    for function in functions(module, name):
        if function in seen:
            continue
        seen.add(function)
        for code in codes(function):
            print(json.dumps(describe(code)))
