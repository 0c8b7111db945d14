/**
 * Tasks from Node that a real Celery worker runs (tasks.py), and their results, an exception among them.
 *
 *     export REDIS_URL=redis://127.0.0.1:6379/0
 *     celery --app tasks worker --pool solo      # in this folder
 *     node examples/celery/producer.ts
 */
import { Decimal, Tuple } from "brine";
import { seal } from "brine/signing";
import { Redis } from "ioredis";
import { outcome, send } from "./celery.ts";
import { Order, OutOfStock, types } from "./orders.ts";

const redis = new Redis(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379/0");

const lines = [Tuple.of("apple", 3, new Decimal("0.50")), Tuple.of("fig", 1, new Decimal("2.10"))];
const order = new Order(7, Tuple.from(lines));
const due = new Date("2026-03-01T09:00:00Z"); // Python's: an aware datetime
const invoice = await send(
  redis,
  "tasks.invoice",
  [order, due, new Decimal("0.10"), new Set(["rush"])],
  { logo: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) },
  { types },
);
const reservation = await send(redis, "tasks.reserve", ["fig", 5]);

// Signed: the message is JSON, and the task verifies the pickle in it before it loads it.
const keys = { 2026: process.env["SIGNING_KEY"] ?? "a key for this example only" };
const token = Buffer.from(await seal(order, { current: "2026", keys }, { types }));
const receipt = await send(
  redis,
  "tasks.receive",
  [token.toString("base64")],
  {},
  { serializer: "json" },
);

interface Invoice {
  order: Order;
  total: Decimal;
  due: Temporal.ZonedDateTime;
  kinds: string[];
}
const { status, result } = await outcome<Invoice>(redis, invoice, { types });
console.log(status, result.total.toString(), result.due.toString(), result.order instanceof Order);
console.log(result.kinds.join(" "));

const failed = await outcome<unknown>(redis, reservation, { types });
const error = failed.result;
console.log(failed.status, error instanceof OutOfStock, String(error));

console.log((await outcome<string>(redis, receipt)).result);
redis.disconnect();
