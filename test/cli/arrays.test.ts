/** The command line over what NumPy saved, and over everything that joblib and others compress pickles with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dumps, loads, NdArray } from "../../src/index.ts";
import { encodeNpy, load, type NpzFile, ndarray, savez } from "../../src/numpy/index.ts";
import { bombs, vectors } from "../codecs/vectors.ts";
import { brine } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-cli-arrays-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, bytes?: Uint8Array): string => {
  if (bytes !== undefined) writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const array = ndarray(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  { dtype: "int32" },
);

describe("compressed pickles", () => {
  const compressions = ["zlib", "gzip", "bz2", "xz", "lzma", "lz4"] as const;
  it.each(compressions)("%s is unpacked", (compression) => {
    const one = vectors.find(
      (each) => each.compression === compression && each.name.endsWith(": pickle"),
    );
    const { status, stderr, stdout } = brine(["json", file("packed", one?.packed as Uint8Array)]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe('{"name":"Ada","scores":[1,2.5,null]}\n');
    expect(brine(["show", "-"], one?.packed as Uint8Array).stdout).toMatch(
      /^standard input: pickle, protocol 4, in \w+ data\n/,
    );
  });

  it.each(
    bombs.filter(({ compression }) => compression !== "deflate"),
  )("a bomb of $compression is stopped", ({ packed }) => {
    const { status, stderr } = brine(["show", "--inflate-limit", "1", file("bomb", packed)]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /: it unpacks to more than 1\.0 MB; raise --inflate-limit to read it\n$/,
    );
    expect(brine(["show", "--inflate-limit", "9", file("bomb", packed)]).status).toBe(0);
  });
});

describe("arrays", () => {
  it("are shown", async () => {
    const one = brine(["show", file("one.npy", encodeNpy(array))]);
    expect([one.status, one.stderr]).toEqual([0, ""]);
    expect(one.stdout).toMatch(/^.*one\.npy: \.npy, 152 bytes\n/);
    expect(one.stdout).toMatch(/int32.*\(2, 3\)|\(2, 3\).*int32/);
    await savez(file("two.npz"), { a: array, b: ndarray([1.5]) });
    const two = brine(["show", file("two.npz")]);
    expect(two.stdout).toMatch(/two\.npz: \.npz, /);
    expect(two.stdout).toMatch(/'a'.*int32[\s\S]*'b'.*float64/);
    const facts = JSON.parse(brine(["show", "--json", file("two.npz")]).stdout) as {
      format: string;
    };
    expect(facts.format).toBe("npz");
  });

  it("are read from standard input, compressed too", () => {
    const { stdout, status } = brine(["show", "-"], encodeNpy(array));
    expect(status).toBe(0);
    expect(stdout).toMatch(/standard input: \.npy\n/);
  });

  it("become pickles, and the same files again", async () => {
    const npy = file("a.npy", encodeNpy(array));
    expect(brine(["convert", npy, file("a.pkl")]).stderr).toBe("");
    const loaded = loads(read(file("a.pkl"))) as NdArray;
    expect(loaded.toArray()).toEqual(array.toArray());
    expect(brine(["convert", "--to", "npy", file("a.pkl"), file("b.npy")]).status).toBe(0);
    expect(read(file("b.npy"))).toEqual(read(npy));
    await savez(file("c.npz"), { a: array, b: ndarray([1.5]) });
    expect(brine(["convert", file("c.npz"), file("c.pkl")]).status).toBe(0);
    expect(brine(["convert", "--to", "npz", file("c.pkl"), file("d.npz")]).status).toBe(0);
    expect(read(file("d.npz"))).toEqual(read(file("c.npz")));
    expect(brine(["convert", "--to", "npy", npy, "-"]).bytes).toEqual(read(npy));
  });

  it("keep the objects of object arrays as they are", () => {
    const objects = NdArray.fromItems([1, 2.5, null, "x"], "O", [4]);
    const npy = file("objects.npy", encodeNpy(objects));
    // 1.0 stays a float: in Python's pickle of it, and after the way back.
    const float = loads(dumps([1.5, null]), { lossless: true });
    expect(float).toEqual([1.5, null]);
    expect(brine(["convert", npy, file("objects.pkl")]).status).toBe(0);
    expect((loads(read(file("objects.pkl"))) as NdArray).toItems()).toEqual([1, 2.5, null, "x"]);
  });

  it("in a list get NumPy's names", async () => {
    const both = Buffer.concat([dumps(array), dumps(ndarray([7]))]);
    expect(brine(["convert", "--to", "npz", file("list.pkl", both), file("list.npz")]).status).toBe(
      0,
    );
    const npz = (await load(file("list.npz"))) as NpzFile;
    expect(npz.files).toEqual(["arr_0", "arr_1"]);
    await npz.close();
  });

  const refused: [what: string, args: string[], input: unknown, message: RegExp][] = [
    [
      "no array as .npy",
      ["--to", "npy"],
      [1, 2],
      /something else than one array, which \.npy cannot keep/,
    ],
    [
      "no arrays as .npz",
      ["--to", "npz"],
      { a: 1 },
      /something else than arrays by name, which \.npz cannot keep/,
    ],
    [
      "two arrays as .npy",
      ["--to", "npy"],
      { a: array, b: array },
      /something else than one array/,
    ],
    ["a protocol", ["--to", "npy", "--protocol", "2"], array, /--protocol is of pickles only/],
    ["lossy", ["--to", "npz", "--lossy"], array, /--lossy is of msgpack only/],
  ];
  it.each(refused)("refuse %s, and leave the file as it was", (_what, args, input, message) => {
    const target = file("kept", new Uint8Array([1]));
    const { status, stderr } = brine(["convert", ...args, file("in.pkl", dumps(input)), target]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(read(target)).toEqual(new Uint8Array([1]));
  });
});
