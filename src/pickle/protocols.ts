/** The protocols that brine reads and writes. */

/** The highest protocol that brine reads and writes. */
export const HIGHEST_PROTOCOL = 5;

/** The protocol that `dumps` writes when none is asked for. */
export const DEFAULT_PROTOCOL = 5;
