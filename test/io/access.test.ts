/** Sources that are read anywhere: files, handles, Blobs, memory, and HTTP ranges with every answer a server may give. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { RandomAccess } from "../../src/core/bytes/index.ts";
import { httpAccess, isAccessSource, openAccess } from "../../src/sources/index.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-access-"));
const data = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
const path = join(folder, "data");
writeFileSync(path, data);

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`;
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** As a server that knows ranges answers; `change` what it says of them. */
function ranges(
  change: (headers: Record<string, string>, first: number) => Record<string, string> = (headers) =>
    headers,
  body: (part: Uint8Array) => Uint8Array = (part) => part,
): typeof answer {
  return (request, response) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") as RegExpExecArray;
    const first = Number(match[1]);
    const part = body(data.subarray(first, Number(match[2]) + 1));
    const headers = {
      "content-range": `bytes ${match[1]}-${match[2]}/${data.length}`,
      "content-length": String(part.length),
      etag: '"1"',
    };
    response.writeHead(206, change(headers, first));
    response.end(part);
  };
}

async function bytesAt(access: RandomAccess, start: number, length: number): Promise<Uint8Array> {
  const target = new Uint8Array(length);
  await access.read(start, target);
  return target;
}

describe("what can be read anywhere", () => {
  const sources: [what: string, make: () => unknown][] = [
    ["a path", () => path],
    ["a file: URL", () => pathToFileURL(path)],
    ["a handle", () => open(path)],
    ["a Blob", () => new Blob([data])],
    ["bytes", () => data],
    ["HTTP ranges", () => httpAccess(url)],
  ];
  it.each(sources)("%s", async (_what, make) => {
    answer = ranges();
    const source = (await make()) as Parameters<typeof openAccess>[0];
    expect(isAccessSource(source)).toBe(true);
    const access = await openAccess(source);
    expect(access.size).toBe(1000);
    expect(await bytesAt(access, 0, 3)).toEqual(data.slice(0, 3));
    expect(await bytesAt(access, 990, 10)).toEqual(data.slice(990));
    expect(await bytesAt(access, 1000, 0)).toEqual(new Uint8Array(0));
    await expect(bytesAt(access, 990, 11)).rejects.toMatchObject({ code: "read-failed" });
    await access.close?.();
    if (typeof source === "object" && "fd" in source)
      await (source as unknown as { close(): Promise<void> }).close();
  });

  it("is not a stream, a response or a number", async () => {
    for (const source of [new Response("x"), new Blob([]).stream(), [data], 3, null]) {
      expect(isAccessSource(source)).toBe(false);
    }
    await expect(openAccess(3 as never)).rejects.toThrow(/^source must be/);
    await expect(openAccess(new URL(url))).rejects.toThrow(TypeError);
  });

  it("fails by code where there is no such file, or none to be read anywhere", async () => {
    await expect(openAccess(join(folder, "none"))).rejects.toMatchObject({ code: "read-failed" });
    await expect(openAccess(folder)).rejects.toMatchObject({ code: "read-failed" });
    const access = await openAccess(path);
    await access.close?.();
    await access.close?.();
    await expect(bytesAt(access, 0, 1)).rejects.toMatchObject({ code: "read-failed" });
  });
});

describe("a server", () => {
  const refused = (message: RegExp) => ({
    code: "read-failed",
    message: expect.stringMatching(message) as string,
  });

  it("that does not know ranges is refused, and so is an error", async () => {
    answer = (_request, response) => response.end(data);
    await expect(httpAccess(url)).rejects.toMatchObject(
      refused(/HTTP 200 OK: the server does not know ranges$/),
    );
    answer = (_request, response) => response.writeHead(404).end();
    await expect(httpAccess(url)).rejects.toMatchObject(refused(/HTTP 404 Not Found$/));
  });

  it("that sends another range, or none, is refused", async () => {
    for (const range of [
      "bytes 1-1/1000",
      "bytes 0-0/*",
      "bytes 0-0/99999999999999999",
      "x",
      undefined,
    ]) {
      answer = ranges(({ "content-range": _said, ...headers }) => ({
        ...headers,
        ...(range !== undefined && { "content-range": range }),
      }));
      await expect(httpAccess(url)).rejects.toMatchObject(
        refused(/bytes 0-0 were asked for, .* came$/),
      );
    }
  });

  it("whose file changes meanwhile is refused", async () => {
    answer = ranges((headers, first) => ({ ...headers, etag: first === 0 ? '"1"' : '"2"' }));
    const access = await httpAccess(url);
    await expect(bytesAt(access, 5, 5)).rejects.toMatchObject(
      refused(/the file changed while it was read$/),
    );
  });

  it("that sends more or fewer bytes than it says is refused", async () => {
    answer = ranges();
    const access = await httpAccess(url);
    answer = ranges(undefined, (part) => part.subarray(1));
    await expect(bytesAt(access, 5, 5)).rejects.toMatchObject(
      refused(/4 bytes came, where 5 were asked for$/),
    );
  });

  it("with an empty file is read", async () => {
    answer = (_request, response) =>
      response.writeHead(416, { "content-range": "bytes */0" }).end();
    expect((await httpAccess(url)).size).toBe(0);
  });

  it("that is gone is an error of ours; an abort is the caller's own", async () => {
    await expect(httpAccess("http://127.0.0.1:1/")).rejects.toMatchObject({ code: "read-failed" });
    const reason = new Error("enough");
    await expect(httpAccess(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("gets the caller's headers, and is asked by the caller's fetch", async () => {
    answer = (request, response) => {
      const known = request.headers.authorization === "Bearer x";
      if (known) ranges()(request, response);
      else response.writeHead(401).end();
    };
    await expect(httpAccess(url)).rejects.toMatchObject(refused(/HTTP 401/));
    const asked: string[] = [];
    const access = await httpAccess(new URL(url), {
      headers: { authorization: "Bearer x" },
      fetch: (address, init) => {
        asked.push(init.headers["range"] as string);
        return fetch(address, init);
      },
    });
    await bytesAt(access, 7, 3);
    expect(asked).toEqual(["bytes=0-0", "bytes=7-9"]);
  });
});
