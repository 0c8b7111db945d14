/**
 * Functions in, what V8 knows of them out: the variables that they captured, what a bound one binds, and which
 * functions share a scope. Source: `node:inspector` (the Chrome DevTools Protocol's Runtime domain), `node:v8`.
 */
import type * as Inspector from "node:inspector";
import { createRequire } from "node:module";
import { types } from "node:util";

/** The variables of one scope, innermost scopes first. Each is a snapshot: writing to it changes nothing. */
export interface Scope {
  /** `Closure`, `Block`, `Catch`, `Module`, `Script`, `With Block` … ; `Global` is left out. */
  readonly kind: string;
  /** The variables by name; reading one that is not initialised yet throws in newer Nodes. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What `bind` made. */
export interface Bound {
  readonly target: unknown;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** What can be asked of V8 about functions. */
export interface FunctionInspector {
  /** The scopes around a function; `undefined` for native code. Throws where Node does not allow it. */
  scopes(fn: object): readonly Scope[] | undefined;
  /** What a bound function binds; `undefined` for others. */
  bound(fn: object): Bound | undefined;
  isProxy(value: object): boolean;
  isModule(value: object): boolean;
  /**
   * For each function the variable of its name, as a number that two functions have in common where they have the
   * variable in common; `undefined` where V8 did not tell. It takes a snapshot of the whole heap.
   */
  variableIds(functions: readonly { fn: object; name: string }[]): readonly (number | undefined)[];
  /** A module that may not be installed, `undefined` then. */
  optional(name: string): unknown;
  /** The modules of Node that are loaded, by name; the same map while no further one was loaded. */
  builtinModules(): ReadonlyMap<string, object>;
  /** A module of Node by its name, `undefined` where it has none of that name. */
  builtinModule(name: string): unknown;
}

type Session = InstanceType<typeof Inspector.Session>;

interface RemoteObject {
  readonly objectId?: string;
  readonly description?: string;
  readonly value?: unknown;
}
interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
}

// What the evaluated snippets below see; a name that nobody else has.
const BOX = "__brine_function_inspector__";
const GROUP = "brine";

interface Box {
  given: unknown;
  taken: unknown[];
}

let session: Session | undefined;
let box: Box | undefined;
let boxId = "";
let builtins: Map<string, object> | undefined;
let listed = -1;
const require = createRequire(import.meta.url);

/** The inspector of this process. */
export const functionInspector: FunctionInspector = {
  scopes(fn) {
    return withProperties(fn, (properties) => {
      const id = properties.find(({ name }) => name === "[[Scopes]]")?.value?.objectId;
      if (id === undefined) return undefined;
      const found = take(id, "this.length", "this[i].description, this[i].object");
      return found
        .flatMap((kind, at) =>
          at % 2 === 0
            ? {
                kind: String(kind).replace(/ \(.*/s, ""),
                variables: found[at + 1] as Record<string, unknown>,
              }
            : [],
        )
        .filter(({ kind }) => kind !== "Global");
    });
  },

  bound(fn) {
    return withProperties(fn, (properties) => {
      const of = (name: string): RemoteObject | undefined =>
        properties.find((property) => property.name === name)?.value;
      const target = of("[[TargetFunction]]")?.objectId;
      const args = of("[[BoundArgs]]")?.objectId;
      if (target === undefined || args === undefined) return undefined;
      const self = of("[[BoundThis]]");
      return {
        target: take(target, "1", "this")[0],
        // A number, a string and the like come as values.
        self: self?.objectId === undefined ? primitive(self) : take(self.objectId, "1", "this")[0],
        args: take(args, "this.length", "this[i]"),
      };
    });
  },

  isProxy: (value) => types.isProxy(value),
  isModule: (value) => types.isModuleNamespaceObject(value),

  variableIds(functions) {
    // The identities of functions, and their contexts, are what a snapshot of the heap tells.
    const { getHeapSnapshot } = require("node:v8") as typeof import("node:v8");
    const stream = getHeapSnapshot();
    const chunks: Buffer[] = [];
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read())
      chunks.push(chunk as Buffer);
    const heap = readHeap(Buffer.concat(chunks).toString());
    return functions.map(({ fn, name }) => {
      const scopes = functionInspector.scopes(fn) ?? [];
      const at = scopes.findIndex(({ variables }) => Object.hasOwn(variables, name));
      if (scopes[at]?.kind === "Script") return SCRIPT;
      const id = withFunction(
        fn,
        (objectId) =>
          post<{ heapSnapshotObjectId: string }>("HeapProfiler.getHeapObjectId", { objectId })
            .heapSnapshotObjectId,
      );
      const inner = scopes.filter(({ kind }) => kind !== "Script");
      return contextOf(
        heap.contexts(Number(id)),
        inner.map(({ kind, variables }) => (kind === "With Block" ? [] : Object.keys(variables))),
        at,
      );
    });
  },

  optional(name) {
    try {
      return require(name) as unknown;
    } catch (cause) {
      if ((cause as { code?: unknown }).code === "MODULE_NOT_FOUND") return undefined;
      throw cause;
    }
  },

  builtinModules() {
    // Other runtimes that call themselves Node have no such list.
    const list = (process as unknown as { moduleLoadList?: string[] }).moduleLoadList ?? [];
    if (builtins !== undefined && listed === list.length) return builtins;
    const found = new Map<string, object>();
    const { builtinModules } = require("node:module") as typeof import("node:module");
    const loaded = new Set(list);
    for (const name of builtinModules) {
      if (!loaded.has(`NativeModule ${name}`) || name.startsWith("_")) continue;
      const module: unknown = require(`node:${name}`);
      if (typeof module === "object" || typeof module === "function")
        found.set(`node:${name}`, module as object);
    }
    builtins = found;
    listed = list.length;
    return builtins;
  },

  builtinModule(name) {
    const { isBuiltin } = require("node:module") as typeof import("node:module");
    return name.startsWith("node:") && isBuiltin(name) ? (require(name) as unknown) : undefined;
  },
};

function post<Result>(method: string, parameters: object): Result {
  if (session === undefined) {
    const { Session } = require("node:inspector") as typeof Inspector;
    session = new Session();
    session.connect();
  }
  let failure: Error | null = null;
  let result: unknown;
  // The answer comes before post() returns.
  session.post(method, parameters, (error: Error | null, answer?: object) => {
    failure = error;
    result = answer;
  });
  if (failure !== null) throw failure;
  return result as Result;
}

function withFunction<Result>(fn: object, use: (objectId: string) => Result): Result {
  const { opened, id } = openBox();
  opened.given = fn;
  try {
    const answer = post<{ result: RemoteObject }>("Runtime.callFunctionOn", {
      objectId: id,
      functionDeclaration: "function () { return this.given; }",
      objectGroup: GROUP,
    });
    return use(answer.result.objectId as string);
  } finally {
    opened.given = undefined;
    opened.taken = [];
    post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }
}

function withProperties<Result>(
  fn: object,
  use: (properties: readonly Property[]) => Result,
): Result {
  return withFunction(fn, (id) => use(own(id).internalProperties ?? []));
}

function own(objectId: string): {
  result: readonly Property[];
  internalProperties?: readonly Property[];
} {
  return post("Runtime.getProperties", { objectId, ownProperties: true });
}

// The box is on globalThis only while it is being looked up.
function openBox(): { opened: Box; id: string } {
  if (box === undefined) {
    box = { given: undefined, taken: [] };
    const target = globalThis as unknown as Record<string, unknown>;
    target[BOX] = box;
    try {
      const { result } = post<{ result: RemoteObject }>("Runtime.evaluate", { expression: BOX });
      boxId = result.objectId as string;
    } finally {
      delete target[BOX];
    }
  }
  return { opened: box, id: boxId };
}

// Real values of a remote object, their identity kept.
function take(objectId: string, count: string, expression: string): unknown[] {
  const { opened, id } = openBox();
  opened.taken = [];
  post("Runtime.callFunctionOn", {
    objectId,
    arguments: [{ objectId: id }],
    functionDeclaration: `function (box) { for (let i = 0; i < ${count}; i++) box.taken.push(${expression}); }`,
  });
  return opened.taken;
}

function primitive(remote: RemoteObject | undefined): unknown {
  const text = (remote as { unserializableValue?: string } | undefined)?.unserializableValue;
  if (text === undefined) return remote?.value;
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}

interface HeapText {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

/** A context of the heap: what holds the variables of one scope. */
interface Context {
  readonly node: number;
  /** Names of its variables, and of the function whose context it is. */
  readonly names: ReadonlySet<string>;
}

// All scripts have these variables in common.
const SCRIPT = -1;

/** A heap snapshot's text, as far as functions and their contexts go. */
function readHeap(text: string): { contexts(id: number): Context[] } {
  const { snapshot, nodes, edges, strings } = JSON.parse(text) as HeapText;
  const { node_fields, edge_fields, edge_types } = snapshot.meta;
  const nodeSize = node_fields.length;
  const edgeSize = edge_fields.length;
  const idAt = node_fields.indexOf("id");
  const countAt = node_fields.indexOf("edge_count");
  const internal = edge_types[0].indexOf("internal");
  const nameAt = node_fields.indexOf("name");
  const firstEdge = new Map<number, number>();
  const nodeOfId = new Map<number, number>();
  for (let node = 0, edge = 0; node < nodes.length; node += nodeSize) {
    firstEdge.set(node, edge);
    nodeOfId.set(nodes[node + idAt] as number, node);
    edge += (nodes[node + countAt] as number) * edgeSize;
  }
  function* edgesOf(node: number): Generator<[type: number, name: string, to: number]> {
    const first = firstEdge.get(node) as number;
    const end = first + (nodes[node + countAt] as number) * edgeSize;
    for (let edge = first; edge < end; edge += edgeSize) {
      const name = strings[edges[edge + 1] as number] ?? "";
      yield [edges[edge] as number, name, edges[edge + 2] as number];
    }
  }
  const internalOf = (node: number, wanted: string): number | undefined => {
    for (const [type, name, to] of edgesOf(node))
      if (type === internal && name === wanted) return to;
    return undefined;
  };
  const nameOf = (node: number): string => strings[nodes[node + nameAt] as number] ?? "";
  return {
    contexts(id) {
      const found: Context[] = [];
      const fn = nodeOfId.get(id);
      let node = fn === undefined ? undefined : internalOf(fn, "context");
      while (node !== undefined) {
        // Its ScopeInfo refers to the names; where there are many, by way of a table.
        const names = new Set<string>();
        const info = internalOf(node, "scope_info");
        for (const [, , part] of info === undefined ? [] : edgesOf(info)) {
          names.add(nameOf(part));
          if (!nameOf(part).includes("NameToIndexHashTable")) continue;
          for (const [, , name] of edgesOf(part)) names.add(nameOf(name));
        }
        found.push({ node, names });
        node = internalOf(node, "previous");
      }
      // The outermost one is the realm's.
      return found.slice(0, -1);
    },
  };
}

/**
 * Which context belongs to the scope at `at`. Scopes and contexts stand in the same order, but contexts of classes have no
 * scope; where that leaves more than one, undefined.
 */
function contextOf(
  contexts: readonly Context[],
  scopes: readonly (readonly string[])[],
  at: number,
): number | undefined {
  const extra = contexts.length - scopes.length;
  if (extra < 0) return undefined;
  const fits = (scope: number, more: number): boolean =>
    scopes[scope]?.every((name) => (contexts[scope + more] as Context).names.has(name)) === true;
  // Of each scope: with how many contexts before it that have no scope it can stand, seen from either end.
  const fromWithin = reachable(scopes.length, extra, (scope, more) => fits(scope, more));
  const fromWithout = reachable(scopes.length, extra, (scope, more) =>
    fits(scopes.length - 1 - scope, extra - more),
  ).map((possible) => possible.toReversed());
  const possible = range(extra + 1).filter(
    (more) =>
      fromWithin[at]?.[more] === true && fromWithout[scopes.length - 1 - at]?.[more] === true,
  );
  return possible.length === 1 ? contexts[at + (possible[0] as number)]?.node : undefined;
}

function reachable(
  count: number,
  extra: number,
  fits: (scope: number, more: number) => boolean,
): boolean[][] {
  const rows: boolean[][] = [];
  for (let scope = 0; scope < count; scope++) {
    const before = rows[scope - 1];
    let some = scope === 0;
    rows.push(
      range(extra + 1).map((more) => {
        some ||= before?.[more] === true;
        return some && fits(scope, more);
      }),
    );
  }
  return rows;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
