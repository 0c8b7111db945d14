/** Where checkpoints are kept: what a folder and a store both do for them. */
import type { ByteSink, ByteSource } from "../core/bytes/index.ts";

/** What is known of a checkpoint without its state; times and versions as the pickle has them. */
export interface Head {
  readonly metadata: unknown;
  readonly timestamp: unknown;
  readonly version: unknown;
}

/** A checkpoint that can be read now. */
export interface Opened {
  /** The bytes of the pickle, from its start; each call begins anew. */
  source(): Uint8Array | ByteSource;
  /** Throws where the bytes have changed since they were opened. */
  settle(): void;
  close(): void;
}

/** What is known of a checkpoint from outside. */
export interface Facts {
  /** Bytes of the pickle. */
  readonly size: number;
  /** When it was saved, as the storage says, in milliseconds since 1970. */
  readonly saved: number;
}

/** A folder or a store. */
export interface Place {
  /** What messages call it. */
  readonly title: string;
  names(): Promise<string[]>;
  facts(name: string): Promise<Facts | undefined>;
  /** Keeps what `pickle` writes; nothing of the checkpoint before is lost until all is there. */
  save(name: string, pickle: (sink: ByteSink) => void, head: Head): Promise<void>;
  /** Without the state. */
  head(name: string, loads: (pickle: Uint8Array) => unknown): Promise<Head>;
  /** Its checksum has been compared, unless `verify` is false. @throws CheckpointError */
  open(name: string, verify: boolean): Promise<Opened>;
  delete(name: string): Promise<boolean>;
}
