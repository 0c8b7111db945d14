"""The Python beside texts.ts: writes from-python.json, reads from-brine.json, prints the same lines."""

import base64
import json
import os
import sys

folder = sys.argv[1] if len(sys.argv) > 1 else "."
image = bytes(index * 251 % 256 for index in range(100))
yes = {True: "true", False: "false"}

made = {
    "header": "Basic " + base64.b64encode(b"ann:sesame").decode(),
    "url": base64.urlsafe_b64encode(bytes((251, 239, 190, 255))).decode(),
    "token": base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=").decode(),
    "picture": "data:image/png;base64," + base64.b64encode(image).decode(),
    "mail": base64.encodebytes(image).decode(),
    "certificate": base64.b64encode("-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n".encode()).decode(),
}
with open(os.path.join(folder, "from-python.json"), "w") as file:
    json.dump(made, file)

theirs = os.path.join(folder, "from-brine.json")
with open(theirs if os.path.exists(theirs) else os.path.join(folder, "from-python.json")) as file:
    found = json.load(file)
print("header", base64.b64decode(found["header"][len("Basic "):], validate=True).decode())
print("url", *base64.urlsafe_b64decode(found["url"]))
print("token", base64.urlsafe_b64decode(found["token"] + "=" * (-len(found["token"]) % 4)).decode())
head, data = found["picture"].split(",")
print("picture", head[len("data:"):-len(";base64")], len(base64.b64decode(data)), yes[base64.b64decode(data) == image])
print("mail", yes[base64.decodebytes(found["mail"].encode()) == image])
print("certificate", base64.b64decode(found["certificate"]).decode().split("\n")[0])

with open(os.path.join(folder, "mail.txt"), "w") as file:
    file.write(found["mail"])
with open(os.path.join(folder, "mail.txt"), "rb") as file, open(os.path.join(folder, "image.bin"), "wb") as target:
    base64.decode(file, target)
print("file", os.path.getsize(os.path.join(folder, "image.bin")))
