/**
 * Jobs of RQ: what Python has enqueued is read, two more are put behind it, and the results are awaited, whoever wrote the job.
 *
 *     export REDIS_URL=redis://127.0.0.1:6379/0
 *     node examples/rq/queue.ts
 *     rq worker --url $REDIS_URL --burst      # in this folder
 *
 * Source: rq's Job, Queue and Result. A job is a hash whose `data` is zlib over the pickle of (function's name, instance,
 * args, kwargs); a queue is a list of ids; results are entries of a stream, the value a pickle in base64.
 */
import { randomUUID } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { Decimal, dumps, loads, Tuple } from "brine";
import { audit } from "brine/audit";
import { Redis } from "ioredis";

const QUEUE = "default";
const MOST_BYTES = 16 * 1024 * 1024;
const redis = new Redis(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379/0");

async function enqueue(
  name: string,
  args: unknown[],
  kwargs: Record<string, unknown> = {},
): Promise<string> {
  const id = randomUUID();
  const now = new Date().toISOString();
  const data = deflateSync(dumps(Tuple.of(name, null, Tuple.from(args), kwargs)));
  await redis
    .multi()
    .sadd("rq:queues", `rq:queue:${QUEUE}`)
    .hset(`rq:job:${id}`, {
      data,
      status: "queued",
      origin: QUEUE,
      description: `${name} from Node`,
      created_at: now,
      enqueued_at: now,
      timeout: 180,
    })
    .rpush(`rq:queue:${QUEUE}`, id)
    .exec();
  return id;
}

/** The call that a job makes: audited before it is read. */
async function open(id: string): Promise<[name: string, args: unknown[], kwargs: object]> {
  const data = await redis.hgetBuffer(`rq:job:${id}`, "data");
  if (data === null) throw new Error(`there is no job ${id}`);
  const pickle = inflateSync(data, { maxOutputLength: MOST_BYTES });
  const { verdict, findings } = audit(pickle);
  if (verdict !== "safe") throw new Error(`job ${id} is ${verdict}: ${findings[0]?.message}`);
  const call = loads<[string, unknown, unknown[], object]>(pickle, { allow: [] });
  return [call[0], call[2], call[3]];
}

/** What came of a job, as soon as a worker has it: a value, or the text of the exception. */
async function result(id: string, seconds = 30): Promise<unknown> {
  const key = `rq:results:${id}`;
  // A connection of its own: it does nothing else until there is an answer.
  const listener = redis.duplicate();
  const found = await listener.xread("BLOCK", seconds * 1000, "STREAMS", key, "0-0");
  listener.disconnect();
  const fields = found?.[0]?.[1].at(-1)?.[1];
  if (fields === undefined) throw new Error(`no result after ${seconds} s`);
  const field = (name: string): Buffer => {
    const at = fields.findIndex((text, index) => index % 2 === 0 && text === name);
    return Buffer.from(at < 0 ? "" : (fields[at + 1] ?? ""), "base64");
  };
  const failure = field("exc_string");
  if (failure.length > 0) {
    const text = inflateSync(failure, { maxOutputLength: MOST_BYTES }).toString();
    return text.trim().split("\n").at(-1);
  }
  const value = field("return_value");
  return value.length === 0 ? null : loads(value, { allow: [] });
}

const ids = await redis.lrange(`rq:queue:${QUEUE}`, 0, -1);
for (const id of ids) {
  const [name, args, kwargs] = await open(id);
  console.log("found", name, args.map(String).join(), JSON.stringify(kwargs));
}
const lines = [Tuple.of("apple", 3, new Decimal("0.50"))];
ids.push(await enqueue("jobs.price", [lines], { discount: new Decimal("0.10") }));
ids.push(await enqueue("jobs.remind", [new Date(0)], { days: -1 }));
console.log("enqueued 2");
for (const id of ids) console.log(String(await result(id)));
redis.disconnect();
