/** What the instructions of generators ask: of an iterator that is yielded from, of where a yield stands. */

import { badCode, unsupported } from "./error.ts";
import type { Frame } from "./frame.ts";
import { GeneratorValue } from "./function-value.ts";
import { type DONE, IteratorValue, type Value } from "./objects.ts";

/** What `yield from` gets of its iterator. */
export function sendTo(frame: Frame, sent: Value): Value | typeof DONE {
  const iterator = frame.peek(1);
  if (!(iterator instanceof IteratorValue)) throw badCode("yield from no iterator");
  if (iterator instanceof GeneratorValue) return iterator.send(sent);
  if (sent !== null) throw unsupported("send to what is no generator");
  return iterator.next();
}

/** What that iterator returned. */
export function returnedBy(iterator: Value): Value {
  return iterator instanceof GeneratorValue ? iterator.returned : null;
}

/** Whether a yield stands within try: a generator that is dropped there runs what is in finally, when Python drops it. */
export function isWithinTry(frame: Frame): boolean {
  if (!frame.program.isNew) return frame.blocks.length > 0;
  const at = frame.next - 1;
  return frame.program.ranges.some(
    ({ start, end, target }) =>
      at >= start &&
      at < end &&
      !/^(stop-iteration-error|cleanup-throw)$/.test(frame.program.steps[target]?.op ?? ""),
  );
}
