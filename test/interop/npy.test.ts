/** `.npy` and `.npz` with every NumPy that is here: what it saves is read, and what brine saves is the same to it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dumps } from "../../src/index.ts";
import {
  decodeNpy,
  encodeNpy,
  type LazyArray,
  load,
  type NdArray,
  type NpzFile,
  save,
  savez,
  savezCompressed,
} from "../../src/numpy/index.ts";
import { environments } from "./environments.ts";
import { runPython } from "./python-run.ts";

const root = mkdtempSync(join(tmpdir(), "brine-interop-npy-"));
afterAll(() => rmSync(root, { recursive: true }));

const pythons = environments(["numpy"]);
it("has a NumPy to talk to", () => {
  if (process.env["CI"] === "true") expect(pythons.length).toBeGreaterThan(3);
});

describe.each(pythons)("NumPy of $name", (python) => {
  const theirs = join(root, python.name, "numpy");
  const ours = join(root, python.name, "brine");
  const numpy = (python.libraries["numpy"] ?? "").split(".").map(Number) as [number, number];
  const major = numpy[0] >= 2 ? 2 : 1;
  const protocol = python.version === "2.7" ? 2 : 4;

  it("saves what is read, and loads what is saved here", async () => {
    mkdirSync(theirs, { recursive: true });
    mkdirSync(ours, { recursive: true });
    const { names } = (await runPython(python, "npy_peer.py", ["write", theirs])) as {
      names: string[];
    };
    expect(names.length).toBeGreaterThan(300);
    const different: string[] = [];
    for (const name of names) {
      const path = join(theirs, `${name}.npy`);
      const array = (await load(path)) as NdArray;
      await save(join(ours, `${name}.npy`), array, { protocol });
      // Python 2 reads protocol 2.
      writeFileSync(join(ours, `${name}.pkl`), dumps(array, { protocol: 2 }));
      const bytes = new Uint8Array(readFileSync(path));
      if (Buffer.compare(encodeNpy(decodeNpy(bytes), { numpy: major }), bytes) !== 0)
        different.push(name);
      if (array.dtype.hasObject) continue;
      const lazy: LazyArray = await load(path, { mmapMode: "r" });
      const whole = await lazy.load();
      expect(Buffer.compare(whole.toBytes(), array.toBytes())).toBe(0);
      await lazy.close();
    }
    // The newest NumPy's bytes are ours; older ones padded headers otherwise and pickled with other protocols.
    if (python.name === "libraries") expect(different).toEqual([]);
    for (const file of ["stored.npz", "compressed.npz", "empty.npz"]) {
      const npz = (await load(join(theirs, file))) as NpzFile;
      const arrays: Record<string, NdArray> = {};
      for await (const [name, array] of npz) arrays[name] = array;
      await npz.close();
      const write = file === "compressed.npz" ? savezCompressed : savez;
      await write(join(ours, file), arrays, { numpy: major, protocol });
      if (python.name !== "libraries" || file === "compressed.npz") continue;
      const identical = Buffer.compare(
        readFileSync(join(ours, file)),
        readFileSync(join(theirs, file)),
      );
      expect(identical).toBe(0);
    }
    expect(await runPython(python, "npy_peer.py", ["check", theirs, ours])).toEqual([]);
  });
});
