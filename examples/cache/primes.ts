/**
 * A cache of expensive computations: run it twice, and the second run computes nothing. The results are files that Python
 * reads too.
 *
 *     node examples/cache/primes.ts FOLDER
 */
import { memoize } from "brine/cache";

const [folder = "cache"] = process.argv.slice(2);

let computed = 0;
const primes = memoize(
  (options: { below: number }): number[] => {
    computed++;
    const sieve = new Uint8Array(options.below).fill(1);
    const found: number[] = [];
    for (let n = 2; n < options.below; n++) {
      if (sieve[n] === 0) continue;
      found.push(n);
      for (let multiple = n * n; multiple < options.below; multiple += n) sieve[multiple] = 0;
    }
    return found;
  },
  { folder, name: "primes", maxBytes: 100e6, maxAge: 30 * 24 * 60 * 60 * 1000 },
);

// Four calls, two of them at the same time and for the same: two computations.
const [first, again] = await Promise.all([primes({ below: 100_000 }), primes({ below: 100_000 })]);
const more = [await primes({ below: 100_000 }), await primes({ below: 1000 })];
console.log(first.length, again.length, more.map(({ length }) => length).join(" "));
console.log("computed", computed);
