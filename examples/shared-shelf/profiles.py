"""The Python beside profiles.ts: the same values in the same Redis, changed under WATCH so that nothing is lost."""

import pickle
import sys

import redis

client = redis.Redis(port=int(sys.argv[1]) if len(sys.argv) > 1 else 6379)


def update(key, change):
    with client.pipeline() as pipe:
        while True:
            try:
                pipe.watch(key)
                found = pipe.get(key)
                value = change(pickle.loads(found) if found else None)
                pipe.multi()
                pipe.set(key, pickle.dumps(value))
                pipe.execute()
                return value
            except redis.WatchError:
                continue


def visit(profile):
    profile["visits"] += 1
    return profile


client.setnx("profiles:ann", pickle.dumps({"name": "Ann", "visits": 0, "roles": {"admin"}}))
client.setnx("profiles:bob", pickle.dumps({"name": "Bob", "visits": 1, "roles": {"guest"}}))
for _ in range(100):
    update("profiles:ann", visit)

for key in sorted(client.scan_iter(match="profiles:*")):
    profile = pickle.loads(client.get(key))
    print(key.decode().split(":")[1], profile["name"], profile["visits"], ",".join(profile["roles"]))
