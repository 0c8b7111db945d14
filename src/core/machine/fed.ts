/**
 * One load over bytes that come asynchronously: opcodes and raw bytes are asked for in turn, so that an array's bytes go
 * from where they arrive to where they stay, and nothing else of the input is kept.
 */

import type { RawRequest } from "../registry/index.ts";
import { PAUSED } from "./machine.ts";
import type { RawMachine } from "./raw.ts";

/** Where the bytes of a {@link loadFed} come from. What is there already is answered without a promise. */
export interface Feed {
  /**
   * The next piece: whole opcodes, none behind a STOP or a BUILD, unless it says that the input `ends` with it.
   * `nested` counts the pickles that this one stands in.
   */
  opcodes(): FeedPiece | Promise<FeedPiece>;
  /** The next `count` bytes, in memory of their own; fewer where the input ends. */
  bytes(count: number): Uint8Array | Promise<Uint8Array>;
  /** Passes over `count` bytes; answers with how many there were. */
  skip(count: number): number | Promise<number>;
}

/** A part of the opcodes. */
export interface FeedPiece {
  readonly bytes: Uint8Array;
  readonly ends: boolean;
}

/** The next object of a machine that was made without an input. */
export async function loadFed(machine: RawMachine, feed: Feed): Promise<unknown> {
  let value = machine.resume();
  while (value === PAUSED) {
    if (machine.follows) {
      value = machine.resume(await followed(machine, feed));
      continue;
    }
    const asked = feed.opcodes();
    const { bytes, ends } = asked instanceof Promise ? await asked : asked;
    machine.feed(bytes);
    if (ends) machine.endFeed();
    value = machine.resume();
  }
  const { frameRest } = machine;
  if (frameRest > 0) machine.endFrame(await feed.skip(frameRest));
  return value;
}

async function followed(machine: RawMachine, feed: Feed): Promise<unknown> {
  for (let answer: unknown; ; ) {
    const { done, value } = machine.advance(answer);
    if (done) return value;
    answer = await answered(machine, feed, value);
  }
}

async function answered(machine: RawMachine, feed: Feed, request: RawRequest): Promise<unknown> {
  switch (request.want) {
    case "bytes": {
      const bytes = await feed.bytes(request.count);
      machine.passed(bytes.length, request.count);
      return bytes;
    }
    case "skip":
      return machine.passed(await feed.skip(request.count), request.count);
    case "pickle":
      return loadFed(machine.nested(), feed);
    default:
      return request.promise;
  }
}
