/**
 * Values in Django's file cache and database cache, and a session that is kept in a cache: read, changed, written back.
 *
 *     python examples/django-cache/cache.py FOLDER
 *     node examples/django-cache/cache.ts FOLDER
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Decimal, Tuple } from "brine";
import { FileCache, TableCache } from "./django.ts";

interface Cart {
  items: Tuple<string | number>[];
  total: Decimal;
  tags: Set<string>;
  by: string;
  seen: Temporal.ZonedDateTime;
}

const [folder = "."] = process.argv.slice(2);
const db = new DatabaseSync(join(folder, "db.sqlite3"));
const caches = {
  files: new FileCache(join(folder, "files"), { allow: [] }),
  default: new TableCache(db, "cache_table", { allow: [] }),
};

for (const [name, cache] of Object.entries(caches)) {
  const cart = await cache.get<Cart>("cart");
  if (cart === undefined) throw new Error("run cache.py first");
  const items = cart.items.map((item) => item.join(" ")).join(", ");
  console.log(name, cart.by, items, String(cart.total), [...cart.tags].join(), String(cart.seen));

  const changed = { ...cart, by: "Node", total: new Decimal("3.60") };
  changed.items.push(Tuple.of("fig", 1));
  changed.tags = new Set(["changed"]);
  await cache.set("cart", changed, 3600);
  console.log("expired:", (await cache.get("gone")) === undefined);
}

const key = `django.contrib.sessions.cache${readFileSync(join(folder, "sessionid"), "utf8")}`;
const session = caches.default.get<{ user: number; last_order?: Tuple }>(key);
console.log("session", session?.user, session?.last_order ?? null);
caches.default.set(key, { ...session, last_order: Tuple.of(7, new Decimal("3.60")) }, 1_209_600);
db.close();
