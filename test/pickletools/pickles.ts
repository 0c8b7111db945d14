/** Nothing in, the pickles of the project's vectors and corpus out, and pickles that show pickletools' every refusal. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const TEST = join(import.meta.dirname, "..");

/** Every pickle that the project's vectors hold: CPython 2.7 to 3.13, protocols 0 to 5, and damaged ones. */
export function projectPickles(): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  const add = (text: string, encoding: "base64" | "hex"): void => {
    found.set(`${encoding} ${text}`, Uint8Array.from(Buffer.from(text, encoding)));
  };
  const visit = (value: unknown, key: string): void => {
    if (typeof value === "string") {
      if (key === "hex") add(value, "hex");
      else if (/^(pickle|data|[0-5])$/.test(key)) add(value, "base64");
    } else if (typeof value === "object" && value !== null) {
      for (const [name, entry] of Object.entries(value)) visit(entry, name);
    }
  };
  for (const file of [
    "vectors/vectors.json",
    "stdlib/vectors/stdlib.json",
    "matrix/vectors.json",
    ...globSync("corpus/*.json", { cwd: TEST }),
  ]) {
    visit(JSON.parse(readFileSync(join(TEST, file), "utf8")) as unknown, "");
  }
  return [...found.values()];
}

/** Latin-1 text as bytes. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "latin1"));
}

/** Bytes as Latin-1 text. */
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const little = (value: bigint): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes.toString("latin1");
};

const utf8 = (body: string): string => `\x8c${String.fromCharCode(body.length)}${body}.`;

/** Small pickles, one for each way that an argument or the stack can be wrong, and for each rule of printing. */
export const EDGES: readonly string[] = [
  ...[
    "",
    ".",
    "\xff.",
    "'.",
    "N",
    "N.",
    "NN.",
    "(N.",
    "t.",
    "0.",
    "(0N.",
    "(NR.",
    "((NRt.",
    "(N1N.",
  ],
  // integers as text
  ...[
    "00",
    "01",
    "1",
    "-0",
    "+5",
    " 7 ",
    "\t7\f",
    "1_0",
    "1__0",
    "_1",
    "1_",
    "0x10",
    "",
    "L",
    "5L",
    "1\x00",
  ].flatMap((digits) => [`I${digits}\n.`, `L${digits}\n.`, `g${digits}\n.`, `Np${digits}\n.`]),
  ...[
    `${"9".repeat(4300)}`,
    "9".repeat(4301),
    `${"0".repeat(4301)}`,
    `${"1".repeat(4301)}x`,
    `${"1".repeat(4301)}\x00`,
  ].map((digits) => `L${digits}\n.`),
  ...["\xff".repeat(300), `'${"a".repeat(300)}`, `${"'\"".repeat(120)}`].map(
    (body) => `I${body}\n.`,
  ),
  "I5",
  "Np1\ng01\n.",
  "Np01\ng1\nI1\np1\n.",
  // floats as text
  ...[
    "1.5",
    "1_0.5",
    "1._5",
    "_1",
    "1e5",
    "1e5_0",
    ".5",
    "5.",
    ".",
    "-.e1",
    "nan",
    "-NAN",
    "+inf",
    "-Infinity",
    "1e999",
    "0x1",
    "",
    " 2 ",
    "1e-5",
    "1e16",
    "123456789012345678",
    "-0",
  ].map((digits) => `F${digits}\n.`),
  `F${"\xff".repeat(300)}\n.`,
  // binary numbers
  ...[
    "K",
    "M\x01",
    "J\x01\x02\x03",
    "G\0\0\0",
    "\x8a",
    "\x8a\x02\x01",
    "\x8b\x01\0\0",
    "\x8b\xff\xff\xff\xff.",
    "\x8b\x02\0\0\0\x01",
  ],
  ...[
    "G\x7f\xf0\0\0\0\0\0\0.",
    "G\xff\xf8\0\0\0\0\0\0.",
    "G\x80\0\0\0\0\0\0\0.",
    "G\x3f\xb9\x99\x99\x99\x99\x99\x9a.",
  ],
  ...[
    "\x8a\x07\xff\xff\xff\xff\xff\xff\x1f.",
    "\x8a\x07\0\0\0\0\0\0\x20.",
    "\x8a\x08\0\0\0\0\0\0\0\x80.",
    "\x8a\x03\xff\xff\xff.",
  ],
  `\x8b\xf8\x06\0\0${"\xff".repeat(1783)}\x7f.`,
  `\x8b\xfc\x06\0\0${"\xff".repeat(1787)}\x7f.`,
  `\x8b\0\x10\0\0${"\xff".repeat(4095)}\x7f.`,
  // counted strings
  ...[
    "U",
    "U\x05ab",
    "T\x05\0\0\0ab",
    "T\xff\xff\xff\xff.",
    "B\x05\0\0\0ab",
    "C\x05ab",
    "X\x05\0\0\0ab",
    "X\0\0",
  ],
  ...["\x8d", "\x8e", "\x96"].flatMap((code) => [
    `${code}${little(3n)}ab`,
    `${code}${little(2n)}ab.`,
    `${code}${little(0x7fff_ffff_ffff_ffffn)}ab`,
    `${code}${little(0x8000_0000_0000_0000n)}ab`,
    `${code}\0\0`,
  ]),
  ...[
    "U\x02\xe9'.",
    "U\x03'\"\\.",
    "C\x03'\"\\.",
    "C\x02''.",
    "C\x04\0\n\x7f\xff.",
    `\x96${little(2n)}'\xff.`,
  ],
  // UTF-8
  ...[
    "\xc3\xa9",
    "\xff",
    "\x80",
    "\xc3",
    "\xc3(",
    "\xe2\x82",
    "\xe2\x82\xac",
    "\xe2(\xac",
    "\xe2\x82(",
    "\xe0\x80\x80",
  ].map(utf8),
  ...[
    "\xed\xa0\x80",
    "\xed\xa0\xbd\xed\xb8\x80",
    "\xed\xa0",
    "\xed(",
    "\xf0\x9f\x98\x80",
    "\xf0\x9f\x98",
    "\xf0\x9f",
    "\xf0",
  ].map(utf8),
  ...[
    "\xf0\x80\x80\x80",
    "\xf4\x90\x80\x80",
    "\xf4\x8f\xbf\xbf",
    "\xf5\x80\x80\x80",
    "\xf0\x9f(",
    "\xf0\x9f\x98(",
    "ab\xc0\x80",
    "\xed\xa0\xbd\xed\xb8\x80'\"",
  ].map(utf8),
  ...[
    "a\x7f\xc2\x80\xc2\xa0\xc2\xad",
    "\xe2\x80\x8b\xe2\x80\xa8",
    "\xf3\xa0\x81\x81",
    "\xe0\xb8\x81",
    "\xf0\x9e\x97\xa0",
    "it's",
    'say "x"',
    'it\'s "x"',
    "a\tb\nc\rd\\",
  ].map(utf8),
  // UNICODE
  ...[
    "abc",
    "\\u00e9",
    "\\u12",
    "\\u123g",
    "\\U0001f600",
    "\\U0012",
    "\\U00110000x",
    "\\\\u12",
    "\\\\\\u0041",
    "\\ud83d\\ude00",
    "\xe9\\",
    "\\x41",
    "a\\ud83d\\ude00'\\\\",
  ].map((body) => `V${body}\n.`),
  "Vabc",
  // STRING and names
  ...[
    "'abc'",
    '"abc"',
    "'abc",
    "abc",
    "",
    "'",
    '"',
    "''",
    "'\\x41\\n\\101\\q\\\\'",
    "'\\x4'",
    "'\\xg'",
    "'\\'",
    "'\\\\x'",
    "'\xe9'",
    "'ab\\xe9'",
    "'\\777'",
    "'\\",
    "'a\\x'",
    "'\"'",
  ].map((body) => `S${body}\n.`),
  ...[
    "cos\nsystem\n.",
    "cos\n",
    "cos\nsys\xe9m\n.",
    "co\\x73\nsystem\n.",
    "co\\x\nsystem\n.",
    "co\\\nsystem\n.",
    "(ios\nsystem\n.",
    "P\xe9\n.",
    "Pid\n.",
    "Pid",
    "cos\n\xff\xff\n.",
  ],
  // memo
  ...[
    "q\x01.",
    "(q\x01.",
    "Nq\x01q\x01.",
    "h\x01.",
    "j\x01\0\0\0.",
    "Nr\x01\0\0\0j\x01\0\0\0.",
    "N\x94h\x000.",
    "Nq\x05\x94h\x010.",
    "\x94.",
    "(\x94.",
    "Nq\x00N\x94\x94.",
  ],
  `Np${"9".repeat(30)}\ng${"9".repeat(30)}\n0.`,
  "Np-1\ng-1\n0.",
  // frames, extensions, buffers
  ...[
    `\x80\x04\x95${little(0xffff_ffff_ffff_ffffn)}N.`,
    "\x95\0",
    "\x80",
    "\x80\xff.",
    "N\x80\x05.",
    "\x80\x02N\x80\x04.",
    "\x82\x01.",
    "\x83\x01\x02.",
    "\x84\xff\xff\xff\xff.",
    "\x97\x98.",
    "\x98.",
  ],
  // optimize
  ...[
    "g1\n.",
    "h\x01.",
    "N\x80\x01h\x01.",
    "\x80\x04h\x01.",
    "Np1\n0g1\n.",
    "\x80\x02Nq\x01q\x020h\x02.",
    "\x80\x06N.",
    "g1\nNp1\n0g1\n0.",
  ],
  `\x80\x04(${`X\xff\xff\0\0${"a".repeat(65535)}`.repeat(2)}X\0\0\x01\0${"b".repeat(65536)}N\x94t.`,
  `\x80\x02(${Array.from({ length: 300 }, (_, index) => `Nr${little(BigInt(index)).slice(0, 4)}`).join("")}${Array.from({ length: 300 }, (_, index) => `j${little(BigInt(index)).slice(0, 4)}`).join("")}t.`,
  `\x80\x04${"]\x94".repeat(300)}j\x05\x01\0\0.`,
];
