"""The Django beside cache.ts: the same values in its file cache and its database cache, and a session in the latter.

    python cache.py FOLDER
"""

import datetime
import os
import sys
from decimal import Decimal

import django
from django.conf import settings

folder = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
backends = "django.core.cache.backends."
settings.configure(
    SECRET_KEY="for this example only",
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.path.join(folder, "db.sqlite3"),
        }
    },
    CACHES={
        "default": {"BACKEND": backends + "db.DatabaseCache", "LOCATION": "cache_table"},
        "files": {
            "BACKEND": backends + "filebased.FileBasedCache",
            "LOCATION": os.path.join(folder, "files"),
        },
    },
    # A session that is kept in a cache is a pickle there; elsewhere Django's sessions are JSON since 5.0.
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
)
django.setup()

from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import caches
from django.core.management import call_command

call_command("createcachetable", verbosity=0)
for name in ("files", "default"):
    cart = caches[name].get("cart")
    if cart is None:
        cart = {"items": [("apple", 3)], "total": Decimal("1.50"), "tags": {"new"}, "by": "Django"}
        cart["seen"] = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.timezone.utc)
        caches[name].set("cart", cart, None if name == "files" else 3600)
    print(name, cart["by"], cart["items"], cart["total"], cart["tags"], cart["seen"].isoformat())
    # Expired as soon as it is there: nobody may see it.
    caches[name].set("gone", 1, 0)

# What the visitor's cookie would hold.
cookie = os.path.join(folder, "sessionid")
session = SessionStore(open(cookie).read() if os.path.exists(cookie) else None)
print("session", session.get("user"), session.get("last_order"))
session["user"] = 7
session.save()
with open(cookie, "w") as file:
    file.write(session.session_key)
