/** Files that lazy arrays read from: closed when the last of these is forgotten, as Python unmaps a file. */

import type { RandomAccess } from "../core/bytes/index.ts";

let closing: FinalizationRegistry<RandomAccess> | undefined;

/** The same bytes, behind an object whose disappearance closes them. */
export function closedWhenForgotten(access: RandomAccess): RandomAccess {
  closing ??= new FinalizationRegistry((held) => void held.close?.());
  const shared: RandomAccess = {
    size: access.size,
    read: (start, target) => access.read(start, target),
    async close() {
      closing?.unregister(access);
      await access.close?.();
    },
  };
  closing.register(shared, access, access);
  return shared;
}
