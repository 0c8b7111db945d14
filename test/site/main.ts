/** The page's source in, a verdict from Chromium out: built, served under a sub-path, and used; ends with `N passed, N failed`. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { dumps, Float, PySet, Tuple } from "../../src/index.ts";
import { inChromium, type Outcome } from "../matrix/chromium.ts";
import { buildSite, type Served, serve } from "./served.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** The longest time that the page itself may be busy while its worker reads a large file; it is some tens on a busy machine. */
const MOST_MILLISECONDS_BUSY = 500;

/** Checks that take longer are named. */
const SLOW_SECONDS = 2;

class Wrong extends Error {}

function same(found: unknown, wanted: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Wrong(`${what}: found ${one}, wanted ${other}`);
}

function matches(found: string | null, wanted: RegExp, what: string): void {
  if (!wanted.test(found ?? "")) throw new Wrong(`${what}: ${wanted} is not in ${found}`);
}

type Check = [name: string, act: (page: Page) => Promise<void>];
const checks: Check[] = [];
const check = (name: string, act: (page: Page) => Promise<void>): void => {
  checks.push([name, act]);
};

/** Gives the page a file and waits for the verdict on it, or for why there is none. */
async function open(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const buffer = Buffer.from(bytes);
  await page.locator("#file").setInputFiles({ name, mimeType: "", buffer });
  await page.waitForFunction(
    () => document.querySelector("#verdict *, .failure") !== null && hasSettled(),
  );
}
// In the page: whether nothing is being read any more.
declare function hasSettled(): boolean;

const text = (page: Page, selector: string): Promise<string> =>
  page.locator(selector).first().innerText();

/** The text of a view, once it is there. */
async function view(page: Page, tab: string): Promise<string> {
  await page.getByRole("tab", { name: tab }).click();
  await page.waitForFunction(() => hasSettled());
  return page.getByRole("tabpanel").innerText();
}

const data = (name: string): Uint8Array => readFileSync(join(ROOT, "examples", "data", name));

check("a model is shown, and safe", async (page) => {
  await open(page, "iris.pkl", data("iris.pkl"));
  matches(await text(page, "#result-facts"), /pickle, protocol 4, 1,383 bytes/, "facts");
  matches(await text(page, "#verdict"), /✓\s*Safe/, "verdict");
  matches(
    await view(page, "Contents"),
    /sklearn\.pipeline\.Pipeline[\s\S]*LogisticRegression/,
    "tree",
  );
  matches(await view(page, "Opcodes"), /0: \\x80 PROTO {6}4[\s\S]*STOP/, "opcodes");
  matches(await view(page, "JSON"), /"__class__"/, "JSON");
  matches(
    await view(page, "Loading"),
    /sklearn\.linear_model\._logistic\.LogisticRegression/,
    "names",
  );
});

check("users are shown as Python has them", async (page) => {
  await open(page, "users.pkl", data("users.pkl"));
  const tree = await view(page, "Contents");
  for (const part of ["9007199254740993", "'Zoë'", "2024-02-29T12:30:00", "10.10", "{'admin'}"]) {
    if (!tree.includes(part)) throw new Wrong(`${part} is not in ${tree}`);
  }
  same(await page.locator("#panel-json *").count(), 0, "elements of a tab that nobody opened");
  await page.getByRole("tab", { name: "JSON" }).click();
  await page.waitForFunction(() => hasSettled());
  const [user] = JSON.parse(await text(page, "#panel-json pre")) as [{ name: string }];
  same(user.name, "Zoë", "JSON");
  await page.getByLabel("Tagged").check();
  await page.waitForFunction(() => hasSettled());
  matches(await text(page, "#panel-json pre"), /"\$set": \["admin"\]/, "tagged JSON");
});

check("the samples are at hand", async (page) => {
  await page.getByRole("button", { name: "a pickle that runs a command" }).click();
  await page.waitForSelector(".verdict.dangerous");
  matches(await text(page, "#verdict"), /os\.system\('curl /, "finding");
});

check("compressed data is opened", async (page) => {
  await open(page, "iris.joblib", data("iris.joblib"));
  matches(await text(page, "#result-facts"), /joblib file.*gzip data.*unpacked/, "facts");
  matches(await view(page, "Contents"), /LogisticRegression/, "tree");
  matches(await text(page, "#verdict"), /Safe/, "verdict");
});

check("a malicious pickle is dangerous, and nothing is run", async (page) => {
  const bytes = new TextEncoder().encode("cos\nsystem\n(S'touch brine-was-here'\ntR.");
  await open(page, "evil.pkl", bytes);
  matches(
    await text(page, "#verdict"),
    /✕\s*Dangerous[\s\S]*os\.system\('touch brine-was-here'\)/,
    "verdict",
  );
  await page.getByRole("button", { name: "What loading it would do" }).click();
  matches(await page.getByRole("tabpanel").innerText(), /calls os\.system \(byte 37\)/, "finding");
  matches(await view(page, "Contents"), /os\.system/, "tree");
  for (const place of [ROOT, tmpdir()]) {
    same(existsSync(join(place, "brine-was-here")), false, "the file that the command would make");
  }
});

check("JavaScript in a pickle stays text", async (page) => {
  const source = "globalThis.ran = 1";
  const call = `cbrine.dill\n_create_function\n(S'${source}'\ntR.`;
  await open(page, "code.pkl", new TextEncoder().encode(call));
  for (const tab of ["Contents", "Opcodes", "JSON"]) await view(page, tab);
  same(await page.evaluate(() => "ran" in globalThis), false, "globalThis.ran");
});

check("a file that breaks off says where", async (page) => {
  await open(page, "cut.pkl", data("users.pkl").subarray(0, 100));
  matches(await text(page, "#verdict"), /Incomplete/, "verdict");
  matches(await view(page, "Contents"), /truncated, byte \d+/, "failure");
  matches(await view(page, "Opcodes"), /EMPTY_LIST[\s\S]*truncated, byte \d+/, "opcodes");
});

check("a file that is no pickle says so", async (page) => {
  await open(page, "page.html", new TextEncoder().encode("<!doctype html><title>no</title>"));
  matches(await view(page, "Contents"), /no pickle: it looks like HTML/, "failure");
  await open(
    page,
    "noise.bin",
    Uint8Array.from({ length: 500 }, (_, at) => (at * 97 + 200) & 255),
  );
  matches(await view(page, "Contents"), /could not be read: [a-z-]+, byte \d+/, "failure");
  await open(page, "empty", new Uint8Array());
  matches(await view(page, "Contents"), /empty/, "failure");
  await open(page, "data.json", new TextEncoder().encode('{"a": [1, 2]}'));
  matches(await text(page, "#verdict"), /JSON and no pickle/, "verdict");
});

check("hostile texts make no element", async (page) => {
  const mark = "<img src=x onerror='globalThis.ran=1'><script>globalThis.ran=1</script>";
  const inner = (hostile: string): Uint8Array =>
    Buffer.concat([
      dumps({ [hostile]: [hostile, { [`${hostile}2`]: new TextEncoder().encode(hostile) }] }, 2),
      Buffer.from(`c${hostile.replaceAll("\n", "")}\nname\n(S'x'\ntR.`),
    ]);
  const elements = async (hostile: string): Promise<Record<string, number>> => {
    await open(page, `${hostile}.pkl`.replaceAll("/", "-"), inner(hostile));
    for (const tab of ["Loading", "Opcodes", "JSON", "Contents"]) await view(page, tab);
    return page.evaluate(() => {
      const counts: Record<string, number> = {};
      for (const { tagName } of document.querySelectorAll("*")) {
        counts[tagName] = (counts[tagName] ?? 0) + 1;
      }
      return counts;
    });
  };
  same(await elements(mark), await elements("m".repeat(mark.length)), "elements");
  same(await page.evaluate(() => "ran" in globalThis), false, "globalThis.ran");
  await elements("\u202eevil\u2066\u200b\u0007");
  const all = await page.evaluate(() => document.body.textContent ?? "");
  same(/[\u202e\u2066\u200b\u0007]/.test(all), false, "invisible and turning characters");
  matches(all, /\\u202eevil\\u2066\\u200b\\x07/, "their escapes");
});

check("pasted bytes are opened", async (page) => {
  await page.getByText("Paste base64 or hex").click();
  await page.locator("#pasted").fill("gARLAS4=");
  await page.locator("#open-pasted").click();
  await page.waitForSelector(".verdict.safe");
  matches(await view(page, "Contents"), /^1$/m, "tree");
  await page.locator("#pasted").fill("no bytes!");
  await page.locator("#open-pasted").click();
  matches(await text(page, "#paste-problem"), /neither/, "problem");
});

check("a dropped file is opened", async (page) => {
  await page.goto("#playground");
  await page.evaluate(
    (base64) => {
      const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], "dropped.pkl"));
      document.body.dispatchEvent(
        new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }),
      );
    },
    Buffer.from(dumps(["dropped"])).toString("base64"),
  );
  await page.waitForSelector(".verdict.safe");
  same(await text(page, "#result-title"), "dropped.pkl", "title");
});

check("pages of a view follow each other", async (page) => {
  const many = Array.from({ length: 900 }, (_, at) => [
    `number ${at}`,
    { at: [at, `item ${at}`.repeat(20)] },
  ]);
  await open(page, "many.pkl", dumps(many));
  await page.getByLabel("Items shown").selectOption("1000");
  await page.waitForFunction(() => hasSettled());
  const before = await page.locator(".tree .row").count();
  await page.getByRole("button", { name: "More rows" }).click();
  await page.waitForFunction(() => hasSettled());
  const after = await page.locator(".tree .row").count();
  same([before, after], [399, 799], "rows");
});

check("a pickle of 50 MB leaves the page alive", async (page) => {
  const rows = Array.from({ length: 450_000 }, (_, at) => [
    `row number ${at} with some text that makes it longer than it would have to be, and then more`,
    at,
    at / 7,
  ]);
  const bytes = dumps(rows);
  const path = join(tmpdir(), `brine-large-${process.pid}.pkl`);
  writeFileSync(path, bytes);
  try {
    // The longest time in which the page did nothing.
    await page.evaluate(() => {
      let last = performance.now();
      const state = { longest: 0 };
      Object.assign(globalThis, { state });
      setInterval(() => {
        const now = performance.now();
        state.longest = Math.max(state.longest, now - last - 10);
        last = now;
      }, 10);
    });
    const begin = performance.now();
    await page.locator("#file").setInputFiles(path);
    await page.waitForSelector(".verdict.safe", { timeout: 30_000 });
    const audited = performance.now() - begin;
    await page.waitForSelector(".tree .row", { timeout: 30_000 });
    const shown = performance.now() - begin;
    const { longest } = (await page.evaluate("state")) as { longest: number };
    const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
    const size = `${(bytes.length / 1e6).toFixed(1)} MB`;
    process.stdout.write(
      `  ${size}: verdict after ${seconds(audited)}, tree after ${seconds(shown)}; ` +
        `the page itself was busy for ${Math.round(longest)} ms at most\n`,
    );
    if (longest > MOST_MILLISECONDS_BUSY) throw new Wrong(`busy for ${Math.round(longest)} ms`);
  } finally {
    rmSync(path, { force: true });
  }
});

check("work on a file can be stopped", async (page) => {
  // A few kilobytes that unpack to 150 megabytes.
  const bomb = gzipSync(Buffer.alloc(150_000_000, "N"), { level: 1 });
  const buffer = Buffer.from(bomb);
  await page.locator("#file").setInputFiles({ name: "bomb.gz", mimeType: "", buffer });
  await page.getByRole("button", { name: "Stop" }).click();
  matches(await text(page, "#working"), /Stopped/, "words");
  await open(page, "after.pkl", dumps([1]));
  matches(await text(page, "#verdict"), /Safe/, "the next file");
});

const VALUES: [notation: string, value: unknown][] = [
  ["None", null],
  ["[1, 2.5, 'Zoë', 2n]", [1, 2.5, "Zoë", 2]],
  ["{a: (1, 2), b: {3}, c: 4.0}", { a: Tuple.of(1, 2), b: new PySet([3]), c: new Float(4) }],
  ["b'\\x00\\xff'", Uint8Array.of(0, 255)],
  ['Date("2024-02-29T12:30Z")', new Date("2024-02-29T12:30Z")],
];

check("the playground writes what dumps writes, under every protocol", async (page) => {
  await page.goto("#playground");
  await page.waitForSelector("#played:not([hidden])");
  for (const [notation, value] of VALUES) {
    await page.locator("#value").fill(notation);
    for (let protocol = 0; protocol <= 5; protocol++) {
      const bytes = Buffer.from(dumps(value, protocol));
      await page.locator(`#protocol-${protocol}`).check();
      await page.waitForFunction(
        (base64) => document.querySelector("#played-base64")?.textContent === base64,
        bytes.toString("base64"),
        { timeout: 3000 },
      );
      const dump = await text(page, "#played-hex");
      const digits = dump.split("\n").map((line) => line.slice(6, 29).replaceAll(" ", ""));
      same(digits.join(""), bytes.toString("hex"), `${notation} at protocol ${protocol}`);
      matches(await text(page, "#played-opcodes"), /STOP/, "opcodes");
    }
    const sizes = await page.locator("#protocols td.number").allInnerTexts();
    same(
      sizes.map(Number),
      [0, 1, 2, 3, 4, 5].map((one) => dumps(value, one).length),
      "sizes",
    );
  }
  matches(await text(page, "#played-python"), /import pickle\s+pickle\.loads\(b'/, "Python");
  await page.locator("#value").fill("[1,\n oops]");
  await page.waitForFunction(() => document.querySelector("#value-problem")?.textContent !== "");
  matches(await text(page, "#value-problem"), /oops.*line 2, column 2/, "problem");
});

const ANSWERS: Record<string, [wrong: string, right: string]> = {
  shortest: ["[1]", "None"],
  cycle: ["[1]", "&a [*a]"],
  class: ["shop.Order {sum: 1}", "shop.Order {total: 1}"],
  call: ["os.system('ls')", "decimal.Decimal('1.5')"],
  protocols: ["[10, 20, 30, 40, 50, 60, 70, 80]", "1"],
};
const CHOICES: Record<string, [wrong: number[], right: number[]]> = {
  stack: [[0], [1]],
  choice: [
    [0, 1, 0],
    [0, 1, 2],
  ],
  signing: [[0], [1]],
};

check("each exercise tells a wrong answer from the right one", async (page) => {
  await page.goto("#lesson");
  await page.waitForSelector(".exercise textarea");
  await page.getByRole("button", { name: "Start over" }).click();
  const exercises = page.locator("[data-exercise]");
  const count = await exercises.count();
  same(count, 8, "exercises");
  for (let at = 0; at < count; at++) {
    const exercise = exercises.nth(at);
    const name = (await exercise.getAttribute("data-exercise")) ?? "";
    const answer = exercise.locator(".answer");
    const give = async (isRight: boolean): Promise<void> => {
      const which = isRight ? 1 : 0;
      if (name in ANSWERS) {
        await exercise.locator("textarea").fill(ANSWERS[name]?.[which] ?? "");
      } else {
        for (const [question, choice] of (CHOICES[name]?.[which] ?? []).entries()) {
          await exercise.locator(`#${name}-${question}-${choice}`).check();
        }
      }
      await exercise.getByRole("button", { name: "Check" }).click();
      const wanted = isRight ? "right" : "wrong";
      await exercise.locator(`.answer.${wanted}`).waitFor({ timeout: 3000 });
      matches(await answer.innerText(), isRight ? /✓/ : /✕/, `${name}, ${wanted}`);
      same(await exercise.evaluate((one) => one.classList.contains("done")), isRight, name);
    };
    await give(false);
    await give(true);
    same(await text(page, "#progress-words"), `${at + 1} of 8 done`, "progress");
  }
  matches(await text(page, "#lesson-end"), /All eight/, "end");
  await page.reload();
  await page.waitForSelector(".exercise.done");
  same(await text(page, "#progress-words"), "8 of 8 done", "progress after a reload");
});

check("the lesson does without storage", async (page) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", {
      get(): never {
        throw new Error("forbidden");
      },
    });
  });
  await page.reload();
  await page.goto("#lesson");
  await page.locator("#stack-0-1").check();
  await page.locator("[data-exercise=stack] button").click();
  same(await text(page, "#progress-words"), "1 of 8 done", "progress");
});

check("the keyboard is enough", async (page) => {
  await open(page, "iris.pkl", data("iris.pkl"));
  await page.getByRole("tab", { name: "Contents" }).focus();
  await page.keyboard.press("ArrowRight");
  same(await page.evaluate(() => document.activeElement?.textContent), "Loading", "tab");
  await page.keyboard.press("End");
  same(await page.evaluate(() => document.activeElement?.textContent), "JSON", "tab");
  same(await page.getByRole("tabpanel").count(), 1, "panels that are shown");
  const unnamed = await page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLInputElement>("input, textarea, select, button");
    return [...controls].filter(
      (one) => (one.labels?.length ?? 0) === 0 && (one.textContent ?? "").trim() === "",
    ).length;
  });
  same(unnamed, 0, "controls without a name");
});

check("nothing is wider than a screen of 360 pixels", async (page) => {
  await page.setViewportSize({ width: 360, height: 800 });
  const fits = async (what: string): Promise<void> => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) throw new Wrong(`${what} is ${over} pixels too wide`);
  };
  await open(page, `${"long".repeat(50)}.pkl`, data("iris.pkl"));
  for (const tab of ["Contents", "Loading", "Opcodes", "JSON"]) {
    await view(page, tab);
    await fits(tab);
  }
  for (const name of ["playground", "lesson"]) {
    await page.goto(`#${name}`);
    await page.waitForSelector(`#view-${name} pre:not(:empty)`);
    await page.evaluate(() => {
      for (const one of document.querySelectorAll("details")) one.open = true;
    });
    await fits(name);
  }
});

check("text stands out from its ground, light and dark", async (page) => {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const low = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      const luminance = (name: string): number => {
        const hex = style.getPropertyValue(`--${name}`).trim().slice(1);
        const parts = (hex.match(/../g) ?? []).map((pair) => {
          const part = Number.parseInt(pair, 16) / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        const [red = 0, green = 0, blue = 0] = parts;
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const contrast = (one: string, other: string): number => {
        const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
      };
      // WCAG 2.2 AA: 4.5 for text, 3 for what shows where a control is.
      const inks = "ink soft accent safe review incomplete dangerous type".split(" ");
      const pairs = inks.flatMap((ink) => [
        [ink, "paper", 4.5] as const,
        [ink, "well", 4.5] as const,
      ]);
      const all = [
        ...pairs,
        ["on-accent", "accent", 4.5] as const,
        ["control", "paper", 3] as const,
      ];
      return all.filter(([one, other, least]) => !(contrast(one, other) >= least));
    });
    same(low, [], colorScheme);
  }
});

check("the policy holds: no inline code, no HTML, no connection", async (page) => {
  await page.goto("#playground");
  await page.waitForSelector("#played:not([hidden])");
  const refused = await page.evaluate(async () => {
    const tries: Record<string, () => unknown> = {
      html: () => {
        document.createElement("div").innerHTML = "<b>x</b>";
      },
      code: () => new Function("1"),
      script: () => {
        document.createElement("script").text = "1";
      },
      worker: () => new Worker("https://example.invalid/x.js"),
      fetch: () => fetch("./index.html"),
    };
    // From a timer: code that a debugger runs may do what the page may not.
    const results: Record<string, boolean> = {};
    for (const [name, act] of Object.entries(tries)) {
      results[name] = await new Promise<boolean>((resolve) => {
        setTimeout(async () => {
          try {
            await act();
            resolve(false);
          } catch {
            resolve(true);
          }
        });
      });
    }
    return results;
  });
  const all = { html: true, code: true, script: true, worker: true, fetch: true };
  same(refused, all, "what is refused");
  const [worker] = page.workers();
  const left = await worker?.evaluate(() =>
    ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "Worker"].filter(
      (name) => (globalThis as Record<string, unknown>)[name] !== undefined,
    ),
  );
  same(left, [], "what the worker could ask with");
});
/** These measure a time. */
const MEASURING = new Set(["a pickle of 50 MB leaves the page alive"]);
/** These provoke what is a failure anywhere else. */
const PROVOKING = new Set(["the policy holds: no inline code, no HTML, no connection"]);

check("what was built has no way to make code or HTML", async () => {
  const folder = join(ROOT, "site", "dist", "assets");
  for (const name of readdirSync(folder)) {
    const code = readFileSync(join(folder, name), "utf8");
    same(/\bnew Function\b|\beval\(|\bFunction\(/.test(code), false, `code in ${name}`);
    same(/innerHTML|insertAdjacentHTML|document\.write/.test(code), false, `HTML in ${name}`);
  }
});

/** What happened on a page that should not: messages of the console, errors, requests that are not the page's own. */
function watch(context: BrowserContext, served: Served): string[] {
  const wrong: string[] = [];
  context.on("console", (message) => {
    if (message.type() !== "log") wrong.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => wrong.push(`error: ${error.error().message}`));
  context.on("request", (request) => {
    if (!request.url().startsWith(served.address)) wrong.push(`request: ${request.url()}`);
  });
  return wrong;
}

// In the page, before anything else of it.
function prepare(): void {
  const busy = /^(?:Reading|Following)/;
  Object.assign(globalThis, {
    hasSettled: () =>
      ![...document.querySelectorAll(".working")].some((line) => busy.test(line.textContent ?? "")),
  });
  // An error that nobody catches is one that the test sees.
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    throw new Error(`policy: ${violatedDirective} ${blockedURI}`);
  });
}

/** Checks that run side by side. */
const LANES = 3;

async function run(browser: Browser): Promise<Outcome> {
  const failures: string[] = [];
  let passed = 0;
  await buildSite();
  const served = await serve();
  process.stdout.write(`Chromium ${browser.version()}\n`);
  const judge = async ([name, act]: Check): Promise<void> => {
    const context = await browser.newContext({ baseURL: served.address });
    const wrong = watch(context, served);
    const before = served.requests.length;
    const begin = performance.now();
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      await page.addInitScript(prepare);
      await page.goto(served.address);
      await act(page);
      const strange = served.requests.slice(before).filter(({ status }) => status !== 200);
      wrong.push(...strange.map(({ path, status }) => `request: ${status} ${path}`));
      if (wrong.length > 0 && !PROVOKING.has(name)) throw new Wrong(wrong.slice(0, 5).join("; "));
      passed++;
      const seconds = (performance.now() - begin) / 1000;
      if (seconds > SLOW_SECONDS) process.stdout.write(`  ${name}: ${seconds.toFixed(1)} s\n`);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await context.close();
    }
  };
  try {
    const left = [...checks];
    // What measures a time has the machine for itself.
    for (const check of left.filter(([name]) => MEASURING.has(name))) await judge(check);
    const others = left.filter(([name]) => !MEASURING.has(name)).values();
    const lane = async (): Promise<void> => {
      for (const check of others) await judge(check);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    served.close();
  }
  return { passed, failures };
}

await inChromium("the page is", run);
