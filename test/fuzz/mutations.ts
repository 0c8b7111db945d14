/** Pickles in, damaged pickles out. */
import { OPCODES, steps } from "./opcodes.ts";
import type { Random } from "./random.ts";

const CODES = [...OPCODES.keys()];
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff];

/** One to a few damages to `data`; `other` is a second pickle to splice with. */
export function mutate(random: Random, data: Uint8Array, other: Uint8Array): Uint8Array {
  let damaged: Uint8Array = data.slice();
  const times = random.oneIn(3) ? 1 + random.below(6) : 1;
  for (let i = 0; i < times; i++) damaged = damage(random, damaged, other);
  return damaged;
}

function damage(random: Random, data: Uint8Array, other: Uint8Array): Uint8Array {
  if (data.length === 0) return random.bytes(random.below(12));
  const at = random.below(data.length);
  switch (random.below(13)) {
    case 0: // flip a bit
      data[at] = (data[at] as number) ^ (1 << random.below(8));
      return data;
    case 1: // change a byte
      data[at] = random.oneIn(2) ? random.pick(EDGES) : random.below(256);
      return data;
    case 2: // delete
      return joined(
        data.subarray(0, at),
        data.subarray(at + 1 + (random.oneIn(3) ? random.below(12) : 0)),
      );
    case 3: // insert
      return joined(data.subarray(0, at), random.bytes(1 + random.below(4)), data.subarray(at));
    case 4: // duplicate a stretch
      return joined(
        data.subarray(0, at),
        data.subarray(at, at + 1 + random.below(12)),
        data.subarray(at),
      );
    case 5: // truncate
      return data.slice(0, at);
    case 6: {
      // splice at any byte
      const from = random.below(other.length + 1);
      return joined(data.subarray(0, at), other.subarray(from));
    }
    default:
      return damageOpcodes(random, data, other);
  }
}

// Damages that know where an opcode begins.
function damageOpcodes(random: Random, data: Uint8Array, other: Uint8Array): Uint8Array {
  const found = steps(data);
  if (found.length === 0) return data;
  const step = random.pick(found);
  switch (random.below(7)) {
    case 0: // another opcode in its place
      data[step.offset] = random.pick(CODES);
      return data;
    case 1: // insert an opcode
      return joined(
        data.subarray(0, step.offset),
        [random.pick(CODES)],
        data.subarray(step.offset),
      );
    case 2: // delete an opcode
      return joined(data.subarray(0, step.offset), data.subarray(step.end));
    case 3: {
      // swap two opcodes
      const [first, second] = [step, random.pick(found)].sort((a, b) => a.offset - b.offset) as [
        typeof step,
        typeof step,
      ];
      if (first === second) return data;
      return joined(
        data.subarray(0, first.offset),
        data.subarray(second.offset, second.end),
        data.subarray(first.end, second.offset),
        data.subarray(first.offset, first.end),
        data.subarray(second.end),
      );
    }
    case 4: {
      // splice at opcodes
      const theirs = steps(other);
      if (theirs.length === 0) return data;
      return joined(data.subarray(0, step.offset), other.subarray(random.pick(theirs).offset));
    }
    case 5: // repeat an opcode
      return joined(data.subarray(0, step.end), data.subarray(step.offset));
    default: {
      // edit a length or another argument's first bytes
      const at = step.offset + 1 + random.below(4);
      if (at < data.length)
        data[at] = random.oneIn(2)
          ? random.pick(EDGES)
          : (data[at] as number) + random.pick([-1, 1]);
      return data;
    }
  }
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
