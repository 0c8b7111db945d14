"""
Writes src/pycode/opcode-table.ts: the opcodes of every Python given, as facts of its own modules `opcode` and `dis`.

    python scripts/python-opcodes.py PYTHON…  > src/pycode/opcode-table.ts      (oldest first, 3.8 to 3.13)
"""
import json
import subprocess
import sys

ASK = r"""
import json, opcode, sys
caches = getattr(opcode, "_inline_cache_entries", {})
def cache(code, name):
    return caches.get(name, 0) if isinstance(caches, dict) else caches[code]
first = getattr(opcode, "MIN_INSTRUMENTED_OPCODE", 256)
rows = sorted((code, name) for name, code in opcode.opmap.items()
              if code < 256 and not name.startswith("INSTRUMENTED_") and name != "INTERPRETER_EXIT" or name == "INTERPRETER_EXIT")
rows = [row for row in rows if row[0] < 256 and not row[1].startswith("INSTRUMENTED_")]
hasarg = set(getattr(opcode, "hasarg", range(opcode.HAVE_ARGUMENT, 256)))
jumps = {**{code: "r" for code in opcode.hasjrel}, **{code: "a" for code in opcode.hasjabs}}
def kind(code):
    return ("c" if code in opcode.hasconst else "n" if code in opcode.hasname else "l" if code in opcode.haslocal else
            "f" if code in opcode.hasfree else jumps[code] if code in jumps else
            "o" if code in opcode.hascompare else "")
print(json.dumps({
    "version": "%d.%d" % sys.version_info[:2],
    "rows": [(code, name, kind(code), code in hasarg, cache(code, name)) for code, name in rows],
    "compare": list(opcode.cmp_op),
    "binary": [list(row)[1] for row in getattr(opcode, "_nb_ops", [])],
    "intrinsics1": list(getattr(opcode, "_intrinsic_1_descs", [])),
    "intrinsics2": list(getattr(opcode, "_intrinsic_2_descs", [])),
}))
"""

answers = [json.loads(subprocess.check_output([python, "-c", ASK])) for python in sys.argv[1:]]


def row(code, name, kind, has_argument, caches):
    return "%d%s%s%s%s" % (code, name, ":" + kind if kind else "", "!" if has_argument else "", caches or "")


def wrapped(words, width=108):
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line += word + " "
    return lines + [line.rstrip()]


print('''/**
 * The opcodes of CPython 3.8 to 3.13: facts of each one's own modules `opcode` and `dis`, written by
 * `scripts/python-opcodes.py`; `test/interop/pycode.test.ts` compares them with the live modules.
 */

/** One Python's opcodes, packed; `opcodes.ts` unpacks them. */
export interface PackedOpcodes {
  /** Separated by spaces: number, name, `:` and a letter for what the argument is, `!` where there is one, cache words. */
  readonly rows: string;
  /** Comparisons by number, separated by commas. */
  readonly compare: string;
  /** Operators of BINARY_OP by number. */
  readonly binary: string;
  readonly intrinsics1: string;
  readonly intrinsics2: string;
}

export const PACKED: Readonly<Record<string, PackedOpcodes>> = {''')
for answer in answers:
    print('  "%s": {' % answer["version"])
    print("    rows:")
    lines = wrapped([row(*parts) for parts in answer["rows"]], 90)
    for index, line in enumerate(lines):
        print("      %s%s" % (json.dumps(line), " +" if index < len(lines) - 1 else ","))
    for name in ("compare", "binary", "intrinsics1", "intrinsics2"):
        text = ",".join(answer[name])
        value = json.dumps(text)
        if len(value) > 80:
            words = wrapped([word + "," for word in answer[name]], 90)
            pieces = [line.replace(", ", ",") for line in words]
            pieces[-1] = pieces[-1].rstrip(",")
            print("    %s:" % name)
            for index, piece in enumerate(pieces):
                print("      %s%s" % (json.dumps(piece.rstrip()), " +" if index < len(pieces) - 1 else ","))
        else:
            print("    %s: %s," % (name, value))
    print("  },")
print("};")
