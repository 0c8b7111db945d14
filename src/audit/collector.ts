/** Findings, names and events in as they happen, the report out; equal findings are counted, and nothing grows without bound. */
import { type Finding, RULES, type RuleName, type Verdict, worse } from "./findings.ts";
import type { Role } from "./policy.ts";

/** A name that a pickle imports. */
export interface ImportedName {
  readonly name: string;
  readonly role: Role;
  /** Byte of the first import in `part`. */
  readonly offset: number;
  readonly part: string;
  count: number;
}

/** One step of a pickle, as Python code. */
export interface AuditEvent {
  readonly kind: "import" | "call" | "state" | "items" | "persistent" | "extension" | "end";
  /** The byte of the opcode in `part`. */
  readonly offset: number;
  readonly part: string;
  readonly code: string;
}

// Beyond these only the worst of each rule is of use to anybody.
const MOST_FINDINGS = 1000;
const MOST_NAMES = 10_000;

/** What a rule found, but for what the rule itself says. */
export interface Found {
  readonly message: string;
  readonly offset: number;
  readonly expression?: string | undefined;
  readonly name?: string | undefined;
  readonly hint?: string | undefined;
}

/** Gathers what is found in one part of a file, or in all. */
export class Collector {
  readonly part: string;
  readonly findings = new Map<string, Finding>();
  readonly names = new Map<string, ImportedName>();
  readonly events: AuditEvent[] = [];
  /** How many events are kept. */
  readonly mostEvents: number;
  verdict: Verdict = "safe";

  constructor(part: string, mostEvents: number) {
    this.part = part;
    this.mostEvents = mostEvents;
  }

  /** Whether an event would be kept. */
  get wantsEvents(): boolean {
    return this.events.length < this.mostEvents;
  }

  event(kind: AuditEvent["kind"], offset: number, code: string): void {
    if (this.wantsEvents) this.events.push({ kind, offset, part: this.part, code });
  }

  /** Whether this finding is new: only then is it worth to describe it. */
  isNew(rule: RuleName, name: string | undefined): boolean {
    const known = this.findings.get(`${rule}\n${this.part}\n${name ?? ""}`);
    if (known !== undefined) known.count++;
    return known === undefined;
  }

  add(rule: RuleName, found: Found): void {
    const { verdict, why } = RULES[rule];
    this.verdict = worse(this.verdict, verdict);
    if (!this.isNew(rule, found.name) || this.findings.size >= MOST_FINDINGS) return;
    this.findings.set(`${rule}\n${this.part}\n${found.name ?? ""}`, {
      rule,
      verdict,
      why,
      message: found.message,
      offset: found.offset,
      part: this.part,
      expression: found.expression,
      name: found.name,
      hint: found.hint,
      count: 1,
    });
  }

  /** Takes back a finding that a heavier one about the same name replaces. */
  drop(rule: RuleName, name: string): void {
    this.findings.delete(`${rule}\n${this.part}\n${name}`);
  }

  has(rule: RuleName, name: string): boolean {
    return this.findings.has(`${rule}\n${this.part}\n${name}`);
  }

  import(name: string, role: Role, offset: number): void {
    const known = this.names.get(name);
    if (known !== undefined) known.count++;
    else if (this.names.size < MOST_NAMES) {
      this.names.set(name, { name, role, offset, part: this.part, count: 1 });
    }
  }

  /** Adds what was found elsewhere: in a nested pickle, in a member of an archive. */
  merge(other: Collector): void {
    this.verdict = worse(this.verdict, other.verdict);
    for (const [key, finding] of other.findings) {
      const known = this.findings.get(key);
      if (known !== undefined) known.count += finding.count;
      else if (this.findings.size < MOST_FINDINGS) this.findings.set(key, finding);
    }
    for (const [name, entry] of other.names) {
      const known = this.names.get(name);
      if (known !== undefined) known.count += entry.count;
      else if (this.names.size < MOST_NAMES) this.names.set(name, entry);
    }
    for (const event of other.events) if (this.wantsEvents) this.events.push(event);
  }
}
