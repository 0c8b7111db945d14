/**
 * One shelf for several machines, in Redis: profiles that are set, counted up and listed, with no update lost, whoever
 * else writes. Python services read and write the same values.
 *
 *     node examples/shared-shelf/profiles.ts PORT
 *     python3 examples/shared-shelf/profiles.py PORT
 */
import { openAsync } from "brine/shelve";
import { Redis } from "ioredis";

interface Profile {
  name: string;
  visits: number;
  roles: Set<string>;
}

const [port = "6379"] = process.argv.slice(2);
const client = new Redis(Number(port), "127.0.0.1");
const profiles = openAsync<Profile>(client, { prefix: "profiles:" });

if (!(await profiles.has("ann"))) {
  await profiles.set("ann", { name: "Ann", visits: 0, roles: new Set(["admin"]) });
}

// A hundred visits at once, from here alone; other processes may do the same at this moment.
await Promise.all(
  Array.from({ length: 100 }, () =>
    profiles.update("ann", (profile) => {
      if (profile === undefined) throw new Error("somebody has deleted Ann");
      return { ...profile, visits: profile.visits + 1 };
    }),
  ),
);

const lines: string[] = [];
for await (const [key, { name, visits, roles }] of profiles) {
  lines.push(`${key} ${name} ${visits} ${[...roles].join(",")}`);
}
console.log(lines.sort().join("\n"));
client.disconnect();
