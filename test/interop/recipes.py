"""The well-known Python recipes around pickle, as a service does them: `python recipes.py RECIPE VERB FILE...`.

Answers with one JSON document.
"""
import hashlib
import hmac
import io
import json
import pickle
import sys

KEY = b"shared between both services"
RING = {"2025": b"last year's", "2026": b"this year's"}
VALUE = {"user": 7, "roles": {"admin"}, "name": u"Zo\xeb", "big": 2 ** 70}
CURRENT = 2


def read(path):
    with io.open(path, "rb") as file:
        return file.read()


def write(path, data):
    with io.open(path, "wb") as file:
        file.write(data)


def secure_dumps(value, key):
    data = pickle.dumps(value, 2)
    return data, hmac.new(key, data, hashlib.sha256).digest()


def secure_loads(data, signature, key):
    expected = hmac.new(key, data, hashlib.sha256).digest()
    if not hmac.compare_digest(signature, expected):
        raise ValueError("the signature does not match")
    return pickle.loads(data)


def sign(data, signature):
    for path, part in zip((data, signature), secure_dumps(VALUE, KEY)):
        write(path, part)
    return True


def verify(data, signature):
    changed = bytearray(read(data))
    changed[-2] ^= 1
    try:
        secure_loads(bytes(changed), read(signature), KEY)
        return "a changed byte was accepted"
    except ValueError:
        return secure_loads(read(data), read(signature), KEY) == VALUE


def seal(path):
    data, signature = secure_dumps(VALUE, RING["2025"])
    digits = hmac.new(RING["2025"], data, hashlib.sha256).hexdigest()
    write(path, b"brine-sealed 1 hmac-sha256 2025 " + digits.encode("ascii") + b"\n" + data)
    return True


def unseal(path):
    head, data = read(path).split(b"\n", 1)
    key_id, digits = head.decode("ascii").split(" ")[3:]
    expected = hmac.new(RING[key_id], data, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(str(digits), str(expected)):
        return "the seal is broken"
    return [key_id, pickle.loads(data) == VALUE]


def migrate(data):
    return {"name": data["name"], "email": None}


def save(path):
    write(path, pickle.dumps({"version": CURRENT, "data": {"name": "Ann", "email": "a@b"}}, 2))
    return True


def save_old(path):
    write(path, pickle.dumps({"version": 1, "data": {"name": "Ann"}}, 2))
    return True


def save_bare(path):
    write(path, pickle.dumps({"name": "Ann"}, 2))
    return True


def load(path):
    saved = pickle.loads(read(path))
    version = saved.get("version", 1)
    if version > CURRENT:
        return "version %d is newer than %d" % (version, CURRENT)
    data = saved["data"]
    if version == 1:
        data = migrate(data)
    return [version, data]


RECIPES = {
    "signing": {"sign": sign, "verify": verify, "seal": seal, "unseal": unseal},
    "versioned": {"save": save, "save-old": save_old, "save-bare": save_bare, "load": load},
}

if __name__ == "__main__":
    print(json.dumps(RECIPES[sys.argv[1]][sys.argv[2]](*sys.argv[3:])))
