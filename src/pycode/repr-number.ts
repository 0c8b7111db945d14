/** Numbers to the text that `str` gives. */

import { formatFloat } from "../core/values/index.ts";
import type { Budget } from "./budget.ts";
import { unsupported } from "./error.ts";

// sys.get_int_max_str_digits(); Pythons before the limit came have none, so beyond it both are left alone.
const MOST_DIGITS = 4300;
const MOST = 10n ** BigInt(MOST_DIGITS);

/** An int in decimal. */
export function textOfInt(value: bigint, budget: Budget): string {
  if (value >= MOST || value <= -MOST)
    throw unsupported(`an int of more than ${MOST_DIGITS} digits as text`);
  const text = value.toString();
  budget.take(2 * text.length);
  return text;
}

export function textOfFloat(value: number): string {
  return formatFloat(value);
}
