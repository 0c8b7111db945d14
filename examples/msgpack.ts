/**
 * msgpack: a value packed, its size beside JSON's, and back; the same bytes as Python's `msgpack.packb`.
 *
 *     npm run build && node examples/msgpack.ts             writes data.msgpack
 *     npm run build && node examples/msgpack.ts FILE        reads a file that Python packed
 */
import { readFileSync, writeFileSync } from "node:fs";
import { packb, unpackb } from "brine/msgpack";

const [file] = process.argv.slice(2);
if (file !== undefined) {
  console.log(JSON.stringify(unpackb(readFileSync(file))));
} else {
  const data = {
    name: "Alice",
    age: 30,
    scores: [95.5, 87, 92],
    metadata: { active: true, joined: null },
  };
  const packed = packb(data);
  console.log(`msgpack: ${packed.length} bytes`);
  console.log(`JSON: ${new TextEncoder().encode(JSON.stringify(data)).length} bytes`);
  console.log(JSON.stringify(unpackb(packed)) === JSON.stringify(data));
  writeFileSync("data.msgpack", packed);
}
