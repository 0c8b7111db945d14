/** How often this process has a file open. */
import { readdirSync, readlinkSync } from "node:fs";

/** The count of its descriptors of the file at an absolute path. */
export function openDescriptors(file: string): number {
  return readdirSync("/proc/self/fd").filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === file;
    } catch {
      return false; // It was the one of readdirSync.
    }
  }).length;
}
