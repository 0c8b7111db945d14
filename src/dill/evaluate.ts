/**
 * Source text in, a function or class out, and a way to give its variables their values. The one place of brine that
 * turns text into code; only `allowCode` leads here.
 */
import { DillError } from "./error.ts";
import type { Form } from "./syntax.ts";

/** What is to be made. */
export interface Recipe {
  readonly text: string;
  readonly form: Form;
  readonly name: string;
  readonly strict: boolean;
  /** Names of its own variables. */
  readonly own: readonly string[];
  /** Variables that it shares with other functions: an object with a getter and a setter for each. */
  readonly shared: object | undefined;
  /** Values of variables that a class needs while it is made. */
  readonly early: Readonly<Record<string, unknown>>;
}

/** A function, and what sets its own variables. */
export interface Made {
  readonly fn: object;
  set(values: Readonly<Record<string, unknown>>): void;
}

type Factory = (shared: object | undefined, early: object) => [object, Made["set"]];

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** @throws DillError `not-compiled`, `bad-code` */
export function evaluate(recipe: Recipe): Made {
  const { own, shared, early, name } = recipe;
  const earlyNames = Object.keys(early);
  const names = [...new Set([...own, ...earlyNames])];
  const odd = names.find((variable) => !IDENTIFIER.test(variable));
  if (odd !== undefined)
    throw new DillError("bad-code", `${JSON.stringify(odd)} is no name of a variable`);
  // `arguments` and no parameters: the name of one could be that of a variable.
  const assign = (to: readonly string[]): string =>
    to.length === 0 ? "" : `({ ${to.join(", ")} } = arguments[0]);`;
  const inner = [
    recipe.strict ? '"use strict";' : "",
    // Sloppy code may have a variable called `let`.
    names.length === 0 ? "" : `var ${names.join(", ")};`,
    assign(earlyNames),
    `return [${expressionOf(recipe)}, function () { ${assign(own)} }];`,
  ].join("\n");
  // Only what is shared is looked up by `with`, which is slow; strict code may stand inside of it.
  const scope = shared === undefined ? "" : "with (arguments[0]) ";
  const label = name.replace(/[^\w$.]/g, "_").slice(0, 80) || "anonymous";
  const source = `${scope}return (function () {${inner}\n}).call(void 0, arguments[1]);\n//# sourceURL=brine-dill/${label}`;
  try {
    const [made, set] = (new Function(source) as Factory)(shared, early);
    return { fn: takenOut(made, recipe.form), set };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DillError("not-compiled", `the source of ${label} was refused: ${message}`, {
      cause,
    });
  }
}

function expressionOf({ text, form }: Recipe): string {
  return form === "expression" || form === "class" ? `(${text}\n)` : `({${text}\n})`;
}

// Of an object with one member the member. Not by code of the source's, whose variables may have any name.
function takenOut(made: object, form: Form): object {
  if (form === "expression" || form === "class") return made;
  const [key] = Reflect.ownKeys(made);
  const member = key === undefined ? undefined : Object.getOwnPropertyDescriptor(made, key);
  return (form === "method" ? member?.value : member?.[form]) as object;
}
