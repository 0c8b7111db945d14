"""A Python service beside brine on one Redis: `redis_peer.py PORT VERB KEY…`. It speaks Redis's protocol itself.

Answers with one JSON document.
"""
import json
import pickle
import socket
import sys


class Redis:
    def __init__(self, port):
        self.file = socket.create_connection(("127.0.0.1", port)).makefile("rwb")

    def __call__(self, *parts):
        parts = [part.encode("utf-8") if isinstance(part, str) else part for part in parts]
        self.file.write(b"*%d\r\n" % len(parts))
        for part in parts:
            self.file.write(b"$%d\r\n%s\r\n" % (len(part), part))
        self.file.flush()
        line = self.file.readline().rstrip()
        if line[:1] == b"-":
            raise RuntimeError(line)
        if line[:1] != b"$":
            return line[1:]
        if line == b"$-1":
            return None
        return self.file.read(int(line[1:]) + 2)[:-2]


def main(port, verb, *keys):
    redis = Redis(int(port))
    if verb == "read":
        return [repr(pickle.loads(redis("GET", key))) for key in keys]
    for key in keys:
        redis("SET", key, pickle.dumps({"from": "Python", "tags": {"a"}, "pair": (1, 2)}))
    return len(keys)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
