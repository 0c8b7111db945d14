"""The Celery side: tasks that Python runs, and one that it leaves to worker.ts.

    export REDIS_URL=redis://127.0.0.1:6379/0
    celery --app tasks worker --pool solo
"""

import base64
import hashlib
import hmac
import os
import pickle
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from celery import Celery

app = Celery("tasks", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
app.conf.update(
    # Celery's own default is JSON, and pickles are refused unless they are named here: see docs/queues.md.
    task_serializer="pickle",
    result_serializer="pickle",
    accept_content=["pickle", "json"],
    task_routes={"tasks.label": "node"},
)


@dataclass
class Order:
    number: int
    lines: tuple  # of (product, count, price)


class OutOfStock(Exception):
    def __init__(self, product, left):
        super().__init__(product, left)
        self.product, self.left = product, left


@app.task
def invoice(order, due, discount, tags, *, logo):
    kinds = [type(value).__name__ for value in (order, order.lines, due, discount, tags, logo)]
    total = sum((count * price for _, count, price in order.lines), Decimal(0)) - discount
    return {"order": order, "total": total, "due": due + timedelta(days=14), "kinds": kinds}


@app.task
def reserve(product, count):
    raise OutOfStock(product, 3)


KEYS = {"2026": os.environ.get("SIGNING_KEY", "a key for this example only").encode()}


@app.task
def receive(token):
    # What brine/signing seals: a line with the key's name and the signature, then the pickle.
    head, data = base64.b64decode(token).split(b"\n", 1)
    key_id, signature = head.decode().split(" ")[3:]
    expected = hmac.new(KEYS[key_id], data, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, expected):
        raise ValueError("the seal is broken")
    return f"received order {pickle.loads(data).number}"


@app.task
def label(order, format="text"):
    raise NotImplementedError("worker.ts has this one")
