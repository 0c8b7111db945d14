/** What the page does without: packages that brine would look up for Arrow tables, pools of threads and JavaScript's functions. */

export const isAbsent = true;
