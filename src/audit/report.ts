/** Bytes of a file in, the report of what loading it would do in Python out. */
import { asBytes, type BytesLike } from "../core/bytes/index.ts";
import { type AuditEvent, Collector, type ImportedName } from "./collector.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { auditBytes, auditDumb } from "./files.ts";
import { type Finding, VERDICTS, type Verdict } from "./findings.ts";
import {
  type AuditLimits,
  type AuditSettings,
  DEFAULT_AUDIT_LIMITS,
  type PickleSpan,
} from "./pickles.ts";
import { HELPER_RULES, Policy, type PolicyFile } from "./policy.ts";

/** Options of {@link audit}. */
export interface AuditOptions {
  /** Lists of names to go by in place of, or beside, brine's own; see `extends`. */
  readonly policy?: Policy | PolicyFile | undefined;
  /** Names that are trusted in addition, as `module.name`; `module.*` for all of a module. */
  readonly allow?: readonly string[] | undefined;
  readonly limits?: Partial<AuditLimits> | undefined;
  /** What extension codes stand for in the loading program: `"module.name"` by code. */
  readonly extensions?: ReadonlyMap<number, string> | undefined;
  /** Whether names of Python 2 are taken for those of Python 3, as pickle.load does; true by default. */
  readonly fixImports?: boolean | undefined;
  /** Whether the steps are kept, in order, as Python code; false by default. */
  readonly events?: boolean | undefined;
  /** The `-wal` file beside an SQLite database: changes that stand in it are not read, and the rest is `incomplete` then. */
  readonly wal?: Uint8Array | undefined;
  /** The `-journal` file beside an SQLite database: where there is one, the rest is `incomplete` too. */
  readonly journal?: Uint8Array | undefined;
  /** The `.dir` file beside the `.dat` file of `dbm.dumb`: it says where in that the values stand. */
  readonly directory?: Uint8Array | undefined;
}

/** What loading a file would do in Python. */
export interface AuditReport {
  readonly verdict: Verdict;
  /** What the file is: "pickle", "zip", "gzip > pickle", "npy", …; "unknown" where it is nothing that could hold pickles. */
  readonly format: string;
  /** What is wrong or unknown, the worst first, then by place. */
  readonly findings: readonly Finding[];
  /** Every name that is imported, the least trusted first. */
  readonly imports: readonly ImportedName[];
  /** Where the pickles stand. */
  readonly pickles: readonly PickleSpan[];
  /** The steps, where they were asked for; the first `limits.events` of them. */
  readonly events: readonly AuditEvent[];
}

/**
 * What Python would do if it loaded these bytes: a pickle, several, or any of the containers that pickles come in. Nothing
 * is executed and no object is built. Whatever the bytes, there is a report: what cannot be read is `incomplete`.
 *
 * @throws TypeError where an argument is of the wrong type
 * @example
 * ```ts
 * import { audit } from "brine/audit";
 * const report = audit(new TextEncoder().encode("cos\nsystem\n(S'rm -rf /'\ntR."));
 * report.verdict; //=> "dangerous"
 * report.findings[0]?.expression; //=> "os.system('rm -rf /')"
 * ```
 */
export function audit(data: BytesLike, options: AuditOptions = {}): AuditReport {
  const bytes = asBytes(data);
  if (bytes === undefined) throw new TypeError("data must be bytes");
  const settings = settingsOf(options, bytes.length);
  const collector = new Collector("", options.events === true ? settings.limits.events : 0);
  const budget = { left: settings.limits.unpackedBytes };
  const { directory } = options;
  const alone = auditBytes(bytes, collector, settings, budget, 0);
  const { format, pickles } =
    directory === undefined ? alone : auditDumb(bytes, directory, collector, settings, budget);
  if (/(?:^|> )unknown$/.test(format) && collector.findings.size === 0) {
    const message =
      bytes.length === 0 ? "is empty" : "is no pickle and no container that is known here";
    collector.add("unread-format", { message, offset: 0 });
  }
  return {
    verdict: collector.verdict,
    format,
    findings: [...collector.findings.values()].sort(byWeight),
    imports: [...collector.names.values()].sort(
      (a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role),
    ),
    pickles,
    events: collector.events,
  };
}

// Beside eight times the file: pickles within each other, and text that is bytes, in any sensible file.
const MOST_AGAIN = 1 << 28;

const ROLES = ["denied", "unknown", "helper", "reference", "class", "construct"];

function byWeight(a: Finding, b: Finding): number {
  const weight = VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict);
  return weight !== 0 ? weight : a.part === b.part ? a.offset - b.offset : 0;
}

function settingsOf(options: AuditOptions, size: number): AuditSettings {
  const { policy, allow = [], limits = {}, extensions, fixImports, wal, journal } = options;
  if (!Array.isArray(allow) || allow.some((name) => typeof name !== "string")) {
    throw new TypeError("allow must be an array of names");
  }
  const base =
    policy instanceof Policy ? policy : policy === undefined ? DEFAULT_POLICY : policyFrom(policy);
  return {
    policy: allow.length === 0 ? base : base.extended({ construct: allow }),
    limits: { ...DEFAULT_AUDIT_LIMITS, ...limits },
    extensions: extensions ?? new Map(),
    fixImports: fixImports ?? true,
    wal,
    journal,
    again: { left: 8 * size + MOST_AGAIN },
  };
}

/**
 * A policy from what its file says.
 *
 * @throws TypeError that names what is wrong with the file
 */
export function policyFrom(file: PolicyFile): Policy {
  if (typeof file !== "object" || file === null) throw new TypeError("policy must be an object");
  for (const [key, value] of Object.entries(file)) {
    if (key === "extends") {
      if (value !== "default" && value !== "none") {
        throw new TypeError('policy.extends must be "default" or "none"');
      }
    } else if (key === "helper") {
      const rules: readonly string[] = HELPER_RULES;
      const isRules =
        typeof value === "object" &&
        value !== null &&
        Object.values(value).every((rule) => rules.includes(String(rule)));
      if (!isRules) {
        throw new TypeError(`policy.helper must hold names with one of ${rules.join(", ")}`);
      }
    } else if (!["construct", "class", "reference", "closed", "deny"].includes(key)) {
      throw new TypeError(`policy.${key} is not known`);
    } else if (!Array.isArray(value) || value.some((name) => typeof name !== "string")) {
      throw new TypeError(`policy.${key} must be an array of names`);
    }
  }
  return DEFAULT_POLICY.extended(file);
}
