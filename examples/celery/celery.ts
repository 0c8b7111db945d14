/**
 * Celery's messages and results in Redis: a call to a message that a worker takes, a message to the call in it, and what
 * a worker keeps of the result, both ways.
 *
 * Source: Celery's "Message Protocol 2"; kombu's virtual transports (the envelope, `body_encoding`) and its Redis transport
 * (a list for each queue: in on the left, out on the right); Celery's Redis backend (`celery-task-meta-ID`).
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { inflateSync } from "node:zlib";
import { dumps, loads, Tuple, type TypeList } from "brine";
import { audit } from "brine/audit";
import type { Redis } from "ioredis";

/** A call, as it stands in a message. */
export interface Call {
  readonly id: string;
  /** `"module.function"` */
  readonly task: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** What a worker keeps of a task; `result` is the exception where it failed. */
export interface Outcome<T = unknown> {
  readonly status: "SUCCESS" | "FAILURE" | "REVOKED" | "PENDING" | "STARTED" | "RETRY";
  readonly result: T;
  readonly traceback: string | null;
}

const PICKLE = "application/x-python-serialize";
const FINAL = new Set(["SUCCESS", "FAILURE", "REVOKED"]);
const MOST_BYTES = 16 * 1024 * 1024;
const A_DAY = 24 * 60 * 60;

const metaKey = (id: string): string => `celery-task-meta-${id}`;

export interface SendOptions {
  readonly types?: TypeList;
  /** Default `"celery"`, as Celery's. */
  readonly queue?: string;
  /** Default `"pickle"`; a worker takes those that its `accept_content` names. */
  readonly serializer?: "pickle" | "json";
  /** Further headers: `eta` and `expires` as ISO 8601 text, `retries`, `timelimit` … */
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Puts a call into the queue, as `task.apply_async(args, kwargs)` does; the id leads to its result. */
export async function send(
  redis: Redis,
  task: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>> = {},
  { types = [], queue = "celery", serializer = "pickle", headers = {} }: SendOptions = {},
): Promise<string> {
  const id = randomUUID();
  const embedded = { callbacks: null, errbacks: null, chain: null, chord: null };
  const isJson = serializer === "json";
  const body = isJson
    ? JSON.stringify([args, kwargs, embedded])
    : dumps(Tuple.of(Tuple.from(args), kwargs, embedded), { types });
  const message = {
    body: Buffer.from(body).toString("base64"),
    "content-encoding": isJson ? "utf-8" : "binary",
    "content-type": isJson ? "application/json" : PICKLE,
    headers: {
      lang: "py",
      task,
      id,
      root_id: id,
      parent_id: null,
      group: null,
      retries: 0,
      eta: null,
      expires: null,
      timelimit: [null, null],
      // What the worker's log shows of the arguments.
      argsrepr: `(${args.length} from Node)`,
      kwargsrepr: `{${Object.keys(kwargs).join(", ")}}`,
      origin: `${process.pid}@${hostname()}`,
      ignore_result: false,
      ...headers,
    },
    properties: {
      correlation_id: id,
      reply_to: "",
      delivery_mode: 2, // kept by brokers that keep anything
      delivery_info: { exchange: "", routing_key: queue },
      delivery_tag: randomUUID(), // the worker acknowledges it by this
      priority: 0, // 3, 6 and 9 have lists of their own: QUEUE \x06\x16 PRIORITY
      body_encoding: "base64",
    },
  };
  await redis.lpush(queue, JSON.stringify(message));
  return id;
}

export interface OpenOptions {
  readonly types?: TypeList;
  /** Classes that a call may hold beside those of `types`. */
  readonly allow?: readonly string[];
}

/**
 * The call in a message. The pickle is audited before it is read: a message that would do anything but make data and the
 * classes of `types` and `allow`, if Python read it, is an error here.
 */
export function open(message: string, { types = [], allow = [] }: OpenOptions = {}): Call {
  const { headers, properties, body, ...envelope } = JSON.parse(message) as {
    headers: { id: string; task: string; compression?: string };
    properties: { body_encoding: string };
    body: string;
    "content-type": string;
  };
  const { id, task, compression } = headers;
  if (envelope["content-type"] !== PICKLE || properties.body_encoding !== "base64") {
    throw new Error(`${task} is no pickle in base64`);
  }
  if (compression !== undefined && compression !== "application/x-gzip") {
    throw new Error(`${task} is compressed by ${compression}`);
  }
  const sent = Buffer.from(body, "base64");
  const pickle = compression ? inflateSync(sent, { maxOutputLength: MOST_BYTES }) : sent;

  const { verdict, findings } = audit(pickle, { allow: [...allow] });
  if (verdict !== "safe") throw new Error(`${task} is ${verdict}: ${findings[0]?.message}`);
  const [args, kwargs] = loads<[unknown[], Record<string, unknown>]>(pickle, { types, allow });
  return { id, task, args, kwargs };
}

/** Waits until a worker, whichever, has finished the task; it is told by Redis, not by asking again and again. */
export async function outcome<T>(
  redis: Redis,
  id: string,
  { types = [], seconds = 30 }: { types?: TypeList; seconds?: number } = {},
): Promise<Outcome<T>> {
  const listener = redis.duplicate();
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    return await new Promise<Outcome<T>>((resolve, reject) => {
      const look = (bytes: Buffer | null): void => {
        if (bytes === null) return;
        try {
          const found = loads<Outcome<T>>(bytes, { types });
          if (FINAL.has(found.status)) resolve(found);
        } catch (error) {
          reject(error);
        }
      };
      signal.addEventListener("abort", () => reject(new Error(`no result after ${seconds} s`)));
      listener.on("messageBuffer", (_channel: Buffer, bytes: Buffer) => look(bytes));
      // First the subscription, then the key: what is finished in between is not missed.
      listener
        .subscribe(metaKey(id))
        .then(() => redis.getBuffer(metaKey(id)))
        .then(look, reject);
    });
  } finally {
    listener.disconnect();
  }
}

/** Keeps a result as Celery's worker does, and tells whoever waits for it. An `Error` is Python's exception. */
export async function finish(redis: Redis, id: string, result: unknown, types: TypeList = []) {
  const failed = result instanceof Error;
  const meta = {
    status: failed ? "FAILURE" : "SUCCESS",
    result,
    traceback: failed ? (result.stack ?? null) : null,
    children: [],
    date_done: new Date().toISOString(),
    task_id: id,
  };
  const bytes = Buffer.from(dumps(meta, { types }));
  const key = metaKey(id);
  await redis.multi().setex(key, A_DAY, bytes).publish(key, bytes).exec();
}
