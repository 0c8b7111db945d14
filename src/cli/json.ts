/** `brine json`: a file in, its objects as JSON out, one document a line. */
import { PlainJson, taggedJson } from "../json/index.ts";
import { printable } from "../printable/index.ts";
import { isoText } from "../show/index.ts";
import { type Command, countOption, DONE, READING, READING_HELP } from "./command.ts";
import { openInput } from "./input.ts";
import { knownTypes } from "./known.ts";

/** The command. */
export const json: Command = {
  name: "json",
  help: `Usage: brine json [OPTIONS] FILE

Writes each object of a pickle as one line of JSON. FILE may be - for standard input.

Plain JSON converts what JSON has no form for, and says so on standard error:
  int                 a number with all its digits (hex text beyond 4300 digits)
  float               a number; NaN and infinities become null
  tuple               a list
  set, frozenset      a list
  bytes, bytearray    base64 text
  dict                an object; keys that are int, float, bool or None become text, as Python's json writes them.
                      With other keys, or where two would become one: a list of [key, value]
  dates and the like  text, as in ISO 8601
  NumPy arrays        nested lists; scalars are their value
  pandas              a DataFrame is a list of rows, with their labels where those are no count from 0; a Series
                      a list, or an object by its labels
  class or function   {"__global__": "module.name"}
  instance            {"__class__": "module.name", attribute: value, ...}
  shared reference    the value once more; a cycle is refused, and so are references that would write more
                      than --values values

Tagged JSON loses nothing: {"$tuple": [...]}, {"$bytes": "base64"}, {"$dict": [[key, value], ...]},
{"$float": "1.0"}, {"$global": "module:name"}, {"$form": ..., "$class": ..., "$args": [...], "$state": ...};
{"$id": 1, "$value": ...} for what is met again as {"$ref": 1}.

Options:
  --tagged            keep every type, shared reference and cycle
  --values N          values that shared references may be written out to (default 10000000)
  --quiet             say nothing about conversions
${READING_HELP}
  -h, --help          this text

Examples:
  brine json data.pkl
  brine json data.pkl | jq '.users[0].name'
  brine json --tagged data.pkl > data.json

Exit codes: 0 written, 2 could not be read or has no JSON form.
`,
  options: {
    ...READING,
    tagged: { type: "boolean" },
    values: { type: "string" },
    quiet: { type: "boolean" },
  },
  positionals: [1, 1],
  async run([file = "-"], options, output) {
    const tagged = options["tagged"] === true;
    const values = countOption(options, "values", 1);
    const input = await openInput(file, options, tagged ? [] : await knownTypes());
    const plain = new PlainJson({ values, textOf: isoText });
    for await (const value of input.objects()) {
      for (const piece of tagged ? taggedJson(value) : plain.write(value)) await output.json(piece);
      output.write("\n");
    }
    if (plain.converted.size > 0 && options["quiet"] !== true) {
      await output.flush();
      const list = [...plain.converted].map(([what, times]) => `${what} (${times})`).join(", ");
      process.stderr.write(
        `brine: ${printable(file)}: converted: ${list}; --tagged keeps every type\n`,
      );
    }
    return DONE;
  },
};
