/** What loading a file would do in Python, and whether to: nothing is executed. */

export type { BytesLike } from "../core/bytes/index.ts";
export type { AuditEvent, ImportedName } from "./collector.ts";
export { type Finding, RULES, type RuleName, VERDICTS, type Verdict, worse } from "./findings.ts";
export { type AuditLimits, DEFAULT_AUDIT_LIMITS, type PickleSpan } from "./pickles.ts";
export type { HelperRule, Policy, PolicyFile, Role } from "./policy.ts";
export { type AuditOptions, type AuditReport, audit, policyFrom } from "./report.ts";
export { toSarif } from "./sarif.ts";
