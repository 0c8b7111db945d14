/**
 * A Markdown page in, its runnable blocks out; and each block run as a program whose promises are checked.
 *
 * - ```` ```ts ````: compiled by tsc under the project's options and run by node. A statement followed by `//=> text`
 *   must evaluate to a value that `util.inspect` shows as `text` (`console.log(…)`: must print it);
 *   `//=> throws Name: message` or `//=> throws Name` must throw. White space, the kind of quotes and the length in
 *   `Uint8Array(3) [` do not count.
 * - ```` ```python ````: run where a Python was given; what its `#=>` comments say is its whole output.
 * - ```` ```console ````: lines after `$ ` are commands, run where they call `brine`; the lines beneath are their output
 *   on both streams, a line `…` standing for any lines.
 *
 * The blocks of one page run in order, in one folder that begins as a copy of `examples/data`.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ESTree, parseSync, Visitor } from "vite";

const ROOT = join(import.meta.dirname, "..", "..");

export type Language = "ts" | "python" | "console";

export interface Block {
  readonly page: string;
  /** of the opening fence, from 1 */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a Markdown text, in order. */
export function blocksOf(page: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const fence = /^```(\S*)/.exec(lines[index] ?? "");
    if (fence === null) continue;
    const start = index + 1;
    do index++;
    while (index < lines.length && !/^```\s*$/.test(lines[index] ?? ""));
    if (index >= lines.length) throw new Error(`${page}:${start}: fence is never closed`);
    const text = lines.slice(start, index).join("\n");
    blocks.push({ page, line: start, language: fence[1] ?? "", text });
  }
  return blocks;
}

/** The fenced `@example` blocks of a source file's comments, in order. */
export function examplesOf(file: string, source: string): Block[] {
  // Everything but the comments' text becomes empty lines, so that line numbers stay.
  let inComment = false;
  const markdown = source.split("\n").map((line) => {
    if (/^\s*\/\*\*/.test(line)) inComment = true;
    const text = inComment ? (/^\s*\* ?(.*)$/.exec(line)?.[1] ?? "") : "";
    if (line.includes("*/")) inComment = false;
    return text;
  });
  return blocksOf(file, markdown.join("\n"));
}

/** Rewrites the `//=>` promises of a TypeScript block into calls of `promise` and `refusal`, which `checks.ts` defines. */
export function withChecks(block: Block): string {
  const where = (offset: number): string =>
    `${block.page}:${block.line + block.text.slice(0, offset).split("\n").length}`;
  const { program, comments, errors } = parseSync("block.ts", block.text);
  if (errors[0] !== undefined) throw new Error(`${block.page}:${block.line}: ${errors[0].message}`);

  const statements: Statement[] = [];
  new Visitor({
    ExpressionStatement: (node) => void statements.push(node),
    VariableDeclaration: (node) => void statements.push(node),
  }).visit(program);
  statements.sort((a, b) => a.end - b.end);

  let code = "";
  let copied = 0;
  for (const [index, comment] of comments.entries()) {
    if (comment.type !== "Line" || !comment.value.startsWith("=>")) continue;
    let expected = comment.value.slice(2);
    for (let next = index + 1; next < comments.length; next++) {
      const more = comments[next];
      const previousEnd = comments[next - 1]?.end ?? 0;
      if (more === undefined || !/^\s{2}/.test(more.value)) break;
      if (!/^\s*$/.test(block.text.slice(previousEnd, more.start))) break;
      expected += more.value;
    }
    const statement = statements.findLast((node) => node.end <= comment.start);
    const between = statement && block.text.slice(statement.end, comment.start);
    if (statement === undefined || !/^[ \t]*\n?[ \t]*$/.test(between ?? "")) {
      throw new Error(`${where(comment.start)}: //=> follows no statement`);
    }
    code += block.text.slice(copied, statement.start);
    code += checked(block.text, statement, where(comment.start), expected.trim());
    copied = statement.end;
  }
  return code + block.text.slice(copied);
}

type Statement = ESTree.ExpressionStatement | ESTree.VariableDeclaration | ESTree.Directive;

function checked(text: string, statement: Statement, where: string, expected: string): string {
  const source = text.slice(statement.start, statement.end);
  const call = (value: string): string =>
    `promise(${JSON.stringify(where)}, ${JSON.stringify(expected)}, ${value});`;
  if (/^throws\b/.test(expected)) {
    const error = JSON.stringify(expected.slice(6).trim());
    return `await refusal(${JSON.stringify(where)}, ${error}, async () => { ${source} });`;
  }
  if (statement.type === "ExpressionStatement") {
    const { expression } = statement;
    const inner = text.slice(expression.start, expression.end);
    if (expression.type === "CallExpression") {
      const callee = text.slice(expression.callee.start, expression.callee.end);
      const [first, last] = [expression.arguments[0], expression.arguments.at(-1)];
      if (callee === "console.log" && first !== undefined && last !== undefined) {
        const list = text.slice(first.start, last.end);
        return `printed(${JSON.stringify(where)}, ${JSON.stringify(expected)}, ${list});`;
      }
    }
    return call(inner);
  }
  if (statement.type === "VariableDeclaration" && statement.declarations.length === 1) {
    const id = statement.declarations[0]?.id;
    if (id?.type === "Identifier") return `${source} ${call(id.name)}`;
  }
  throw new Error(`${where}: //=> after a ${statement.type}`);
}

/** A page's blocks, compiled and ready to run one after another; `[Symbol.dispose]` removes what they left. */
export interface Workshop extends Disposable {
  /** Runs one block; throws where a promise is not kept. Returns false where it cannot run here. */
  run(block: Block): boolean;
}

/** Compiles every TypeScript block at once and makes the folder they run in. Needs `dist` (npm run build). */
export function workshop(blocks: readonly Block[], python?: string): Workshop {
  if (!existsSync(join(ROOT, "dist", "index.js"))) {
    throw new Error("dist is missing: the documents are tested against the build (npm run build)");
  }
  // Inside the package, so that "brine" means the package itself, as its users import it.
  mkdirSync(join(ROOT, "test", ".generated"), { recursive: true });
  const generated = mkdtempSync(join(ROOT, "test", ".generated", "docs-"));
  const folder = mkdtempSync(join(tmpdir(), "brine-docs-"));
  const remove = (): void => {
    for (const path of [generated, folder]) rmSync(path, { recursive: true, force: true });
  };
  try {
    compile(generated, blocks);
    const data = join(ROOT, "examples", "data");
    if (existsSync(data)) cpSync(data, folder, { recursive: true });
    const bin = join(generated, "bin");
    mkdirSync(bin);
    const main = join(ROOT, "dist", "cli", "main.js");
    writeFileSync(join(bin, "brine"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
    chmodSync(join(bin, "brine"), 0o755);
  } catch (error) {
    remove();
    throw error;
  }
  const path = `${join(generated, "bin")}${delimiter}${process.env["PATH"] ?? ""}`;
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...rest } = process.env;
  const env = { ...rest, PATH: path, NO_COLOR: "1" };
  const execute = (block: Block, command: string, args: string[]): string => {
    const result = spawnSync(command, args, { cwd: folder, env, encoding: "utf8" });
    const output = result.stdout + result.stderr;
    if (result.error) throw result.error;
    if (result.status !== 0 && block.language !== "console") {
      throw new Error(`${block.page}:${block.line}: exit ${result.status}\n${output}`);
    }
    return output;
  };
  return {
    run(block) {
      switch (block.language) {
        case "ts": {
          const checks = pathToFileURL(join(import.meta.dirname, "checks.ts")).href;
          const output = execute(block, process.execPath, [
            `--import=${checks}`,
            join(generated, "out", `${programName(block)}.js`),
          ]);
          const promises = block.text.match(/^.*\/\/=>/gm)?.length ?? 0;
          const kept = output.match(/^kept /gm)?.length ?? 0;
          if (kept !== promises) {
            throw new Error(`${block.page}:${block.line}: ${kept} of ${promises} promises reached`);
          }
          return true;
        }
        case "python": {
          if (python === undefined) return false;
          const promised = [...block.text.matchAll(/#=>(.*)$/gm)].map((match) => match[1]);
          const output = execute(block, python, ["-c", block.text]);
          expectSame(block, promised.join("\n"), output);
          return true;
        }
        case "console": {
          let ran = false;
          for (const { command, output } of commandsOf(block)) {
            if (!command.startsWith("brine ")) continue;
            expectOutput(block, output, execute(block, "/bin/sh", ["-c", command]));
            ran = true;
          }
          return ran;
        }
        default:
          return false;
      }
    },
    [Symbol.dispose]: remove,
  };
}

function programName(block: Block): string {
  return `${block.page.replaceAll(/[^a-z0-9]+/gi, "-")}-${block.line}`;
}

function compile(folder: string, blocks: readonly Block[]): void {
  const declarations =
    "declare function promise(where: string, expected: string, value: unknown): void;\n" +
    "declare function printed(where: string, expected: string, ...values: unknown[]): void;\n" +
    "declare function refusal(where: string, expected: string, act: () => unknown): Promise<void>;\n" +
    "export {};\n";
  for (const block of blocks) {
    if (block.language !== "ts") continue;
    writeFileSync(join(folder, `${programName(block)}.ts`), declarations + withChecks(block));
  }
  const options = {
    noEmit: false,
    rootDir: ".",
    outDir: "out",
    customConditions: [],
    paths: {},
    erasableSyntaxOnly: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    declaration: false,
  };
  const config = {
    extends: "../../../tsconfig.json",
    compilerOptions: options,
    include: ["*.ts"],
    exclude: [],
  };
  if (!blocks.some((block) => block.language === "ts")) return;
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`the documents do not compile:\n${result.stdout}`);
}

/** The commands of a console block with the output promised beneath each. */
export function commandsOf(block: Block): { command: string; output: string }[] {
  return block.text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.includes("\n") ? part.indexOf("\n") : part.length;
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** Compares a printed text with a promised one in which a line `…` stands for any lines. */
export function matches(promised: string, output: string): boolean {
  const pattern = promised
    .split(/^…$\n?/m)
    .map((part) => part.trimEnd().replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[^]*");
  return new RegExp(`^${pattern}$`).test(output.replace(/[ \t]+$/gm, "").trimEnd());
}

function expectOutput(block: Block, promised: string, output: string): void {
  if (!matches(promised, output)) throw broken(block, promised, output);
}

function expectSame(block: Block, promised: string, output: string): void {
  const squeezed = (text: string): string =>
    text
      .replace(/[ \t]+/g, " ")
      .replace(/^ | $/gm, "")
      .trim();
  if (squeezed(promised) !== squeezed(output)) throw broken(block, promised, output);
}

function broken(block: Block, promised: string, output: string): Error {
  return new Error(
    `${block.page}:${block.line}: promised\n${promised.trimEnd()}\n\nfound\n${output.trimEnd()}`,
  );
}

/** README.md and every page of docs/, with their blocks. */
export function pages(files: readonly string[]): Map<string, Block[]> {
  return new Map(
    files.map((file) => [file, blocksOf(file, readFileSync(join(ROOT, file), "utf8"))]),
  );
}
