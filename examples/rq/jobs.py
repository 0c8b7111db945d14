"""The functions that RQ's worker calls by name; as a program it enqueues one of them.

    export REDIS_URL=redis://127.0.0.1:6379/0
    python jobs.py
    rq worker --url $REDIS_URL --burst
"""

import os
from datetime import date, timedelta
from decimal import Decimal


def price(lines, *, discount=Decimal(0)):
    return sum((count * each for _, count, each in lines), Decimal(0)) - discount


def remind(day, days):
    if days < 0:
        raise ValueError("no day of the past")
    return day + timedelta(days=days)


if __name__ == "__main__":
    from redis import Redis
    from rq import Queue

    queue = Queue(connection=Redis.from_url(os.environ["REDIS_URL"]))
    queue.enqueue("jobs.remind", date(2026, 2, 27), days=2)
