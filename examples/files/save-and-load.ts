/**
 * A value saved to a file and loaded again, whatever the file's ending; Python does the same with the same files.
 *
 *     node examples/files/save-and-load.ts FOLDER
 *     python3 examples/files/save-and-load.py FOLDER
 */
import { createReadStream, openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { dump, load } from "brine";

const [folder = "."] = process.argv.slice(2);
const data = {
  name: "Ann",
  scores: [95.5, 87, 92],
  tags: new Set(["a"]),
  photo: new Uint8Array([0, 255]),
};

// The ending says nothing. A file gets its new contents whole, or keeps the old ones.
for (const file of ["data.pkl", "data.pickle", "data.bin"]) await dump(data, join(folder, file));

interface Data {
  name: string;
  scores: number[];
}
const path = join(folder, "data.pkl");
const loaded = await load<Data>(path);
console.log(loaded.name, loaded.scores.length);

// From a URL, a stream, a Blob, a file that is open: all the same.
const handle = await open(path);
for (const source of [
  pathToFileURL(path),
  createReadStream(path),
  await openAsBlob(path),
  handle,
]) {
  console.log((await load<Data>(source)).name);
}
await handle.close();
