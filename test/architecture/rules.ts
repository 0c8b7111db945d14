/**
 * Source files in, what breaks the rules of the house out.
 * Pure: it reads no disk, so that its own tests can feed it small false houses.
 */
import { posix } from "node:path";
import { parseSync, Visitor } from "vite";

/** What one room may do. A room is a folder of src; the folders of core/ are rooms too; "" is src/index.ts itself. */
export interface Room {
  /** rooms whose index.ts it may import */
  readonly imports: readonly string[];
  /** whether package.json exports it as a subpath */
  readonly public?: boolean;
  /** whether it may name `node:*`, `process` and `Buffer` */
  readonly node?: boolean;
  /** whether it may print and exit */
  readonly prints?: boolean;
  /** packages and `#` names that it may import lazily, with `await import(…)` */
  readonly lazy?: readonly string[];
  /** `#` names that it may import at once, for functions that are synchronous */
  readonly eager?: readonly string[];
}

export interface House {
  readonly rooms: Readonly<Record<string, Room>>;
  /** files that may be longer than two screens' worth, with the reason */
  readonly long: Readonly<Record<string, string>>;
  /** files that may turn text into code (`new Function`), or import what a text names, with the reason */
  readonly evaluates: Readonly<Record<string, string>>;
}

export interface Violation {
  readonly file: string;
  readonly rule: string;
  readonly what: string;
}

/** A file fits on two screens unless it is a table or the hot loop; beyond this many lines it must say which. */
export const LONGEST_FILE_LINES = 600;

const VAGUE_NAMES = /^(utils?|helpers?|types|common|misc|shared|lib)\.ts$/;
const NODE_GLOBALS = new Set(["process", "Buffer", "__dirname", "__filename", "require"]);
const SUPPRESSIONS = /@ts-(ignore|nocheck|expect-error)|biome-ignore-all/;

interface Import {
  readonly from: string;
  readonly lazy: boolean;
  readonly typeOnly: boolean;
  readonly bare: boolean;
}

/** The room that a file under src/ lies in: "core/bytes", "pickle", or "" for src/index.ts. */
export function roomOf(file: string): string {
  const folders = file.split("/").slice(1, -1);
  return folders[0] === "core" ? folders.slice(0, 2).join("/") : (folders[0] ?? "");
}

/** Every violation in `sources` (path from the repository's root, such as "src/core/bytes/cursor.ts", to text). */
export function violations(house: House, sources: ReadonlyMap<string, string>): Violation[] {
  const found: Violation[] = [];
  const edges = new Map<string, string[]>();
  for (const [file, source] of sources) {
    const room = house.rooms[roomOf(file)];
    const report = (rule: string, what: string): void => {
      found.push({ file, rule, what });
    };
    if (room === undefined) {
      report("unknown-room", `"${roomOf(file)}" has no row in the table of rooms`);
      continue;
    }
    checkText(house, file, source, report);
    const imports = checkSyntax(room, file, source, (rule, what) => {
      const allowed = file in house.evaluates && (rule === "eval" || /import\(\) of/.test(what));
      if (!allowed) report(rule, what);
    });
    const targets: string[] = [];
    for (const entry of imports) {
      const target = checkImport(house, file, entry, sources, report);
      if (target !== undefined && !entry.typeOnly && !entry.lazy) targets.push(target);
    }
    edges.set(file, targets);
  }
  for (const cycle of cycles(edges)) {
    found.push({ file: cycle[0] ?? "", rule: "cycle", what: cycle.join(" -> ") });
  }
  return found;
}

/** Faults of the table itself: a room that is not there, or rooms that may import each other in a circle. */
export function tableFaults(rooms: House["rooms"]): string[] {
  const faults: string[] = [];
  const edges = new Map<string, readonly string[]>();
  for (const [name, room] of Object.entries(rooms)) {
    edges.set(name, room.imports);
    for (const other of room.imports) {
      if (!(other in rooms)) faults.push(`${name} may import ${other}, which is no room`);
      if (name.startsWith("core/") && !other.startsWith("core/")) {
        faults.push(`${name} may import ${other}: core imports nothing outside core`);
      }
    }
  }
  for (const cycle of cycles(edges)) faults.push(`circle: ${cycle.join(" -> ")}`);
  return faults;
}

type Report = (rule: string, what: string) => void;

function checkText(house: House, file: string, source: string, report: Report): void {
  const name = posix.basename(file);
  if (VAGUE_NAMES.test(name)) report("vague-name", `${name} says nothing about what is in it`);
  const lines = source.trimEnd().split("\n").length;
  if (lines > LONGEST_FILE_LINES && !(file in house.long)) {
    report("long-file", `${lines} lines, more than ${LONGEST_FILE_LINES}`);
  }
  if (!/^(#!.*\n)?\/\*\* *\n? *\*? *\S|^(#!.*\n)?\/\/ \S/.test(source)) {
    report("no-opening", "a file begins with one sentence on what flows in and out");
  }
}

function checkSyntax(room: Room, file: string, source: string, report: Report): Import[] {
  const { program, comments, errors } = parseSync(file, source);
  const line = (offset: number): number => source.slice(0, offset).split("\n").length;
  for (const error of errors) report("syntax", error.message);
  for (const { value, start } of comments) {
    if (SUPPRESSIONS.test(value)) report("suppression", `line ${line(start)}: ${value.trim()}`);
    if (/\bTODO\b|\bFIXME\b|\bXXX\b/.test(value)) report("todo", `line ${line(start)}`);
  }

  const imports: Import[] = [];
  // Identifiers that are names of properties, keys and members, not references to a variable.
  const labels = new Set<object>();
  const label = (node: object | null, computed: boolean): void => {
    if (node !== null && !computed) labels.add(node);
  };
  new Visitor({
    ImportDeclaration(node) {
      imports.push({
        from: node.source.value,
        lazy: false,
        typeOnly: node.importKind === "type",
        bare: node.specifiers.length === 0,
      });
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return;
      const typeOnly = node.exportKind === "type";
      imports.push({ from: node.source.value, lazy: false, typeOnly, bare: false });
    },
    ExportAllDeclaration(node) {
      const typeOnly = node.exportKind === "type";
      imports.push({ from: node.source.value, lazy: false, typeOnly, bare: false });
    },
    ImportExpression(node) {
      const constant = node.source.type === "Literal" && typeof node.source.value === "string";
      if (!constant) report("import", `line ${line(node.start)}: import() of no constant`);
      else {
        const from = String((node.source as { value: unknown }).value);
        imports.push({ from, lazy: true, typeOnly: false, bare: false });
      }
    },
    TSImportType(node) {
      imports.push({ from: node.source.value, lazy: true, typeOnly: true, bare: false });
    },
    TSAnyKeyword(node) {
      report("any", `line ${line(node.start)}`);
    },
    MemberExpression(node) {
      label(node.property, node.computed);
    },
    TSQualifiedName(node) {
      label(node.right, false);
    },
    Property(node) {
      if (!node.shorthand) label(node.key, node.computed);
    },
    MethodDefinition(node) {
      label(node.key, node.computed);
    },
    PropertyDefinition(node) {
      label(node.key, node.computed);
    },
    TSPropertySignature(node) {
      label(node.key, node.computed);
    },
    TSMethodSignature(node) {
      label(node.key, node.computed);
    },
    NewExpression(node) {
      if (node.callee.type === "Identifier" && node.callee.name === "Function") {
        report("eval", `line ${line(node.start)}: new Function`);
      }
    },
    CallExpression(node) {
      if (node.callee.type !== "Identifier") return;
      if (node.callee.name === "eval" || node.callee.name === "Function") {
        report("eval", `line ${line(node.start)}: ${node.callee.name}(…)`);
      }
    },
  }).visit(program);

  const locals = new Set<string>();
  const references: { name: string; start: number }[] = [];
  const declare = (node: { type: string } | null): void => {
    if (node?.type === "Identifier") locals.add((node as unknown as { name: string }).name);
  };
  new Visitor({
    VariableDeclarator: (node) => declare(node.id),
    FunctionDeclaration: (node) => node.params.forEach(declare),
    FunctionExpression: (node) => node.params.forEach(declare),
    ArrowFunctionExpression: (node) => node.params.forEach(declare),
    TSFunctionType: (node) => node.params.forEach(declare),
    ImportSpecifier: (node) => declare(node.local),
    ImportDefaultSpecifier: (node) => declare(node.local),
    ImportNamespaceSpecifier: (node) => declare(node.local),
    Identifier(node) {
      if (!labels.has(node)) references.push({ name: node.name, start: node.start });
    },
    MemberExpression(node) {
      const { object, property, computed } = node;
      if (computed || object.type !== "Identifier" || property.type !== "Identifier") return;
      if (object.name === "globalThis") {
        references.push({ name: property.name, start: property.start });
      }
    },
  }).visit(program);
  for (const { name, start } of references) {
    if (locals.has(name)) continue;
    if (NODE_GLOBALS.has(name) && room.node !== true) {
      report("node", `line ${line(start)}: ${name}`);
    }
    if (name === "console" && room.prints !== true) report("prints", `line ${line(start)}`);
  }
  if (room.prints !== true) {
    new Visitor({
      MemberExpression(node) {
        const text = source.slice(node.start, node.end);
        // Signal 0 ends nothing: it asks whether a process is there.
        if (text === "process.kill" && /^\(\w+, 0\)/.test(source.slice(node.end))) return;
        if (/^process\s*\.\s*(exit|exitCode|stdout|stderr|abort|kill)$/.test(text)) {
          report("prints", `line ${line(node.start)}: ${text}`);
        }
      },
    }).visit(program);
  }
  return imports;
}

/** Judges one import and returns the file it leads to, where it is one of `sources`. */
function checkImport(
  house: House,
  file: string,
  { from, lazy, bare }: Import,
  sources: ReadonlyMap<string, string>,
  report: Report,
): string | undefined {
  const here = roomOf(file);
  const room = house.rooms[here];
  if (room === undefined) return undefined;
  if (bare && room.prints !== true) {
    report("side-effect", `import "${from}" is there for its effect alone`);
  }
  if (from.startsWith("node:")) {
    if (room.node !== true) report("node", `imports ${from}`);
    return undefined;
  }
  if (!from.startsWith(".")) {
    const allowed = (lazy && room.lazy?.includes(from)) || room.eager?.includes(from);
    if (!allowed) report("dependency", `imports ${from}`);
    return undefined;
  }
  const target = posix.normalize(posix.join(posix.dirname(file), from));
  if (!sources.has(target)) {
    report("import", `${from} leads to ${target}, which is no file of src`);
    return undefined;
  }
  const there = roomOf(target);
  if (there !== here) {
    if (!room.imports.includes(there)) {
      report(
        "room",
        `${here || "src/index.ts"} may not import ${there || "src/index.ts"} (${from})`,
      );
    }
    const front = there === "" ? "src/index.ts" : `src/${there}/index.ts`;
    if (target !== front) report("back-door", `${from} is not ${front}`);
  }
  return target;
}

/** One representative path for each circle found, its first name repeated at the end. */
function cycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    const start = path.indexOf(name);
    if (start >= 0) {
      found.push([...path.slice(start), name]);
      return;
    }
    if (done.has(name)) return;
    path.push(name);
    for (const next of edges.get(name) ?? []) visit(next);
    path.pop();
    done.add(name);
  };
  for (const name of edges.keys()) visit(name);
  return found;
}
