/** One of several processes that write the same keys: `redis-writer.ts PORT CLIENT ROUNDS ID`. */
import { createClient } from "@redis/client";
import { Redis } from "ioredis";
import { openAsync } from "../../src/stores/index.ts";

const [port = "", kind = "", rounds = "0", id = ""] = process.argv.slice(2);

interface Profile {
  readonly visits: number;
  readonly by: Readonly<Record<string, number>>;
}

async function write(client: Parameters<typeof openAsync>[0]): Promise<void> {
  await using shelf = openAsync<Profile>(client, { prefix: "many:" });
  for (let round = 0; round < Number(rounds); round++) {
    await shelf.update(`user-${round % 3}`, (profile = { visits: 0, by: {} }) => ({
      visits: profile.visits + 1,
      by: { ...profile.by, [id]: (profile.by[id] ?? 0) + 1 },
    }));
    await shelf.set(`own-${id}-${round}`, { visits: round, by: {} });
  }
}

if (kind === "ioredis") {
  const client = new Redis(Number(port), "127.0.0.1");
  await write(client);
  client.disconnect();
} else {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  await write(client);
  client.destroy();
}
