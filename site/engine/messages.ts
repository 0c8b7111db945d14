/** What the page asks its worker, and what it hears back: plain data both ways. */
import type { AuditReport, Finding, Verdict } from "brine/audit";

/** Which view of a file: the tree, the opcodes, JSON. */
export type ViewName = "contents" | "opcodes" | "json" | "tagged";

/** What can be asked, with the answer of each. */
export interface Requests {
  /** A file is read and its kind found out. */
  open: { ask: { name: string; data: Blob | Uint8Array }; answer: Opened };
  audit: { ask: Record<never, never>; answer: AuditShown };
  /** A view begins, or goes on where it stopped. */
  view: { ask: { view: ViewName; count: number; items?: number; restart?: boolean }; answer: Page };
  play: { ask: { text: string; protocol: number }; answer: Played };
}

/** A message to the worker. */
export type Request = {
  [Kind in keyof Requests]: { id: number; kind: Kind; ask: Requests[Kind]["ask"] };
}[keyof Requests];

/** A message back. */
export type Response =
  | { id: number; answer: Requests[keyof Requests]["answer"] }
  | { id: number; failure: Failure };

/** What went wrong, fit to be shown. */
export interface Failure {
  readonly message: string;
  /** A stable word for the kind of failure, where there is one. */
  readonly code?: string | undefined;
  /** Byte of the file. */
  readonly offset?: number | undefined;
}

/** A file that was opened. */
export interface Opened {
  readonly name: string;
  readonly size: number;
  /** "pickle, protocol 4" and the like. */
  readonly kind: string;
  /** "gzip data", where it was unpacked first, and what came out of it. */
  readonly wrapping?: string | undefined;
  readonly unpackedSize?: number | undefined;
  readonly failure?: Failure | undefined;
}

/** A report, with as much of it as a page can show. */
export interface AuditShown {
  readonly verdict: Verdict;
  readonly format: string;
  readonly findings: readonly FindingShown[];
  readonly findingCount: number;
  readonly imports: readonly { name: string; role: string; count: number }[];
  readonly importCount: number;
  readonly pickleCount: number;
  /** The pickle as the Python program that it amounts to. */
  readonly program: readonly string[];
  readonly isProgramCut: boolean;
}

/** A finding whose texts are safe to show. */
export type FindingShown = Pick<
  Finding,
  "verdict" | "message" | "expression" | "why" | "part" | "offset" | "count"
>;

/** A line of the tree. */
export type Row =
  | {
      readonly row: "value";
      readonly depth: number;
      readonly label: string;
      readonly type: string;
      readonly text: string;
      readonly form: "atom" | "inline" | "summary";
      readonly id?: number | undefined;
      readonly isCut: boolean;
      readonly opens: boolean;
      readonly notes: readonly string[];
    }
  | {
      readonly row: "ref";
      readonly depth: number;
      readonly label: string;
      readonly type: string;
      readonly id: number;
    }
  | { readonly row: "more"; readonly depth: number; readonly count: number }
  | { readonly row: "object"; readonly number: number }
  | { readonly row: "names"; readonly names: readonly string[]; readonly count: number };

/** A piece of a view: rows of the tree, or text. */
export interface Page {
  readonly rows: readonly Row[];
  readonly text: string;
  readonly isDone: boolean;
  readonly failure?: Failure | undefined;
  /** What plain JSON had to convert. */
  readonly notes?: readonly string[] | undefined;
}

/** A value that was written under every protocol. */
export interface Played {
  readonly failure?: { message: string; at?: number | undefined } | undefined;
  /** By protocol: the size, or why there is none. */
  readonly sizes: readonly (number | string)[];
  /** Under the protocol that was asked for. */
  readonly shown?: PlayedPickle | undefined;
}

/** One pickle, looked at from all sides. */
export interface PlayedPickle {
  readonly protocol: number;
  readonly bytes: Uint8Array;
  readonly base64: string;
  readonly opcodes: string;
  readonly areOpcodesCut: boolean;
  /** Names of the opcodes in order, each with its argument as Python writes it. */
  readonly steps: readonly { name: string; argument: string }[];
  readonly python: string;
  readonly verdict: Verdict;
  readonly finding?: string | undefined;
  readonly imports: AuditReport["imports"][number]["name"][];
  /** Whether it is a list that has itself among its items. */
  readonly holdsItself: boolean;
}
