"""The Python beside worker.ts: real Celery calls, answered by Node."""

from decimal import Decimal

from tasks import Order, app, label

order = Order(8, (("pear", 2, Decimal("0.40")), ("plum", 6, Decimal("0.25"))))
results = [
    label.delay(order),
    label.apply_async((order,), {"format": "png"}, compression="gzip"),
    app.send_task("tasks.unheard_of", queue="node"),
]
for result in results:
    try:
        print(result.get(timeout=20))
    except Exception as error:
        print(type(error).__name__, *error.args)
