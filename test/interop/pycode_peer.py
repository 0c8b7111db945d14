"""
Random functions of plain computation, what they return for random arguments, and their pickles.

    python pycode_peer.py SEED COUNT        one JSON object a line

Each line: source, the function as dill pickled it, and for each call its arguments (a pickle) with the result in the
words of `canon` or the exception's type and text. pycode.test.ts runs the pickles and compares.
"""
import base64
import json
import pickle
import random
import signal
import struct
import sys
import warnings

import dill

warnings.simplefilter("ignore")


def canon(value):
    if value is None or value is True or value is False or value is Ellipsis:
        return repr(value)
    kind = type(value)
    if kind is int:
        return "i%d" % value
    if kind is float:
        return "f" + ("nan" if value != value else struct.pack(">d", value).hex())
    if kind is str:
        return "s" + json.dumps(value)
    if kind is bytes:
        return "b" + value.hex()
    if kind in (list, tuple):
        return kind.__name__ + "[" + ",".join(map(canon, value)) + "]"
    if kind in (set, frozenset):
        return kind.__name__ + "[" + ",".join(sorted(map(canon, value))) + "]"
    if kind is dict:
        return "dict[" + ",".join(canon(key) + ":" + canon(item) for key, item in value.items()) + "]"
    if kind is range:
        return "range[%d,%d,%d]" % (value.start, value.stop, value.step)
    if kind is slice:
        return "slice[" + ",".join(map(canon, (value.start, value.stop, value.step))) + "]"
    raise TypeError("no value to compare: %r" % kind)


class Writer:
    """Writes a function; most of what it writes has the types that the operators want."""

    def __init__(self, rng):
        self.rng = rng
        self.lines = []
        self.count = 0

    def pick(self, *options):
        return self.rng.choice(options)

    def name(self):
        self.count += 1
        return "v%d" % self.count

    def of(self, scope, kind):
        names = [name for name, own in scope.items() if own == kind]
        return self.rng.choice(names) if names else None

    def expr(self, scope, kind, depth=2):
        rng = self.rng
        if rng.random() < 0.02:
            kind = self.pick("int", "str", "list", "float", "dict", "bool", "none", "tuple", "set", "bytes")
        known = self.of(scope, kind)
        if known is not None and (depth <= 0 or rng.random() < 0.4):
            return known
        if depth <= 0:
            return self.constant(kind)
        return getattr(self, "expr_" + kind)(scope, lambda other: self.expr(scope, other, depth - 1))

    def constant(self, kind):
        rng = self.rng
        if kind == "int":
            return str(self.pick(0, 1, 2, 3, -1, 7, 10, 255, -12, 10 ** 12, 2 ** 61, -2 ** 65, rng.randint(-50, 50)))
        if kind == "float":
            return self.pick("0.0", "1.0", "-0.0", "0.5", "2.5", "-1.25", "1e16", "1e-7", "3.14159", "1e300", "0.1",
                             "123456.789", repr(rng.uniform(-100, 100)))
        if kind == "str":
            return self.pick("''", "'a'", "'abc'", "'Hello World'", "' x y '", "'a,b,,c'", "'\\u00e9\\U0001f600z'", "'12'",
                             "'%s'", "'ab\\ncd\\tz'", "'AbC'", "\"it's\"", "'1.5'", "'zz top'")
        if kind == "list":
            return self.pick("[]", "[1, 2, 3]", "[3, 1, 2]", "[5]", "[0, -1, 4, 4]")
        if kind == "strs":
            return self.pick("['b', 'a']", "[]", "['x', 'yy', 'zzz']")
        if kind == "dict":
            return self.pick("{}", "{'a': 1, 'b': 2}", "{'x': 0}")
        if kind == "bool":
            return self.pick("True", "False")
        if kind == "tuple":
            return self.pick("()", "(1,)", "(1, 'a')", "(1, 2.0, None)")
        if kind == "set":
            return self.pick("{1}", "set()", "{1, 2, 3}", "{'a'}")
        if kind == "bytes":
            return self.pick("b''", "b'ab\\x00'")
        return "None"

    def expr_int(self, scope, sub):
        rng = self.rng
        op = rng.randrange(30)
        if op < 9:
            return "(%s %s %s)" % (sub("int"), self.pick("+", "-", "*", "//", "%", "&", "|", "^", "-", "+"), sub("int"))
        options = [
            lambda: "len(%s)" % sub(self.pick("list", "str", "dict", "tuple", "strs", "set")),
            lambda: "abs(%s)" % sub(self.pick("int", "int", "bool")),
            lambda: "sum(%s)" % sub("list"), lambda: "max(%s, %s)" % (sub("int"), sub("int")),
            lambda: "min(%s)" % sub("list"), lambda: "max(%s, default=%s)" % (sub("list"), sub("int")),
            lambda: "%s[%s]" % (sub("list"), self.pick("0", "-1", "1", sub("int"))),
            lambda: "int(%s)" % sub(self.pick("float", "str", "bool", "int")),
            lambda: "(%s if %s else %s)" % (sub("int"), sub("bool"), sub("int")),
            lambda: "%s.get(%s, %s)" % (sub("dict"), self.pick("'a'", "'q'"), sub("int")),
            lambda: "(%s << %d)" % (sub("int"), rng.randint(0, 40)), lambda: "(%s >> %d)" % (sub("int"), rng.randint(0, 70)),
            lambda: "(%s ** %d)" % (sub("int"), rng.randint(0, 4)), lambda: "~%s" % sub("int"), lambda: "-%s" % sub("int"),
            lambda: "ord(%s)" % self.pick("'a'", "'\\u00e9'", sub("str")), lambda: "round(%s)" % sub("float"),
            lambda: "%s.count(%s)" % (sub("str"), self.pick("'a'", "'b'", "''", sub("str"))),
            lambda: "%s.find(%s)" % (sub("str"), sub("str")), lambda: "%s.index(%s)" % (sub("list"), sub("int")),
            lambda: "divmod(%s, %s)[%d]" % (sub("int"), sub("int"), rng.randint(0, 1)),
            lambda: "(%s).bit_length()" % sub("int"), lambda: "pow(%s, %d, %s)" % (sub("int"), rng.randint(0, 9), sub("int")),
            lambda: "sum(x * %s for x in %s)" % (sub("int"), sub("list")),
            lambda: "(lambda a, b=%s: a %s b)(%s)" % (sub("int"), self.pick("+", "*", "-"), sub("int")),
            lambda: "round(%s, %s)" % (sub("int"), self.pick("-1", "-2", "0", "1")),
            lambda: "helper(%s, %s)" % (sub("int"), sub("int")), lambda: "helper(%s)" % sub("int"),
            lambda: "(%s and %s or %s)" % (sub("int"), sub("int"), sub("int")),
            lambda: "sorted(%s)[-1]" % sub("list"), lambda: "next(iter(%s), %s)" % (sub("list"), sub("int")),
        ]
        return rng.choice(options)()

    def expr_float(self, scope, sub):
        options = [
            lambda: "(%s %s %s)" % (sub("float"), self.pick("+", "-", "*", "/", "//", "%"), sub(self.pick("float", "int"))),
            lambda: "(%s %s %s)" % (sub("float"), self.pick("+", "-", "*", "/"), sub("float")),
            lambda: "(%s / %s)" % (sub("int"), sub("int")), lambda: "float(%s)" % sub(self.pick("int", "str", "bool")),
            lambda: "abs(%s)" % sub("float"), lambda: "-%s" % sub("float"), lambda: "round(%s, %d)" % (sub("float"), self.rng.randint(-2, 6)),
            lambda: "(%s ** %s)" % (sub("float"), self.pick("2", "3", "-1", "0", "2.0")),
            lambda: "sum([%s, %s, %s])" % (sub("float"), sub("float"), sub("int")),
            lambda: "max(%s, %s)" % (sub("float"), sub("float")),
        ]
        return self.rng.choice(options)()

    def expr_str(self, scope, sub):
        rng = self.rng
        spec = lambda: self.pick("", ":>8", ":<6", ":^9", ":*^12", "!r", "!s:>5", "!r:10")
        number = lambda: self.pick(":d", ":5d", ":+d", ":,", ":x", ":#b", ":08d", ":_", ":o", ":>10", ":e", ":.2f", ":g", ":%")
        floats = lambda: self.pick(":.2f", ":.3e", ":g", ":.3g", ":+.1f", ":10.2f", ":,.2f", ":.0f", ":%", ":.1%", ":e", "", ":.4", ":08.2f", ":<9.1f", ":n")
        options = [
            lambda: "(%s + %s)" % (sub("str"), sub("str")), lambda: "(%s * %s)" % (sub("str"), self.pick("0", "2", "3", "-1")),
            lambda: "str(%s)" % sub(self.pick("int", "float", "list", "dict", "bool", "none", "tuple", "str", "strs")),
            lambda: "repr(%s)" % sub(self.pick("str", "float", "list", "dict", "tuple", "bytes", "strs", "set")),
            lambda: "%s.%s()" % (sub("str"), self.pick("upper", "lower", "title", "strip", "capitalize", "swapcase", "lstrip", "rstrip")),
            lambda: "%s.replace(%s, %s)" % (sub("str"), sub("str"), sub("str")),
            lambda: "%s[%s]" % (sub("str"), self.pick("0", "-1", sub("int"))),
            lambda: "%s[%s:%s%s]" % (sub("str"), self.pick("", "1", "-3", sub("int")), self.pick("", "4", "-1"), self.pick("", ":2", ":-1", ":-2")),
            lambda: "%s.join(%s)" % (sub("str"), sub("strs")),
            lambda: "f'{%s%s}'" % (self.plain(sub("str")), spec()), lambda: "f'<{%s%s}>'" % (self.plain(sub("int")), number()),
            lambda: "f'{%s%s}|'" % (self.plain(sub("float")), floats()), lambda: "f'{%s}{%s}'" % (self.plain(sub("list")), self.plain(sub("bool"))),
            lambda: "('%s' %% (%s, %s))" % (self.pick("%s-%r", "%5s|%-4s", "%s%s", "%r%%%s"), sub("str"), sub("int")),
            lambda: "('%s' %% %s)" % (self.pick("%d", "%5d", "%-6d|", "%05d", "%x", "%+d", "%o", "%i"), sub("int")),
            lambda: "('%s' %% %s)" % (self.pick("%.2f", "%e", "%g", "%8.3f", "%.0f", "%5.1f", "%f"), sub("float")),
            lambda: "'{}-{}'.format(%s, %s)" % (sub("str"), sub("int")), lambda: "'{1:>5}{0!r}{x}'.format(%s, %s, x=%s)" % (sub("str"), sub("int"), sub("float")),
            lambda: "%s(%s)" % (self.pick("bin", "hex", "oct"), sub("int")), lambda: "chr(%s %% 1000 + 32)" % sub("int"),
            lambda: "%s.%s(%d%s)" % (sub("str"), self.pick("center", "ljust", "rjust"), rng.randint(0, 9), self.pick("", ", '*'")),
            lambda: "%s.zfill(%d)" % (sub("str"), rng.randint(0, 8)), lambda: "%s[::-1]" % sub("str"),
            lambda: "format(%s, '%s')" % (sub(self.pick("int", "float")), self.pick("", "5", ">7", ",")),
            lambda: "''.join(reversed(%s))" % sub("str"), lambda: "''.join(sorted(%s))" % sub("str"),
            lambda: "%s.strip(%s)" % (sub("str"), self.pick("'a'", "' '", "'abc'")), lambda: "min(%s, %s)" % (sub("str"), sub("str")),
            lambda: "%s.expandtabs(%d)" % (sub("str"), rng.randint(0, 8)), lambda: "ascii(%s)" % sub("str"),
            lambda: "type(%s).__name__" % sub(self.pick("int", "list", "none", "float")),
        ]
        return rng.choice(options)()

    def plain(self, text):
        # Within an f-string neither quotes nor backslashes, before 3.12.
        return text if not any(mark in text for mark in "'\"\\{!:") else "1"

    def expr_list(self, scope, sub):
        options = [
            lambda: "[%s, %s]" % (sub("int"), sub("int")), lambda: "(%s + %s)" % (sub("list"), sub("list")),
            lambda: "[x %s %s for x in %s]" % (self.pick("+", "*", "-", "%"), sub("int"), sub("list")),
            lambda: "[x for x in %s if x %s %s]" % (sub("list"), self.pick("<", ">", "!=", "=="), sub("int")),
            lambda: "sorted(%s%s)" % (sub("list"), self.pick("", ", reverse=True", ", key=lambda x: -x", ", key=abs")),
            lambda: "%s[%s:%s%s]" % (sub("list"), self.pick("", "1", "-2", sub("int")), self.pick("", "3", "-1"), self.pick("", ":2", ":-1")),
            lambda: "list(range(%s))" % self.pick("0", "5", "2, 9, 3", "5, 0, -2"), lambda: "(%s * 2)" % sub("list"),
            lambda: "list(map(lambda x: x + %s, %s))" % (sub("int"), sub("list")),
            lambda: "list(filter(%s, %s))" % (self.pick("None", "lambda x: x > 1"), sub("list")),
            lambda: "list(reversed(%s))" % sub("list"), lambda: "[*%s, %s]" % (sub("list"), sub("int")),
            lambda: "list(%s.values())" % sub("dict"), lambda: "[a + b for a, b in zip(%s, %s)]" % (sub("list"), sub("list")),
            lambda: "[i * x for i, x in enumerate(%s)]" % sub("list"), lambda: "sorted({x %% 5 for x in %s})" % sub("list"),
            lambda: "[y for x in %s for y in range(x %% 4)]" % sub("list"), lambda: "list(gen(%s))" % sub("list"),
            lambda: "[int(c) for c in %s if c.isdigit()]" % sub("str"), lambda: "list(%s)" % sub("bytes"),
        ]
        return self.rng.choice(options)()

    def expr_strs(self, scope, sub):
        options = [
            lambda: "[%s, %s]" % (sub("str"), sub("str")), lambda: "%s.split(%s)" % (sub("str"), self.pick("", "','", "' '", "None, 1", "'b', 1")),
            lambda: "list(%s)" % sub("str"), lambda: "sorted(%s)" % sub("strs"), lambda: "[str(x) for x in %s]" % sub("list"),
            lambda: "%s.splitlines()" % sub("str"), lambda: "%s.rsplit(%s)" % (sub("str"), self.pick("", "','", "None, 1", "'a', 1")),
            lambda: "list(%s)" % sub("dict"), lambda: "[s.upper() for s in %s if s]" % sub("strs"),
            lambda: "list(%s.partition(%s))" % (sub("str"), self.pick("' '", "'b'", "','")), lambda: "sorted(%s, key=len)" % sub("strs"),
        ]
        return self.rng.choice(options)()

    def expr_dict(self, scope, sub):
        options = [
            lambda: "{%s: %s, 'k': %s}" % (sub("str"), sub("int"), sub("int")), lambda: "{**%s, 'n': %s}" % (sub("dict"), sub("int")),
            lambda: "{str(x): x for x in %s}" % sub("list"), lambda: "dict(%s, z=%s)" % (sub("dict"), sub("int")),
            lambda: "{c: %s.count(c) for c in %s}" % (sub("str"), sub("str")), lambda: "dict(zip(%s, %s))" % (sub("strs"), sub("list")),
            lambda: "{k: v * 2 for k, v in %s.items()}" % sub("dict"), lambda: "dict(sorted(%s.items()))" % sub("dict"),
        ]
        return self.rng.choice(options)()

    def expr_bool(self, scope, sub):
        kind = self.pick("int", "float", "str", "list", "int")
        options = [
            lambda: "(%s %s %s)" % (sub(kind), self.pick("<", "<=", "==", "!=", ">", ">="), sub(kind)),
            lambda: "(%s %s %s)" % (sub("int"), self.pick("<", "==", ">="), sub("float")),
            lambda: "(%s < %s <= %s)" % (sub("int"), sub("int"), sub("int")), lambda: "(%s in %s)" % (sub("int"), sub("list")),
            lambda: "(%s not in %s)" % (sub("str"), sub("str")), lambda: "(%s in %s)" % (sub("str"), sub("dict")),
            lambda: "(not %s)" % sub(self.pick("bool", "int", "list", "str", "float", "none")),
            lambda: "(%s is %sNone)" % (sub(self.pick("int", "none", "list")), self.pick("", "not ")),
            lambda: "isinstance(%s, %s)" % (sub(self.pick("int", "bool", "str", "float")), self.pick("int", "str", "(int, float)", "bool", "list")),
            lambda: "(%s and %s)" % (sub("bool"), sub("bool")), lambda: "(%s or %s)" % (sub("bool"), sub("bool")),
            lambda: "%s(x > %s for x in %s)" % (self.pick("all", "any"), sub("int"), sub("list")), lambda: "bool(%s)" % sub(self.pick("int", "str", "list", "float")),
            lambda: "%s.%s(%s)" % (sub("str"), self.pick("startswith", "endswith"), sub("str")),
            lambda: "%s.%s()" % (sub("str"), self.pick("isdigit", "isalpha", "isupper", "islower", "isspace", "isalnum", "istitle")),
            lambda: "(%s == %s)" % (sub("dict"), sub("dict")), lambda: "(%s %s %s)" % (sub("set"), self.pick("<", "<=", "=="), sub("set")),
            lambda: "(%s == %s)" % (sub(self.pick("tuple", "list", "int")), sub(self.pick("tuple", "list", "float"))),
        ]
        return self.rng.choice(options)()

    def expr_tuple(self, scope, sub):
        options = [
            lambda: "(%s, %s)" % (sub("int"), sub("str")), lambda: "tuple(%s)" % sub(self.pick("list", "strs", "str")),
            lambda: "divmod(%s, %s)" % (sub(self.pick("int", "float")), sub("int")), lambda: "(%s + %s)" % (sub("tuple"), sub("tuple")),
            lambda: "%s[%s:]" % (sub("tuple"), self.pick("0", "1", "-1")), lambda: "(*%s, %s)" % (sub("list"), sub("float")),
            lambda: "tuple(sorted(%s))" % sub("set"),
        ]
        return self.rng.choice(options)()

    def expr_set(self, scope, sub):
        options = [
            lambda: "{%s, %s}" % (sub("int"), sub("int")), lambda: "set(%s)" % sub("list"), lambda: "(%s %s %s)" % (sub("set"), self.pick("|", "&", "-", "^"), sub("set")),
            lambda: "{x %% 3 for x in %s}" % sub("list"), lambda: "frozenset(%s)" % sub("list"), lambda: "%s.union(%s)" % (sub("set"), sub("list")),
        ]
        return self.rng.choice(options)()

    def expr_bytes(self, scope, sub):
        return self.pick("%s.encode()" % sub("str"), "bytes([%s %% 256])" % sub("int"), "(%s + %s)" % (sub("bytes"), sub("bytes")))

    def expr_none(self, scope, sub):
        return "None"

    KINDS = ("int", "int", "float", "str", "list", "strs", "dict", "bool", "tuple", "set")

    def block(self, scope, indent, depth, size):
        for _ in range(size):
            self.statement(scope, indent, depth)

    def emit(self, indent, text):
        self.lines.append("    " * indent + text)

    def nested(self, scope, indent, depth):
        self.block(dict(scope), indent + 1, depth - 1, self.rng.randint(1, 2))

    def statement(self, scope, indent, depth):
        rng = self.rng
        kind = self.pick(*self.KINDS)
        choice = rng.randrange(24) if depth > 0 else rng.randrange(9)
        if choice < 5:
            name = self.name()
            self.emit(indent, "%s = %s" % (name, self.expr(scope, kind)))
            scope[name] = kind
        elif choice < 8:
            kind = self.pick("int", "str", "list", "float", "set")
            name = self.of(scope, kind)
            if name is None:
                return self.emit(indent, "pass")
            op = {"int": self.pick("+", "-", "*", "//", "&", "|"), "str": "+", "list": "+", "float": self.pick("+", "-", "*", "/"), "set": self.pick("|", "&", "-")}[kind]
            self.emit(indent, "%s %s= %s" % (name, op, self.expr(scope, kind)))
        elif choice == 8:
            name = self.of(scope, "list")
            if name is None:
                return self.emit(indent, "pass")
            self.emit(indent, self.pick("%s.append(%s)" % (name, self.expr(scope, "int")), "%s.insert(0, %s)" % (name, self.expr(scope, "int")),
                                        "%s.extend(%s)" % (name, self.expr(scope, "list", 1)), "%s.sort()" % name, "%s.reverse()" % name, "%s.pop()" % name,
                                        "%s[0] = %s" % (name, self.expr(scope, "int")), "%s[1:2] = %s" % (name, self.expr(scope, "list", 1)),
                                        "del %s[0]" % name, "%s.remove(%s)" % (name, self.expr(scope, "int", 0)), "%s[-1] += 1" % name))
        elif choice == 9:
            name = self.of(scope, "dict")
            if name is None:
                return self.emit(indent, "pass")
            self.emit(indent, self.pick("%s[%s] = %s" % (name, self.expr(scope, "str", 1), self.expr(scope, "int")), "%s.pop('a', None)" % name,
                                        "%s.setdefault('s', %s)" % (name, self.expr(scope, "int")), "%s.update(%s)" % (name, self.expr(scope, "dict", 1)),
                                        "del %s['a']" % name, "%s['a'] += 1" % name))
        elif choice < 13:
            self.emit(indent, "if %s:" % self.expr(scope, self.pick("bool", "bool", "int", "list", "str")))
            self.nested(scope, indent, depth)
            if rng.random() < 0.4:
                self.emit(indent, "elif %s:" % self.expr(scope, "bool"))
                self.nested(scope, indent, depth)
            if rng.random() < 0.5:
                self.emit(indent, "else:")
                self.nested(scope, indent, depth)
        elif choice < 16:
            name, inner = self.name(), dict(scope)
            head = self.pick("for %s in %s:" % (name, self.expr(scope, "list")), "for %s in range(%d):" % (name, rng.randint(0, 5)),
                             "for %s in sorted(%s):" % (name, self.expr(scope, "set")))
            inner[name] = "int"
            if rng.random() < 0.2:
                inner[name + "k"], inner[name] = "str", "int"
                head = "for %sk, %s in %s.items():" % (name, name, self.expr(scope, "dict"))
            self.emit(indent, head)
            self.block(inner, indent + 1, depth - 1, rng.randint(1, 2))
            if rng.random() < 0.3:
                self.emit(indent + 1, "if %s:" % self.expr(inner, "bool"))
                self.emit(indent + 2, self.pick("break", "continue"))
            if rng.random() < 0.2:
                self.emit(indent, "else:")
                self.nested(scope, indent, depth)
        elif choice == 16:
            name = self.name()
            self.emit(indent, "%s = 0" % name)
            self.emit(indent, "while %s < %d:" % (name, rng.randint(0, 5)))
            self.emit(indent + 1, "%s += 1" % name)
            self.nested({**scope, name: "int"}, indent, depth)
            scope[name] = "int"
        elif choice < 20:
            self.emit(indent, "try:")
            self.nested(scope, indent, depth)
            if rng.random() < 0.3:
                self.emit(indent + 1, "raise %s" % self.pick("ValueError('bad')", "KeyError('k')", "TypeError", "IndexError(1, 2)", "ValueError(%s)" % self.expr(scope, "int")))
            handled = rng.random() < 0.9
            if handled:
                name = self.name()
                self.emit(indent, self.pick("except (%s) as %s:" % (self.pick("ValueError, TypeError", "KeyError, IndexError, ZeroDivisionError", "Exception,"), name),
                                            "except %s as %s:" % (self.pick("Exception", "ValueError", "ArithmeticError", "LookupError", "TypeError"), name)))
                out = self.name()
                self.emit(indent + 1, "%s = str(%s) + type(%s).__name__" % (out, name, name))
                self.nested({**scope, out: "str"}, indent, depth)
                if rng.random() < 0.2:
                    self.emit(indent + 1, self.pick("raise", "return %s" % out, "raise RuntimeError(%s)" % out))
                if rng.random() < 0.3:
                    self.emit(indent, "else:")
                    self.nested(scope, indent, depth)
            if not handled or rng.random() < 0.3:
                self.emit(indent, "finally:")
                self.nested(scope, indent, depth)
        elif choice == 20:
            name, arg, kept = self.name(), self.name(), self.of(scope, "int")
            self.emit(indent, "def %s(%s, *more, w=%s, **rest):" % (name, arg, self.expr(scope, "int")))
            inner = {**scope, arg: "int", "w": "int", "more": "tuple", "rest": "dict"}
            if kept is not None and rng.random() < 0.5:
                self.emit(indent + 1, "nonlocal %s" % kept)
                self.emit(indent + 1, "%s = %s" % (kept, self.expr(inner, "int")))
            else:
                inner = {key: own for key, own in inner.items()}
            self.block(inner if kept is None else dict(inner), indent + 1, 0, 1)
            self.emit(indent + 1, "return %s" % self.expr(inner, "int"))
            out = self.name()
            self.emit(indent, "%s = %s(%s)" % (out, name, self.pick(self.expr(scope, "int"), "%s, w=%s" % (self.expr(scope, "int"), self.expr(scope, "int")),
                                                                    "*%s" % self.expr(scope, "list"), "1, 2, x=%s" % self.expr(scope, "int"), "**%s" % self.expr(scope, "dict"), "")))
            scope[out] = "int"
        elif choice == 21:
            a, b = self.name(), self.name()
            self.emit(indent, self.pick("%s, %s = %s, %s" % (a, b, self.expr(scope, "int"), self.expr(scope, "int")),
                                        "%s, *%s = %s" % (a, b, self.expr(scope, "list")), "%s, %s = %s" % (a, b, self.expr(scope, "list")),
                                        "%s = %s = %s" % (a, b, self.expr(scope, "int"))))
            scope[a] = "int"
        elif choice == 22:
            self.emit(indent, "assert %s%s" % (self.expr(scope, "bool"), self.pick("", ", 'no'", ", %s" % self.expr(scope, "int"))))
        else:
            self.emit(indent, "return %s" % self.expr(scope, kind))


HELPERS = """
def helper(a, b=2):
    return a - b if a > b else helper(a + 1, b - 1) if b > 0 else a * b
def gen(items):
    total = 0
    for item in items:
        total += item
        if total % 7 == 5:
            return
        yield total
"""


def write_function(rng):
    writer = Writer(rng)
    kinds = [rng.choice(Writer.KINDS) for _ in range(rng.randint(1, 3))]
    scope = {"p%d" % index: kind for index, kind in enumerate(kinds)}
    parameters = ", ".join(scope)
    if rng.random() < 0.2:
        parameters += ", *args, key=%s" % writer.constant("int")
        scope["key"] = "int"
    writer.block(scope, 1, 2, rng.randint(1, 4))
    names = sorted(scope, key=lambda name: rng.random())[:3]
    returned = "(%s,)" % ", ".join(names) if rng.random() < 0.5 else writer.expr(scope, rng.choice(Writer.KINDS))
    writer.emit(1, "return " + returned)
    return "def f(%s):\n%s\n" % (parameters, "\n".join(writer.lines)), kinds


def argument(rng, kind):
    return eval(Writer(rng).constant(kind if rng.random() < 0.93 else rng.choice(Writer.KINDS)))


class TooLong(BaseException):
    """A function runs without end, as one that appends to what it iterates."""


def stop(number, frame):
    raise TooLong


def main(seed, count):
    signal.signal(signal.SIGALRM, stop)
    rng = random.Random(seed)
    made = 0
    while made < count:
        source, kinds = write_function(rng)
        namespace = {"__name__": "__main__"}
        try:
            exec(compile(HELPERS + source, "random.py", "exec"), namespace)
        except SyntaxError:
            continue
        function = namespace["f"]
        try:
            pickled = dill.dumps(function, recurse=True)
        except RecursionError:
            continue
        calls = []
        try:
            calls = made_calls(rng, function, kinds)
        except TooLong:
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        print(json.dumps({"source": source, "pickle": base64.b64encode(pickled).decode(), "calls": calls}))
        made += 1


def made_calls(rng, function, kinds):
    calls = []
    for _ in range(5):
        args = tuple(argument(rng, kind) for kind in kinds)
        if rng.random() < 0.03:
            args = args[1:]
        given = pickle.dumps(args, 4)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            result = [canon(function(*args))]
        except (RecursionError, MemoryError):
            continue
        except Exception as error:
            result = [type(error).__name__, str(error)]
        if len(str(result)) < 20000:
            calls.append([base64.b64encode(given).decode(), result])
    return calls


main(int(sys.argv[1]), int(sys.argv[2]))
