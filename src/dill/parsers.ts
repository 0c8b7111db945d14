/** Source text in, trees and references out, by acorn and eslint-scope, wherever they come from. */
import { Refusal } from "./error.ts";
import { inspector } from "./inspector.ts";

/** Parsers, for runtimes where they cannot be looked up: `parse` of acorn, `analyze` of eslint-scope. */
export interface Parsers {
  // Both packages describe their trees each in its own way: what goes between them is no concern of either's types.
  readonly parse: (text: string, options: never) => unknown;
  readonly analyze: (tree: never, options: never) => unknown;
}

/** A node of an ESTree, as far as it is used here. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A use of a name that the text does not declare. */
export interface Reference {
  readonly name: string;
  readonly written: boolean;
  readonly start: number;
}

/** What is needed of both. */
export interface Parser {
  /** The program, `undefined` where the text is none. */
  parse(text: string): Node | undefined;
  resolve(tree: Node): Reference[];
}

interface Analysis {
  readonly globalScope: {
    readonly through: readonly {
      readonly identifier: { readonly name: string; readonly start: number };
      isWrite(): boolean;
    }[];
  };
}

let found: Parser | undefined;

/** The caller's parsers, or those that are installed. @throws Refusal `no-parser` */
export function parserOf(parsers: Parsers | undefined): Parser {
  if (parsers !== undefined) return parser(parsers);
  if (found === undefined) {
    const parse = (installed("acorn") as { parse: Parsers["parse"] }).parse;
    const analyze = (installed("eslint-scope") as { analyze: Parsers["analyze"] }).analyze;
    found = parser({ parse, analyze });
  }
  return found;
}

function installed(name: string): unknown {
  const module = inspector?.optional(name);
  if (module !== undefined) return module;
  throw new Refusal(
    "no-parser",
    inspector === undefined
      ? "pass the option parsers: { parse, analyze } from acorn and eslint-scope"
      : `the package ${name} is needed: npm install acorn eslint-scope`,
  );
}

function parser({ parse, analyze }: Parsers): Parser {
  return {
    parse(text) {
      try {
        return parse(text, {
          ecmaVersion: "latest",
          ranges: true,
          allowSuperOutsideMethod: true,
          checkPrivateFields: false,
        } as never) as Node;
      } catch (cause) {
        if (cause instanceof SyntaxError) return undefined;
        throw cause;
      }
    },
    resolve(tree) {
      const analysis = analyze(
        tree as never,
        { ecmaVersion: 2022, sourceType: "script", ignoreEval: true } as never,
      ) as Analysis;
      return analysis.globalScope.through.map((reference) => ({
        name: reference.identifier.name,
        written: reference.isWrite(),
        start: reference.identifier.start,
      }));
    },
  };
}

/** Every node below `root`, itself included, with the nodes above it up to `root`; without recursion. */
export function* nodesIn(
  root: Node,
): Generator<{ readonly node: Node; readonly parents: readonly Node[] }> {
  const open: { node: Node; parents: readonly Node[] }[] = [{ node: root, parents: [] }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    yield entry;
    const { node } = entry;
    const parents = [...entry.parents, node];
    for (const key of Object.keys(node)) {
      if (key === "tree") continue;
      const below = node[key];
      for (const part of Array.isArray(below) ? (below as unknown[]) : [below]) {
        if (isNode(part)) open.push({ node: part, parents });
      }
    }
  }
}

function isNode(part: unknown): part is Node {
  return (
    typeof part === "object" &&
    part !== null &&
    typeof (part as { type?: unknown }).type === "string"
  );
}
