/** A real Redis for tests: a server of its own on a free port, without files. Source: apt's redis-server, or Valkey's. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { isCi } from "./pythons.ts";

/** A server that runs. */
export interface RedisServer {
  readonly port: number;
  readonly version: string;
  stop(): void;
}

const COMMANDS = ["redis-server", "valkey-server"];

/** Starts one. Where none is installed: an error under `CI=true`, else a loud line and `undefined`. */
export async function startRedis(): Promise<RedisServer | undefined> {
  for (const command of COMMANDS) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status !== 0) continue;
    const port = await freePort();
    const options = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"];
    const child = spawn(command, ["--port", String(port), ...options], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await ready(child);
    const version = /v=(\S+)/.exec(stdout)?.[1] ?? stdout.trim();
    return { port, version, stop: () => void child.kill() };
  }
  const missing = "redis-server is missing: apt-get install redis-server";
  if (isCi()) throw new Error(`${missing}; it is required under CI=true`);
  process.stderr.write(`\nSKIPPED: ${missing}; what needs Redis is NOT tested here\n`);
  return undefined;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : 0),
      );
    });
  });
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (/ready to accept connections/i.test(log)) resolve();
    });
    child.on("exit", (status) => reject(new Error(`redis ended with ${status}\n${log}`)));
  });
}
