/**
 * A worker in Node for Celery's queue `node`: tasks that Python enqueues (send.py) are audited, opened, run and answered.
 *
 *     node examples/celery/worker.ts [HOW_MANY_TASKS]
 *     python examples/celery/send.py
 */
import { Redis } from "ioredis";
import { finish, open } from "./celery.ts";
import { Order, types } from "./orders.ts";

const tasks: Record<
  string,
  (args: readonly unknown[], kwargs: Record<string, unknown>) => unknown
> = {
  "tasks.label": ([order], { format = "text" }) => {
    if (!(order instanceof Order)) throw new TypeError("label takes an Order");
    if (format !== "text") throw new RangeError(`no labels as ${format}`);
    return order.lines.map(([product, count]) => `${count} × ${product}`).join(", ");
  },
};

const redis = new Redis(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379/0");
for (let left = Number(process.argv[2] ?? Infinity); left > 0; left--) {
  // What is taken is gone: a worker that dies meanwhile loses it. BLMOVE into a list of its own would keep it.
  const [, message = ""] = (await redis.brpop("node", 0)) ?? [];
  try {
    // `allow` is for the audit, which knows nothing of `types`.
    const { id, task, args, kwargs } = open(message, { types, allow: ["tasks.Order"] });
    const result = await attempt(() => {
      const run = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
      if (run === undefined) throw new Error(`${task} is not known here`);
      return run(args, { ...kwargs });
    });
    await finish(redis, id, result);
    console.log(task, result instanceof Error ? "failed" : "done");
  } catch (error) {
    console.log("refused", error instanceof Error ? error.message : error);
  }
}
redis.disconnect();

async function attempt(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
