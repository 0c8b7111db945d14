"""The Celery side: two tasks that Python runs, one that it leaves to worker.ts.

    export REDIS_URL=redis://127.0.0.1:6379/0
    celery --app tasks worker --pool solo
"""

import os
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from celery import Celery

app = Celery("tasks", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
app.conf.update(
    # Celery's own default is JSON, and pickles are refused unless they are named here: see docs/queues.md.
    task_serializer="pickle",
    result_serializer="pickle",
    accept_content=["pickle"],
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


@app.task
def label(order, format="text"):
    raise NotImplementedError("worker.ts has this one")
