"""Makes the files of examples/data that frameworks wrote: a message of Celery, a value of Django's cache.

    scripts/python-env.sh tasks && .venv-tasks/bin/python examples/make-queue-data.py

prints the versions that wrote them; they stand in examples/data/README.md.
"""
import datetime
import decimal
import json
import pathlib
import sys
import tempfile

import celery
import django
import kombu
from django.core.cache.backends.filebased import FileBasedCache

DATA = pathlib.Path(__file__).parent / "data"

# kombu's transport within one process makes the same messages as its Redis transport.
app = celery.Celery("shop", broker="memory://")
app.conf.update(task_serializer="pickle", accept_content=["pickle"])
due = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.timezone.utc)
args = (7, due, decimal.Decimal("3.60"))
app.send_task("shop.invoice", args, {"tags": {"rush"}}, task_id="5a0f3c1e-0000-4000-8000-000000000007")
with app.connection_for_write() as connection:
    message = connection.default_channel._get("celery")
# What is another on every machine.
message["headers"]["origin"] = "gen1@example"
(DATA / "task.json").write_text(json.dumps(message) + "\n")

with tempfile.TemporaryDirectory() as folder:
    cache = FileBasedCache(folder, {})
    cache.set("cart", {"items": [("apple", 3)], "total": decimal.Decimal("1.50"), "seen": due}, None)
    (written,) = pathlib.Path(folder).iterdir()
    (DATA / "cart.djcache").write_bytes(written.read_bytes())

for name in ("task.json", "cart.djcache"):
    print(f"{name}: {(DATA / name).stat().st_size} bytes")
print("python %d.%d.%d, celery %s, kombu %s, django %s" % (
    *sys.version_info[:3], celery.__version__, kombu.__version__, django.__version__))
