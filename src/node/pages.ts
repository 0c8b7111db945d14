/** Fresh memory in, the kernel's promise of huge pages for it out. Source: madvise(2), Linux asm-generic/mman-common.h. */

const MADV_HUGEPAGE = 14;
// The largest page of any Linux that Node runs on: what begins and ends there suits the smaller ones too.
const ALIGNMENT = 65_536n;

type Advise = (address: bigint, length: bigint, advice: number) => number;
type Ffi = typeof import("node:ffi");

let found: { ffi: Ffi; madvise: Advise } | null | undefined;

/**
 * Asks that `memory`, of which nothing was touched yet, be made of huge pages. A hint: without Linux, without `node:ffi`
 * (Node 26.1), without leave to use it, nothing happens. Only whole pages inside `memory` are named to the kernel, and this
 * advice changes no byte of them.
 */
export function adviseHugePages(memory: Uint8Array): void {
  found ??= find();
  if (found === null) return;
  const start = found.ffi.getRawPointer(memory);
  const first = ((start + ALIGNMENT - 1n) / ALIGNMENT) * ALIGNMENT;
  const end = ((start + BigInt(memory.length)) / ALIGNMENT) * ALIGNMENT;
  if (end > first) found.madvise(first, end - first, MADV_HUGEPAGE);
}

function find(): { ffi: Ffi; madvise: Advise } | null {
  if (process.platform !== "linux") return null;
  try {
    const ffi = process.getBuiltinModule?.("node:ffi");
    if (ffi === undefined) return null;
    // Of the program itself, which is linked with the C library.
    const { functions } = ffi.dlopen(null, {
      madvise: { arguments: ["pointer", "u64", "i32"], return: "i32" },
    });
    return { ffi, madvise: functions.madvise };
  } catch {
    return null;
  }
}
