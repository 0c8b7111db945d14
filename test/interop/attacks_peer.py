"""Loads every file of a folder, each in a process of its own in an empty folder, and says what came of it; JSON on stdout.

The files are attacks: what they would run is harmless (`touch brine-was-here`), and the process has no standard input, four
seconds, and a folder that goes with it. Python's own unpickler in Python runs them, so that each call can be noted when it
begins; the one in C runs them after it.
"""
import gzip
import io
import json
import os
import pickle
import shutil
import signal
import struct
import sys
import tempfile
import zipfile
import zlib

MARKER = 'brine-was-here'
SECONDS = 4
PYTHON2 = sys.version_info[0] == 2
Base = pickle.Unpickler if PYTHON2 else pickle._Unpickler
CALLS = [pickle.REDUCE, pickle.INST, pickle.OBJ, pickle.NEWOBJ] + ([] if PYTHON2 else [pickle.NEWOBJ_EX])
CHANGES = [pickle.BUILD, pickle.SETITEM, pickle.SETITEMS, pickle.APPEND, pickle.APPENDS] + ([] if PYTHON2 else [pickle.ADDITEMS])


def named(value):
    module = getattr(value, '__module__', None) or type(value).__module__
    return '%s.%s' % (module, getattr(value, '__qualname__', None) or getattr(value, '__name__', None) or type(value).__name__)


class Noting(Base):
    """Notes every import, every call when it begins, and every change of something that was imported."""

    dispatch = dict(Base.dispatch)

    def find_class(self, module, name):
        found = Base.find_class(self, module, name)
        self.note('import', '%s.%s' % (module, name))
        self.imported.append(id(found))
        return found

    def callee(self, key):
        stack = self.stack
        if key == pickle.REDUCE or key == pickle.NEWOBJ:
            return stack[-2]
        if not PYTHON2 and key == pickle.NEWOBJ_EX:
            return stack[-3]
        return None


def noting(key):
    code = key if PYTHON2 else key[0]
    run = Base.dispatch[code]

    def noted(self):
        try:
            if key in CALLS:
                callee = self.callee(key)
                self.note('call', '?' if callee is None else named(callee))
            else:
                stack = self.stack if key in (pickle.BUILD, pickle.SETITEM, pickle.APPEND) else getattr(self, 'metastack', [[]])[-1]
                at = {pickle.BUILD: -2, pickle.SETITEM: -3, pickle.APPEND: -2}.get(key, -1)
                if id(stack[at]) in self.imported:
                    self.note('change', named(stack[at]))
        except (IndexError, AttributeError):
            pass
        run(self)
    Noting.dispatch[code] = noted


for opcode in CALLS + CHANGES:
    noting(opcode)


def load(data, note):
    """As programs load: one pickle after another, out of whatever is around them."""
    if data[:2] == b'\x1f\x8b':
        return load(gzip.GzipFile(fileobj=io.BytesIO(data)).read(), note)
    if data[:6] == b'\x93NUMPY':
        size = struct.unpack('<H' if data[6:7] == b'\x01' else '<I', data[8:10] if data[6:7] == b'\x01' else data[8:12])[0]
        return load(data[(10 if data[6:7] == b'\x01' else 12) + size:], note)
    if data[:2] == b'PK':
        return load_zip(data, note)
    file = io.BytesIO(data)
    while file.tell() < len(data):
        unpickler = (Noting if note else pickle.Unpickler)(file)
        if note:
            unpickler.note = note
            unpickler.imported = []
        unpickler.persistent_load = lambda identifier: identifier
        unpickler.load()


def load_zip(data, note):
    """Every member, whatever it is called: flags and checksums are not looked at, as in PyTorch's own reader."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    for info in archive.infolist():
        try:
            member = archive.open(info).read()
        except Exception:
            start = info.header_offset + 30 + sum(struct.unpack('<HH', data[info.header_offset + 26:info.header_offset + 30]))
            member = data[start:start + info.compress_size]
            if info.compress_type == zipfile.ZIP_DEFLATED:
                member = zlib.decompress(member, -15)
        try:
            load(member, note)
        except Exception as error:
            if note:
                note('error', type(error).__name__)


def run(path, pipe):
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    signal.alarm(SECONDS)
    with open(path, 'rb') as file:
        data = file.read()

    def note(kind, what):
        os.write(pipe, (json.dumps([kind, what]) + '\n').encode())

    try:
        try:
            load(data, note)
        except BaseException as error:  # what attacks raise is of no interest, SystemExit included
            note('error', type(error).__name__)
        # Once more by the unpickler in C, which reads some things otherwise.
        if not PYTHON2 and not os.path.exists(MARKER):
            load(data, None)
    except BaseException:
        pass
    finally:
        # What was started may take a moment.
        if os.path.exists(MARKER):
            note('ran', MARKER)
        os.chdir('/')
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def main(folder):
    answers = {}
    for name in sorted(os.listdir(folder)):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            os.close(reader)
            run(os.path.join(folder, name), writer)
        os.close(writer)
        with os.fdopen(reader, 'rb') as file:
            lines = [json.loads(line.decode()) for line in file.read().splitlines()]
        os.waitpid(child, 0)
        try:
            os.killpg(child, signal.SIGKILL)
        except OSError:
            pass
        answers[name] = lines
    return answers


print(json.dumps(main(sys.argv[1])))
