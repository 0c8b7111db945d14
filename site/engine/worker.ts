/** Questions of the page in as messages, answers out: everything that reads a file or a value runs here. */
import { CannotRead, failureOf } from "./failure.ts";
import { isolate } from "./isolate.ts";
import type { Request, Requests, Response } from "./messages.ts";
import type { Views } from "./views.ts";

isolate(globalThis);

let views: Views | undefined;

async function answer(request: Request): Promise<Requests[keyof Requests]["answer"]> {
  await bringTemporal();
  switch (request.kind) {
    case "open": {
      const [{ LARGEST_FILE, openFile }, { Views }] = await Promise.all([
        import("./opening.ts"),
        import("./views.ts"),
      ]);
      const { name, data } = request.ask;
      if (data instanceof Blob && data.size > LARGEST_FILE) {
        throw new CannotRead("The file is too large for this page; the command line reads it.");
      }
      const bytes = data instanceof Blob ? new Uint8Array(await data.arrayBuffer()) : data;
      const file = await openFile(name, bytes);
      views = new Views(file);
      return file.facts;
    }
    case "audit":
      return opened().audit();
    case "view": {
      const { view, count, items, restart } = request.ask;
      return opened().next(view, count, items, restart);
    }
    case "play": {
      const { play } = await import("./play.ts");
      return play(request.ask.text, request.ask.protocol);
    }
  }
}

function opened(): Views {
  if (views === undefined) throw new CannotRead("No file is open.");
  return views;
}

// Dates are Temporal objects; browsers that have none get the polyfill.
async function bringTemporal(): Promise<void> {
  if ("Temporal" in globalThis) return;
  const { Temporal } = await import("temporal-polyfill");
  Object.assign(globalThis, { Temporal });
}

// One after another: a view is read on by one question at a time.
let last: Promise<void> = Promise.resolve();

addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  last = last.then(async () => {
    let response: Response;
    try {
      response = { id: request.id, answer: await answer(request) };
    } catch (error) {
      response = { id: request.id, failure: failureOf(error) };
    }
    postMessage(response);
  });
});
