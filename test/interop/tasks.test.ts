/**
 * examples/celery, examples/rq and examples/django-cache against the real ones: a Celery worker and an RQ worker on a Redis
 * of their own, Django's caches on files and SQLite.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumps, loads, Tuple } from "../../src/index.ts";
import { openAsync } from "../../src/stores/index.ts";
import { requireBuild } from "./built.ts";
import { requireEnvironment } from "./environments.ts";
import { startRedis } from "./redis-server.ts";

const EXAMPLES = join(import.meta.dirname, "..", "..", "examples");
const python = requireEnvironment("tasks");
const server = python && (await startRedis());
const url = `redis://127.0.0.1:${server?.port}/0`;
const root = mkdtempSync(join(tmpdir(), "brine-tasks-"));
const started = new Set<ChildProcess>();
const redis = server && new Redis(url);

afterAll(() => {
  redis?.disconnect();
  // Groups, since RQ's worker forks.
  for (const { pid, exitCode, signalCode } of started) {
    if (pid !== undefined && exitCode === null && signalCode === null)
      process.kill(-pid, "SIGKILL");
  }
  server?.stop();
  rmSync(root, { recursive: true, force: true });
});
beforeAll(requireBuild);

/** A program that runs. */
interface Running {
  /** What it has printed when it ends well; rejects with all that it said where it does not. */
  readonly output: Promise<string>;
  /** Waits until it has printed this. */
  printed(text: string): Promise<void>;
}

function start(command: string | undefined, folder: string, ...args: string[]): Running {
  const child = spawn(command ?? "", args, {
    cwd: join(EXAMPLES, folder),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      REDIS_URL: url,
      // A container's only user is root, as whom Celery reads no pickles otherwise.
      C_FORCE_ROOT: "1",
      // Frameworks of a thousand files are compiled once, not at each of ten starts.
      PYTHONDONTWRITEBYTECODE: "",
    },
  });
  started.add(child);
  let [out, log] = ["", ""];
  let look = (): void => undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
    log += chunk.toString();
    look();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const output = new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0 || signal === "SIGKILL") resolve(out);
      else reject(new Error(`${args.join(" ")} ended with ${status}\n${log}`));
    });
  });
  const printed = async (text: string): Promise<void> => {
    const seen = new Promise<void>((resolve) => {
      look = () => {
        if (out.includes(text)) resolve();
      };
      look();
    });
    await Promise.race([seen, output]);
    if (!out.includes(text)) throw new Error(`${args.join(" ")} never printed ${text}\n${log}`);
  };
  return { output, printed };
}

const node = (folder: string, ...args: string[]): Running =>
  start(process.execPath, folder, ...args);
const py = (folder: string, ...args: string[]): Running => start(python?.path, folder, ...args);

describe.runIf(server !== undefined)(`Celery ${python?.libraries["celery"]}`, () => {
  it("has messages as those from Node", async () => {
    const call = `import { send } from "./celery.ts"; import { Redis } from "ioredis";
      const redis = new Redis(${JSON.stringify(url)});
      await send(redis, "tasks.reserve", ["fig"], { count: 5 }, { queue: "compared" });
      redis.disconnect();`;
    await node("celery", "--input-type=module", "-e", call).output;
    const theirs =
      "import tasks; tasks.reserve.apply_async(('fig',), {'count': 5}, queue='compared')";
    await py("celery", "-c", theirs).output;
    const [real = "", ours = ""] = (await redis?.lrange("compared", 0, -1)) ?? [];
    const [expected, found] = [JSON.parse(real) as Message, JSON.parse(ours) as Message];
    const pickle = (message: Message): unknown => loads(Buffer.from(message.body, "base64"));
    expect(pickle(found)).toEqual(pickle(expected));
    expect(shape(expected)).toMatchObject(shape(found) as object);
    expect(found.properties).toMatchObject({ delivery_info: expected.properties["delivery_info"] });
  });

  it("runs what Node enqueues, and Node has the results and the exception", async () => {
    const options = ["--pool", "solo", "--without-gossip", "--without-mingle"];
    const worker = py("celery", "-m", "celery", "--app", "tasks", "worker", ...options);
    const producer = node("celery", "producer.ts").output;
    // A worker that ends is the news, not that the producer has waited in vain.
    expect(await Promise.race([producer, worker.output])).toBe(
      "SUCCESS 3.50 2026-03-15T09:00:00+00:00[UTC] true\n" +
        "Order tuple datetime Decimal set bytes\n" +
        "FAILURE true OutOfStock: fig: 3 left\n" +
        "received order 7\n",
    );
    // It acknowledges all, by the delivery tags that Node gave them, the last one behind its result.
    await expect.poll(() => redis?.hlen("unacked"), { timeout: 10_000 }).toBe(0);
    expect(await redis?.llen("celery")).toBe(0);

    // What docs/queues.md says is enough of a message; and a seal that is broken.
    const body = dumps(Tuple.of(Tuple.of("fig", 5), {}, { callbacks: null, chain: null }));
    const least = {
      body: Buffer.from(body).toString("base64"),
      "content-encoding": "binary",
      "content-type": "application/x-python-serialize",
      headers: { lang: "py", task: "tasks.reserve", id: "least", root_id: "least" },
      properties: {
        correlation_id: "least",
        delivery_mode: 2,
        delivery_info: { exchange: "", routing_key: "celery" },
        delivery_tag: "a tag",
        priority: 0,
        body_encoding: "base64",
      },
    };
    await redis?.lpush("celery", JSON.stringify(least));
    const more = `import { outcome, send } from "./celery.ts"; import { Redis } from "ioredis";
      const redis = new Redis(${JSON.stringify(url)});
      const token = "brine-sealed 1 hmac-sha256 2026 " + "0".repeat(64) + "\\nN.";
      const args = [Buffer.from(token).toString("base64")];
      const id = await send(redis, "tasks.receive", args, {}, { serializer: "json" });
      for (const task of ["least", id]) console.log((await outcome(redis, task)).result);
      redis.disconnect();`;
    expect(await node("celery", "--input-type=module", "-e", more).output).toBe(
      "tasks.OutOfStock('fig', 3) { product: 'fig', left: 3 }\n[ValueError: the seal is broken]\n",
    );
  });

  it("enqueues what Node opens, runs and answers; what would do more is not opened", async () => {
    const attack = new TextEncoder().encode("cos\nsystem\n(S'touch brine-was-here'\ntR.");
    const message = (body: Uint8Array, headers: object): string =>
      JSON.stringify({
        body: Buffer.from(body).toString("base64"),
        "content-type": "application/x-python-serialize",
        headers: { id: "1", task: "tasks.label", ...headers },
        properties: { body_encoding: "base64" },
      });
    const bomb = deflateSync(new Uint8Array(17 << 20));
    await redis?.lpush("node", message(attack, {}), "no JSON");
    await redis?.lpush("node", message(bomb, { compression: "application/x-gzip" }));
    await redis?.lpush("node", message(dumps([]), { compression: "application/x-bz2" }));
    const worker = node("celery", "worker.ts", "7");
    expect(await py("celery", "send.py").output).toBe(
      "2 × pear, 6 × plum\nValueError no labels as png\nException tasks.unheard_of is not known here\n",
    );
    const lines = (await worker.output).trim().split("\n");
    expect(lines).toEqual([
      "refused tasks.label is dangerous: calls os.system",
      expect.stringContaining("refused Unexpected token"),
      expect.stringMatching(/^refused Cannot create a Buffer larger than/),
      "refused tasks.label is compressed by application/x-bz2",
      "tasks.label done",
      "tasks.label failed",
      "tasks.unheard_of failed",
    ]);
    expect(existsSync(join(EXAMPLES, "celery", "brine-was-here"))).toBe(false);
  });
});

interface Message {
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

// Names and types of what stands in a message; values where both sides have to say the same.
function shape(value: unknown, name = ""): unknown {
  if (["lang", "task", "content-type", "content-encoding", "delivery_mode"].includes(name)) {
    return value;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item, key)]));
}

describe.runIf(server !== undefined)(`RQ ${python?.libraries["rq"]}`, () => {
  it("runs what Node enqueues, and Node reads what Python enqueued, with the results", async () => {
    await py("rq", "jobs.py").output;
    const ours = node("rq", "queue.ts");
    await ours.printed("enqueued 2\n");
    // "rq worker --burst" is this.
    await py("rq", "-m", "rq.cli", "worker", "--burst", "--url", url).output;
    expect(await ours.output).toBe(
      'found jobs.remind 2026-02-27 {"days":2}\nenqueued 2\n' +
        "2026-03-01\n1.40\nValueError: no day of the past\n",
    );
    expect(await redis?.llen("rq:queue:default")).toBe(0);
  });

  it("has jobs that would do something before they are run, and those are not opened", async () => {
    const attack = new TextEncoder().encode("(S'jobs.price'\nNcos\nsystem\n(S'id'\ntR}t.");
    await redis?.hset("rq:job:1", { data: deflateSync(attack) });
    await redis?.rpush("rq:queue:default", "1");
    await expect(node("rq", "queue.ts").output).rejects.toThrow("job 1 is dangerous");
  });
});

describe.runIf(python !== undefined)(`Django ${python?.libraries["django"]}`, () => {
  const folder = mkdtempSync(join(root, "django-"));
  const theirs = (): Promise<string> => py("django-cache", "cache.py", folder).output;
  const ours = (): Promise<string> => node("django-cache", "cache.ts", folder).output;

  it("shares its caches and a session with Node, in turns", async () => {
    const seen = "2026-03-01T09:00:00+00:00";
    const cart = `Django [('apple', 3)] 1.50 {'new'} ${seen}\n`;
    expect(await theirs()).toBe(`files ${cart}default ${cart}session None None\n`);

    const found = `Django apple 3 1.50 new ${seen}[UTC]\nexpired: true\n`;
    expect(await ours()).toBe(`files ${found}default ${found}session 7 null\n`);

    const changed = `Node [('apple', 3), ('fig', 1)] 3.60 {'changed'} ${seen}\n`;
    const session = "session 7 (7, Decimal('3.60'))\n";
    expect(await theirs()).toBe(`files ${changed}default ${changed}${session}`);

    const again = `Node apple 3, fig 1 3.60 changed ${seen}[UTC]\nexpired: true\n`;
    expect(await ours()).toContain(`files ${again}default ${again}session 7 Tuple(2)`);
    // Temporary files are gone, and Django's own name is the only one.
    expect(readdirSync(join(folder, "files")).every((name) => name.endsWith(".djcache"))).toBe(
      true,
    );
  });

  it("has values of strangers too, and those are refused with their names", async () => {
    const attack = new TextEncoder().encode("cos\nsystem\n(S'touch brine-was-here'\ntR.");
    const files = readdirSync(join(folder, "files")).map((name) => join(folder, "files", name));
    for (const file of files) {
      writeFileSync(file, Buffer.concat([dumps(null), deflateSync(attack)]));
      expect(readFileSync(file).length).toBeGreaterThan(20);
    }
    await expect(ours()).rejects.toThrow("ForbiddenGlobalError");
    expect(existsSync(join(EXAMPLES, "django-cache", "brine-was-here"))).toBe(false);
  });

  it.runIf(server !== undefined)("has plain pickles in Redis, under keys of its own", async () => {
    const script = `
import sys
from django.conf import settings
settings.configure(CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": sys.argv[1]}})
from django.core.cache import cache
if len(sys.argv) > 2:
    print(sorted(cache.get("node")["tags"]), cache.get("count"))
else:
    cache.set("cart", {"tags": {"a", "b"}}, 60)
    cache.set("count", 41)
`;
    await py("django-cache", "-c", script, url).output;
    if (redis === undefined) throw new Error("never");
    const cache = openAsync<{ tags: Set<string> }>(redis, { prefix: ":1:" });
    expect([...((await cache.get("cart"))?.tags ?? [])].sort()).toEqual(["a", "b"]);
    await cache.set("node", { tags: new Set(["c"]) });
    // Integers alone are no pickles but digits, which Redis can add to.
    expect(await redis.incr(":1:count")).toBe(42);
    expect(await py("django-cache", "-c", script, url, "back").output).toBe("['c'] 42\n");
  });
});
