/** Reports in, a SARIF log out, as code hosts show it beside the files. Source: OASIS SARIF 2.1.0. */
import { RULES, type RuleName, type Verdict } from "./findings.ts";
import type { AuditReport } from "./report.ts";

const LEVELS: Readonly<Record<Verdict, string>> = {
  safe: "none",
  review: "note",
  incomplete: "warning",
  dangerous: "error",
};

/**
 * A SARIF 2.1.0 log of what was found in files; `path` is the file's, relative to where the log is read.
 *
 * @example
 * ```ts
 * import { audit, toSarif } from "brine/audit";
 * const report = audit(new TextEncoder().encode("cos\nsystem\n(S'id'\ntR."));
 * toSarif([{ path: "model.pkl", report }]).version; //=> "2.1.0"
 * ```
 */
export function toSarif(
  files: readonly { readonly path: string; readonly report: AuditReport }[],
): {
  readonly version: "2.1.0";
  readonly [key: string]: unknown;
} {
  const names = Object.keys(RULES) as RuleName[];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "brine audit",
            rules: names.map((id) => ({
              id,
              shortDescription: { text: RULES[id].title },
              fullDescription: { text: RULES[id].why },
              defaultConfiguration: { level: LEVELS[RULES[id].verdict] },
            })),
          },
        },
        results: files.flatMap(({ path, report }) =>
          report.findings.map((finding) => {
            const { rule, verdict, message, why, expression, part, offset, name, count } = finding;
            const code = expression === undefined ? "" : `: ${expression}`;
            return {
              ruleId: rule,
              ruleIndex: names.indexOf(rule),
              level: LEVELS[verdict],
              message: { text: `${part === "" ? "" : `${part}: `}${message}${code}. ${why}` },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: {
                      uri: path.split(/[\\/]/).map(encodeURIComponent).join("/"),
                    },
                    // Offsets within members of archives and nested pickles are no places of the file.
                    ...(part === "" && { region: { byteOffset: offset, byteLength: 1 } }),
                  },
                  ...(part !== "" && {
                    logicalLocations: [{ fullyQualifiedName: `${part}@${offset}` }],
                  }),
                },
              ],
              partialFingerprints: { "brine/v1": `${rule}:${part}:${name ?? ""}` },
              occurrenceCount: count,
            };
          }),
        ),
      },
    ],
  };
}
