/** Lines of JSON on stdin in (a pickle), lines out: the pickle that brine makes of it, and how many records it found. */
import { createInterface } from "node:readline";
import { Inert } from "../../src/core/values/index.ts";
import { dumps, loads } from "../../src/index.ts";
import { callable, PyClass, PyCodeError, PyFunction, pycodeTypes } from "../../src/pycode/index.ts";

const types = [pycodeTypes];

// Every object of the graph once.
function* objects(root: unknown): Generator<object> {
  const seen = new Set<object>();
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    if (ArrayBuffer.isView(value)) continue;
    seen.add(value);
    yield value;
    if (value instanceof Map) pending.push(...value.keys(), ...value.values());
    else if (value instanceof Set) pending.push(...value);
    else pending.push(...Object.values(value));
    if (value instanceof Inert) pending.push(value.state, value.items, value.entries, value.late);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { pickle, lossless } = JSON.parse(line) as { pickle: string; lossless: boolean };
  let answer: Record<string, unknown>;
  try {
    const bytes = Buffer.from(pickle, "base64");
    const value = loads(bytes, { types, lossless });
    let functions = 0;
    let classes = 0;
    let described = 0;
    let runnable = 0;
    for (const one of objects(value)) {
      if (one instanceof PyClass) classes++;
      if (!(one instanceof PyFunction)) continue;
      functions++;
      if (/^<python function /.test(String(one)) && one.code.pythons.length > 0) described++;
      try {
        callable(one);
        runnable++;
      } catch (error) {
        if (!(error instanceof PyCodeError)) throw error;
      }
    }
    const protocol = bytes[0] === 0x80 ? (bytes[1] as number) : 0;
    const back = dumps(value, protocol, { types });
    answer = {
      pickle: Buffer.from(back).toString("base64"),
      functions,
      classes,
      described,
      runnable,
    };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
