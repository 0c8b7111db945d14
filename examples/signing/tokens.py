"""The Python beside tokens.ts: the recipe with hmac, over the same files."""

import hashlib
import hmac
import os
import pickle
import sys

folder = sys.argv[1] if len(sys.argv) > 1 else "."
key = os.environ.get("SIGNING_KEY", "a key for this example only").encode()


def secure_dumps(value):
    data = pickle.dumps(value)
    return data, hmac.new(key, data, hashlib.sha256).digest()


def secure_loads(data, signature):
    if not hmac.compare_digest(signature, hmac.new(key, data, hashlib.sha256).digest()):
        raise ValueError("the signature does not match")
    return pickle.loads(data)


def path(name):
    return os.path.join(folder, name)


data, signature = secure_dumps({"user": 7, "roles": ["admin"]})
for name, content in (("from-python.pkl", data), ("from-python.sig", signature)):
    with open(path(name), "wb") as file:
        file.write(content)

by = "from-brine" if os.path.exists(path("from-brine.pkl")) else "from-python"
with open(path(by + ".pkl"), "rb") as first, open(path(by + ".sig"), "rb") as second:
    theirs, their_signature = bytearray(first.read()), second.read()
value = secure_loads(bytes(theirs), their_signature)
print("verified", value["user"], ",".join(value["roles"]))

theirs[-5] ^= 1
try:
    secure_loads(bytes(theirs), their_signature)
except ValueError:
    print("refused true")
