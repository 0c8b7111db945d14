/** A format's layout in, its values one by one out, for the functions that are put together by their number. */
import type { Layout, Run } from "./layout.ts";

/** Formats of more values than this are read run by run, in a loop. */
export const MOST_IN_A_LITERAL: number = 8;

/** One value by itself: its closure and its offset. */
export interface Item<Act> {
  readonly act: Act;
  readonly offset: number;
}

/** The values of a format, each by itself. */
export function itemsOf<Act>(layout: Layout, actOf: (run: Run) => Act): Item<Act>[] {
  return layout.runs.flatMap((run) => {
    const act = actOf(run);
    return Array.from({ length: run.count }, (_, index) => ({
      act,
      offset: run.offset + index * run.size,
    }));
  });
}
