/** How much one call of Node's takes. */

/** Most bytes to read, write or hash in one call: from 2 GiB on Node refuses, or counts below zero. */
export const LONGEST_CALL: number = 1024 ** 3;
