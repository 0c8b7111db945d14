/**
 * Settings that are kept between runs, and the state of an application: read, changed, written back. Python does the same
 * with the same file.
 *
 *     node examples/settings/settings.ts FILE [NAME=VALUE…]
 *     python3 examples/settings/settings.py FILE [NAME=VALUE…]
 */
import { dump, load, PickleError } from "brine";

interface Settings {
  theme: string;
  font_size: number;
  line_numbers: boolean;
  recent: string[];
}

const [file = "settings.pkl", ...changes] = process.argv.slice(2);

async function read(): Promise<Settings> {
  const defaults = { theme: "light", font_size: 12, line_numbers: true, recent: [] };
  try {
    return { ...defaults, ...(await load<Partial<Settings>>(file)) };
  } catch (error) {
    // The first run. Anything else, such as a damaged file, is for the user to know.
    const cause = error instanceof PickleError ? error.cause : undefined;
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return defaults;
    throw error;
  }
}

const settings = await read();
for (const change of changes) {
  const [name, value = ""] = change.split("=");
  if (name === "theme") settings.theme = value;
  else if (name === "font_size") settings.font_size = Number(value);
  else if (name === "line_numbers") settings.line_numbers = value === "yes";
  else if (name === "open") settings.recent = [value, ...settings.recent].slice(0, 3);
}
await dump(settings, file);
console.log(settings.theme, settings.font_size, settings.line_numbers, settings.recent.join(","));
