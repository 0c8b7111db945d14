"""Pickles in, the pickles that brine makes of them out: a child process that any CPython from 2.7 on can put between
its own dumps and loads. Frames: little-endian u32 length, then a JSON header and binary parts (see worker.ts)."""
import json
import os
import pickle
import pickletools
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
PYTHON2 = sys.version_info[0] == 2


class BrineError(pickle.UnpicklingError):
    """brine refused the input: one of its own errors."""

    def __init__(self, report):
        pickle.UnpicklingError.__init__(self, "%(phase)s: %(name)s[%(code)s]: %(message)s" % report)
        self.report = report
        self.code = report["code"]
        self.phase = report["phase"]


class BrineDefect(AssertionError):
    """What must never happen: a foreign error, a dead worker, or a refusal to write what brine itself has read."""

    def __init__(self, report):
        AssertionError.__init__(self, "%(phase)s: %(name)s[%(code)s]: %(message)s" % report)
        self.report = report


def error_of(report):
    """The exception for an error report of the worker."""
    if report["code"] is None or report["phase"] != "load":
        return BrineDefect(report)
    return BrineError(report)


class Brine(object):
    """One worker process. Every method is synchronous."""

    def __init__(self):
        environment = dict(os.environ)
        node = environment.get("BRINE_NODE") or os.path.join(REPOSITORY, "node_modules", ".bin", "node")
        # what these suites send is small: a worker that needs more than this has lost its way, and should die soon
        command = [node, "--max-old-space-size=700", "--conditions=brine-source", "--disable-warning=ExperimentalWarning",
                   os.path.join(HERE, "worker.ts")]
        self.command = command
        self.process = None
        self.start()

    def start(self):
        """A new process: what a client does after the old one has died."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def call(self, header, parts):
        """One request, one answer: (header, parts)."""
        head = json.dumps(header).encode("utf-8")
        chunks = [struct.pack("<I", len(head)), head, struct.pack("<I", len(parts))]
        for part in parts:
            chunks.append(struct.pack("<I", len(part)))
            chunks.append(part)
        body = b"".join(chunks)
        self.process.stdin.write(struct.pack("<I", len(body)) + body)
        self.process.stdin.flush()
        (size,) = struct.unpack("<I", self._read(4))
        body = self._read(size)
        (head_size,) = struct.unpack_from("<I", body, 0)
        answer = json.loads(body[4:4 + head_size].decode("utf-8"))
        (count,) = struct.unpack_from("<I", body, 4 + head_size)
        at = 8 + head_size
        found = []
        for _ in range(count):
            (size,) = struct.unpack_from("<I", body, at)
            found.append(body[at + 4:at + 4 + size])
            at += 4 + size
        if "fatal" in answer:
            raise BrineDefect(answer["fatal"])
        return answer, found

    def _read(self, size):
        chunks = []
        while size > 0:
            chunk = self.process.stdout.read(size)
            if not chunk:
                raise BrineDefect({"phase": "worker", "name": "exit", "code": None,
                                   "message": "the worker died with %r" % self.process.wait()})
            chunks.append(chunk)
            size -= len(chunk)
        return b"".join(chunks)

    def roundtrip(self, pickles, protocol, load=None, dump=None, persistent=False):
        """For each pickle: the bytes of dumps(loads(pickle, lossless), protocol), or the exception that says why not.

        `protocol` is one for all, or a list of one for each."""
        pickles = list(pickles)
        header = {"op": "roundtrip", "protocol": protocol, "load": load or {}, "dump": dump or {},
                  "persistent": persistent}
        try:
            answer, parts = self.call(header, pickles)
        except BrineDefect as death:
            self.start()
            if len(pickles) == 1:
                return [death]
            protocols = protocol if isinstance(protocol, list) else [protocol] * len(pickles)
            return [self.roundtrip([one], [to], load, dump, persistent)[0] for one, to in zip(pickles, protocols)]
        return [part if result is None else error_of(result)
                for result, part in zip(answer["results"], parts)]

    def one(self, data, protocol, load=None, dump=None, persistent=False):
        """As roundtrip for one pickle; raises what it would return."""
        (result,) = self.roundtrip([data], protocol, load, dump, persistent)
        if isinstance(result, Exception):
            raise result
        return result

    def stream(self, segments, protocol, load=None, dump=None, persistent=False, limit=None):
        """Each segment holds pickles that share one Unpickler, and go out through one Pickler.

        Returns a list, for each segment a list of (end offset in, bytes out, the chunks in which they were written);
        at most `limit` pickles of each."""
        header = {"op": "stream", "protocol": protocol, "load": load or {}, "dump": dump or {},
                  "persistent": persistent, "limit": limit}
        answer, parts = self.call(header, list(segments))
        if answer.get("error"):
            raise error_of(answer["error"])
        at = 0
        found = []
        for pickles in answer["pickles"]:
            rows = []
            for pickle_end, chunk_count in pickles:
                chunks = parts[at:at + chunk_count]
                rows.append((pickle_end, b"".join(chunks), chunks))
                at += chunk_count
            found.append(rows)
        return found

    def buffers(self, data, buffers, load=None, dump=None):
        """A pickle with out-of-band buffers: (bytes out, [buffer out])."""
        header = {"op": "buffers", "protocol": 5, "load": load or {}, "dump": dump or {}}
        answer, parts = self.call(header, [data] + list(buffers))
        if answer.get("error"):
            raise error_of(answer["error"])
        return parts[0], parts[1:]


class Null(object):
    """brine's stand-in that changes nothing, to test the tests."""

    def close(self):
        pass

    def roundtrip(self, pickles, protocol, load=None, dump=None, persistent=False):
        return list(pickles)

    def one(self, data, protocol, load=None, dump=None, persistent=False):
        return data

    def stream(self, segments, protocol, load=None, dump=None, persistent=False, limit=None):
        found = []
        for segment in segments:
            ends = []
            at = 0
            while at < len(segment) and (limit is None or len(ends) < limit):
                end = at + pickle_length(segment[at:])
                ends.append((end, segment[at:end], [segment[at:end]]))
                at = end
            found.append(ends)
        return found

    def buffers(self, data, buffers, load=None, dump=None):
        return data, list(buffers)


def pickle_length(data):
    """The number of bytes of the first pickle in `data`."""
    for opcode, _, position in pickletools.genops(data):
        if opcode.name == "STOP":
            return position + 1
    raise ValueError("no STOP")


def protocol_of(data):
    """The lowest protocol that has every opcode of `data`; this Python's highest where that cannot be told."""
    try:
        return min(5, max(opcode.proto if opcode.name != "PROTO" else argument
                          for opcode, argument, _ in pickletools.genops(data)))
    except Exception:
        return pickle.HIGHEST_PROTOCOL


def middle():
    """What BRINE_MIDDLE asks for: brine itself, or "null", a stand-in that changes nothing."""
    return Null() if os.environ.get("BRINE_MIDDLE") == "null" else Brine()
