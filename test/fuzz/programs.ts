/**
 * Random numbers in, opcode programs out: most are nearly valid pickles, since only those reach deep into a machine.
 * The generator keeps an abstract stack and memo, and now and then ignores what they say.
 */
import { OPCODES } from "./opcodes.ts";
import type { Random } from "./random.ts";

type Kind =
  | "mark"
  | "atom"
  | "int"
  | "str"
  | "bytes"
  | "list"
  | "dict"
  | "set"
  | "tuple"
  | "global"
  | "instance";

const text = new TextEncoder();

const INTEGERS = [
  ..."0 1 -1 00 01 5 -7 255 256 65535 65536 2147483647 2147483648 -2147483648 -2147483649".split(
    " ",
  ),
  ..."9007199254740991 9007199254740992 9223372036854775807 9223372036854775808".split(" "),
  ..."-9223372036854775808 -9223372036854775809 99999999999999999999999999 0x10 0X1f -0x10".split(
    " ",
  ),
  ..."010 -010 08 0o17 0O7 0b101 0b 0x 0o 1_000 1__0 _1 1_ 0_7 0x_1 0x1_ +1 +0 -0 +5 ++5 +-5 1L 5l 5LL L".split(
    " ",
  ),
  ..."abc 5x 1.5 1e5 0xg 00_1 000 0x10L 010L -0x10L 1_0L 5\0junk 1\0 0\0 \0 -".split(" "),
  "",
  " 5",
  "5 ",
  " 01",
  "01 ",
  "\t5",
  "5\v",
  "\f5\r",
  "5 L",
  "- 5",
  "\u0663",
  "\u00a05",
  "1".repeat(640),
  "7".repeat(4300),
  "7".repeat(4301),
  `-${"7".repeat(4300)}`,
  `0x${"f".repeat(4500)}`,
  `0${"_0".repeat(9)}`,
];
const FLOATS = [
  ..."0 -0 1.5 -2.5 1e5 1E+05 1e-5 .5 5. . e5 1e 1e+ inf -inf +inf nan -nan NaN Infinity INFINITY".split(
    " ",
  ),
  ..."infinit infinityx 1e308 1e309 -1e309 1e999 1e-400 4.9e-324 1_0.5 1__0 0x1p3 1d5 1f 1.5L 0e0".split(
    " ",
  ),
  ..."1.7976931348623157e308 1.7976931348623159e308 9007199254740993 1.5\0junk 1.5x 1..5 --1 +-1 nan(1)".split(
    " ",
  ),
  "",
  " 1.5",
  "1.5 ",
  "1 .5",
  "\u0661",
  `${"1".repeat(400)}`,
  `0.${"0".repeat(400)}1`,
];
const STRINGS = [
  ..."'' \"\" ' \" 'abc' \"abc\" abc 'abc\" 'a'b' '' 'a'' '\\x41' '\\x4' '\\xZZ' '\\x' '\\7' '\\77'".split(
    " ",
  ),
  ..."'\\777' '\\400' '\\8' '\\q' '\\' '\\\\' '\\'' '\\\"' '\\a\\b\\f\\n\\r\\t\\v\\0' '\\u0041' '\\N{dash}'".split(
    " ",
  ),
  "",
  " 'a'",
  "'a' ",
  "'a'\r",
  "'a b'",
  "'\u00e9'",
  "'\0'",
];
const UNICODES = [
  ..."abc \\u0041 \\u00e9 \\ud800 \\udc00 \\ud83d\\ude00 \\U0001f600 \\U0010ffff \\U00110000 \\U0000d800".split(
    " ",
  ),
  ..."\\u12 \\u \\uzzzz \\U1234 \\x41 \\n \\\\ \\\\u0041 \\\\\\u0041 \\ \\\\\\\\u0041 \\N{dash} \\u000a".split(
    " ",
  ),
  "",
  " ",
  "a\0b",
  "\u00e9",
  "a\r",
];
const INDICES = [
  ..."0 1 2 3 4 5 -1 -0 +1 01 00 1_0 1__0 0x1 255 256 65536 99999999999999999999 4294967296".split(
    " ",
  ),
  ..."9223372036854775807 9223372036854775808 -9223372036854775809 1.5 x 1L 1\0 \0".split(" "),
  "",
  " 1",
  "1 ",
  "\u0661",
];
const MODULES = [
  ..."builtins __builtin__ copyreg copy_reg _codecs codecs collections datetime a a.b os operator".split(
    " ",
  ),
  "",
  "\u00e9",
  "a b",
  ".",
  "a..b",
  "a\r",
];
const NAMES = [
  ..."set frozenset bytearray bytes complex range xrange slice getattr list dict tuple int float".split(
    " ",
  ),
  ..."str unicode long bool object type Ellipsis NotImplemented None _reconstructor __newobj__".split(
    " ",
  ),
  ..."__newobj_ex__ encode C C.D C.D.E C.<locals>.f <locals> __class__ __proto__ constructor eval".split(
    " ",
  ),
  "",
  ".",
  "C.",
  ".C",
  "C..D",
  "\u00e9",
  " C",
];
/** The pairs that brine or CPython treat in a way of their own. */
const PAIRS = [
  ["builtins", "set"],
  ["builtins", "frozenset"],
  ["builtins", "bytearray"],
  ["builtins", "bytes"],
  ["builtins", "complex"],
  ["builtins", "range"],
  ["builtins", "slice"],
  ["builtins", "getattr"],
  ["builtins", "object"],
  ["builtins", "list"],
  ["builtins", "dict"],
  ["builtins", "tuple"],
  ["builtins", "int"],
  ["__builtin__", "set"],
  ["__builtin__", "xrange"],
  ["__builtin__", "bytes"],
  ["builtins", "Ellipsis"],
  ["builtins", "NotImplemented"],
  ["_codecs", "encode"],
  ["copyreg", "_reconstructor"],
  ["copy_reg", "_reconstructor"],
  ["copyreg", "__newobj__"],
  ["copyreg", "__newobj_ex__"],
] as const;

const UTF8 = [
  "",
  "a",
  "abc",
  "\u00e9",
  "\u20ac",
  "\u{1f600}",
  "\ufeffbom",
  "__proto__",
  "constructor",
  "a\0b",
  "latin1",
  "1",
  "real",
].map((sample) => text.encode(sample));
const BAD_UTF8 = [
  "eda080",
  "edb080",
  "eda0bdedb880",
  "80",
  "ff",
  "c0af",
  "c3",
  "e282",
  "f0808080",
  "f4908080",
  "eda0",
].map((hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));

/** One program; ends with STOP unless the dice say otherwise. */
export function program(random: Random): Uint8Array {
  return new Program(random).run();
}

class Program {
  readonly #random: Random;
  readonly #out: number[] = [];
  readonly #stack: Kind[] = [];
  readonly #memo: Kind[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  run(): Uint8Array {
    const random = this.#random;
    const frameAt = this.#head();
    const length = 2 + random.below(random.oneIn(12) ? 120 : 24);
    for (let i = 0; i < length; i++) {
      if (random.oneIn(60)) this.#wild();
      else this.#step();
    }
    if (!random.oneIn(12)) this.#close();
    if (!random.oneIn(40)) this.#out.push(0x2e);
    if (random.oneIn(30)) this.#raw(random.bytes(random.below(8)));
    const bytes = Uint8Array.from(this.#out);
    if (frameAt >= 0) {
      const framed = bytes.length - frameAt - 8;
      const claimed = random.oneIn(6) ? framed + random.below(20) - 10 : framed;
      new DataView(bytes.buffer).setBigInt64(frameAt, BigInt(claimed), true);
    }
    return bytes;
  }

  // PROTO and FRAME; returns the offset of the frame's length, or -1.
  #head(): number {
    const random = this.#random;
    if (random.oneIn(3)) return -1;
    this.#out.push(0x80, random.oneIn(20) ? random.below(256) : random.below(6));
    if (!random.oneIn(5)) return -1;
    this.#out.push(0x95, 0, 0, 0, 0, 0, 0, 0, 0);
    return this.#out.length - 8;
  }

  // Ends open marks, so that one value is left.
  #close(): void {
    while (this.#stack.length > 1) {
      const mark = this.#stack.lastIndexOf("mark");
      const above = this.#stack.length - 1 - mark;
      if (mark < 0) {
        if (this.#random.oneIn(4)) return;
        this.#stack.push("tuple");
        if (above < 4) {
          this.#emit(0x84 + Math.min(above, 3));
          this.#pop(Math.min(above, 3) + 1);
        } else {
          this.#emit(0x30);
          this.#pop(2);
        }
        this.#stack.push("tuple");
        if (above >= 4) this.#pop(1);
      } else {
        this.#emit(this.#random.pick([0x74, 0x6c, 0x74]));
        this.#pop(above + 1);
        this.#stack.push("tuple");
      }
    }
    if (this.#stack.length === 0 || this.#stack[0] === "mark") this.#emit(0x4e);
  }

  // Any opcode at all, whatever the stack holds.
  #wild(): void {
    const random = this.#random;
    if (random.oneIn(10)) {
      this.#emit(random.below(256));
      return;
    }
    const code = random.pick([...OPCODES.keys()]);
    this.#emit(code);
    const kind = OPCODES.get(code)?.[1] ?? "none";
    if (typeof kind === "number") this.#raw(random.bytes(kind));
    else if (kind === "line")
      this.#line(random.pick([...INTEGERS, ...STRINGS, ...INDICES, ...FLOATS]));
    else if (kind === "two-lines") this.#globalLines();
    else if (kind !== "none") this.#counted(Number(kind.slice(8)), random.bytes(random.size()));
  }

  #step(): void {
    const random = this.#random;
    const depth = this.#stack.length - 1 - this.#stack.lastIndexOf("mark");
    const hasMark = this.#stack.includes("mark");
    const roll = random.below(100);
    if (depth === 0 || roll < 38) this.#value();
    else if (roll < 46) this.#mark();
    else if (roll < 60 && hasMark) this.#collect(depth);
    else if (roll < 72) this.#memoise();
    else if (roll < 86) this.#change(depth);
    else if (roll < 97) this.#make(depth);
    else this.#shuffle();
  }

  #value(): void {
    const random = this.#random;
    switch (random.below(26)) {
      case 0:
        return this.#pushed(random.pick([0x4e, 0x88, 0x89]), "atom");
      case 1:
        return this.#pushed(0x4b, "int", [random.below(256)]);
      case 2:
        return this.#pushed(0x4d, "int", random.bytes(2));
      case 3:
        return this.#pushed(0x4a, "int", random.bytes(4));
      case 4:
        this.#pushed(0x49, "int");
        return this.#line(random.pick(INTEGERS));
      case 5:
        this.#pushed(0x4c, "int");
        return this.#line(`${random.pick(INTEGERS)}${random.oneIn(4) ? "" : "L"}`);
      case 6:
        this.#pushed(0x8a, "int");
        return this.#counted(1, random.bytes(random.size() & 255));
      case 7:
        this.#pushed(0x8b, "int");
        return this.#counted(4, random.bytes(random.size()));
      case 8:
        this.#pushed(0x46, "atom");
        return this.#line(random.pick(FLOATS));
      case 9:
        return this.#pushed(0x47, "atom", this.#double());
      case 10:
        this.#pushed(0x53, "str");
        return this.#line(random.pick(STRINGS));
      case 11:
        this.#pushed(0x56, "str");
        return this.#line(random.pick(UNICODES));
      case 12:
        this.#pushed(0x55, "str");
        return this.#counted(1, this.#ascii());
      case 13:
        this.#pushed(0x54, "str");
        return this.#counted(4, this.#ascii());
      case 14:
        this.#pushed(0x43, "bytes");
        return this.#counted(1, random.bytes(random.size() & 255));
      case 15:
        this.#pushed(random.pick([0x42, 0x8e, 0x96]), "bytes");
        return this.#counted(
          this.#out[this.#out.length - 1] === 0x42 ? 4 : 8,
          random.bytes(random.size()),
        );
      case 16:
      case 17:
      case 18:
        return this.#string();
      case 19:
        return this.#pushed(0x5d, "list");
      case 20:
        return this.#pushed(0x7d, "dict");
      case 21:
        return this.#pushed(0x8f, "set");
      case 22:
        return this.#pushed(0x29, "tuple");
      case 23:
        return this.#global();
      case 24:
        return this.#extension();
      default:
        return this.#outside();
    }
  }

  #string(): void {
    const random = this.#random;
    const code = random.pick([0x8c, 0x8c, 0x58, 0x8d]);
    this.#pushed(code, "str");
    const sample = random.oneIn(8) ? random.pick(BAD_UTF8) : random.pick(UTF8);
    this.#counted(code === 0x8c ? 1 : code === 0x58 ? 4 : 8, sample);
  }

  #ascii(): Uint8Array {
    const random = this.#random;
    return random.oneIn(6) ? random.bytes(random.below(5)) : random.pick(UTF8);
  }

  #double(): Uint8Array {
    const random = this.#random;
    const bytes = new Uint8Array(8);
    const values = [
      0,
      -0,
      1,
      1.5,
      -2,
      2 ** 53,
      1e300,
      5e-324,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ];
    new DataView(bytes.buffer).setFloat64(0, random.pick(values));
    return random.oneIn(4) ? random.bytes(8) : bytes;
  }

  #global(): void {
    const random = this.#random;
    if (random.oneIn(2)) {
      this.#pushed(0x63, "global");
      this.#globalLines();
      return;
    }
    const [module, name] = this.#pair();
    for (const part of [module, name]) {
      this.#emit(0x8c);
      this.#counted(1, text.encode(part));
      if (random.oneIn(4)) {
        this.#emit(0x94);
        this.#memo.push("str");
      }
    }
    this.#pushed(0x93, "global");
  }

  #globalLines(): void {
    const [module, name] = this.#pair();
    this.#line(module);
    this.#line(name);
  }

  #pair(): readonly [string, string] {
    const random = this.#random;
    if (random.oneIn(2)) return random.pick(PAIRS);
    return [random.pick(MODULES), random.pick(NAMES)];
  }

  #extension(): void {
    const random = this.#random;
    const code = random.oneIn(6) ? random.below(70000) : random.pick([1, 2, 1, 300, 70000, 0]);
    const width = code > 65535 || random.oneIn(5) ? 4 : code > 255 || random.oneIn(5) ? 2 : 1;
    this.#pushed(width === 1 ? 0x82 : width === 2 ? 0x83 : 0x84, "global", little(code, width));
  }

  // Persistent ids and out-of-band buffers.
  #outside(): void {
    const random = this.#random;
    if (random.oneIn(3)) {
      this.#pushed(0x50, "instance");
      this.#line(random.pick(["1", "abc", "", "\u00e9", "a b"]));
    } else if (random.oneIn(2)) {
      this.#pushed(0x97, "bytes");
      if (random.oneIn(2)) this.#emit(0x98);
    } else if (this.#top() !== "mark" && this.#stack.length > 0) {
      this.#pop(1);
      this.#pushed(0x51, "instance");
    }
  }

  #mark(): void {
    this.#pushed(0x28, "mark");
    if (this.#random.oneIn(12)) {
      this.#emit(0x69);
      this.#globalLines();
      this.#pop(1);
      this.#stack.push("instance");
    } else if (this.#random.oneIn(8)) {
      this.#global();
    }
  }

  // Whatever stands above the topmost mark becomes one value.
  #collect(depth: number): void {
    const random = this.#random;
    const target = this.#stack[this.#stack.length - depth - 2];
    const choices: [number, Kind][] = [
      [0x74, "tuple"],
      [0x6c, "list"],
      [0x91, "set"],
      [0x31, "mark"],
    ];
    if (depth % 2 === 0 || random.oneIn(20)) choices.push([0x64, "dict"]);
    if (this.#stack[this.#stack.length - depth] === "global")
      choices.push([0x6f, "instance"], [0x6f, "instance"]);
    if (target === "list") choices.push([0x65, "mark"], [0x65, "mark"], [0x65, "mark"]);
    if (target === "dict" && depth % 2 === 0)
      choices.push([0x75, "mark"], [0x75, "mark"], [0x75, "mark"]);
    if (target === "set") choices.push([0x90, "mark"], [0x90, "mark"], [0x90, "mark"]);
    if (target === "instance" || target === "global" || random.oneIn(12)) {
      choices.push([random.pick([0x65, 0x75, 0x90]), "mark"]);
    }
    const [code, made] = random.pick(choices);
    this.#emit(code);
    this.#pop(depth + 1);
    if (made !== "mark") this.#stack.push(made);
  }

  #memoise(): void {
    const random = this.#random;
    const top = this.#top() ?? "atom";
    const index = random.oneIn(15) ? random.below(300) : random.below(this.#memo.length + 1);
    if (random.oneIn(2)) {
      switch (random.below(6)) {
        case 0:
          this.#emit(0x70);
          this.#line(random.oneIn(4) ? random.pick(INDICES) : String(index));
          break;
        case 1:
          this.#emit(0x71, [index]);
          break;
        case 2:
          this.#emit(0x72, random.oneIn(25) ? random.bytes(4) : little(index, 4));
          break;
        default:
          this.#emit(0x94);
          this.#memo.push(top);
          return;
      }
      this.#memo[index] = top;
    } else if (this.#memo.length > 0 || random.oneIn(20)) {
      const from = random.oneIn(20) ? index : random.below(this.#memo.length);
      const kind = this.#memo[from] ?? "atom";
      if (random.oneIn(5)) {
        this.#pushed(0x67, kind);
        this.#line(random.oneIn(6) ? random.pick(INDICES) : String(from));
      } else if (random.oneIn(3)) this.#pushed(0x6a, kind, little(from, 4));
      else this.#pushed(0x68, kind, [from]);
    }
  }

  // APPEND, SETITEM, BUILD and their like.
  #change(depth: number): void {
    const random = this.#random;
    const under = this.#stack[this.#stack.length - 2];
    const second = this.#stack[this.#stack.length - 3];
    if (depth >= 2 && (under === "list" || random.oneIn(10))) {
      this.#emit(0x61);
      this.#pop(1);
    } else if (depth >= 3 && (second === "dict" || random.oneIn(10))) {
      this.#emit(0x73);
      this.#pop(2);
    } else if (depth >= 2 && (under === "instance" || under === "global" || random.oneIn(20))) {
      this.#emit(random.oneIn(4) ? 0x61 : 0x62);
      this.#pop(1);
    } else if (depth >= 1 && ["list", "dict", "set"].includes(this.#top() ?? "")) {
      this.#pushed(0x28, "mark");
    } else {
      this.#value();
    }
  }

  // Tuples, calls and instances.
  #make(depth: number): void {
    const random = this.#random;
    const under = this.#stack[this.#stack.length - 2];
    const callable = under === "global" || under === "instance";
    if (depth >= 2 && this.#top() === "tuple" && (callable || random.oneIn(20))) {
      this.#emit(random.oneIn(3) ? 0x81 : 0x52);
      this.#pop(2);
      this.#stack.push("instance");
    } else if (depth >= 1 && (this.#top() === "global" || this.#top() === "instance")) {
      this.#call();
    } else if (depth >= 3 && random.oneIn(10)) {
      this.#emit(0x92);
      this.#pop(3);
      this.#stack.push("instance");
    } else if (depth >= 1) {
      const size = 1 + random.below(Math.min(depth, 3));
      this.#emit(0x84 + size);
      this.#pop(size);
      this.#stack.push("tuple");
    }
  }

  // A callable is on top: arguments for it, then the call.
  #call(): void {
    const random = this.#random;
    const count = random.below(4);
    for (let i = 0; i < count; i++) this.#value();
    if (count === 0) this.#emit(0x29);
    else this.#emit(0x84 + count);
    if (random.oneIn(5)) {
      this.#emit(random.oneIn(8) ? 0x4e : 0x7d);
      if (random.oneIn(4)) {
        this.#string();
        this.#pop(1);
        this.#emit(0x4e);
        this.#emit(0x73);
      }
      this.#emit(0x92);
    } else this.#emit(random.oneIn(3) ? 0x81 : 0x52);
    this.#pop(count + 1);
    this.#stack.push("instance");
  }

  #shuffle(): void {
    if (this.#random.oneIn(2)) this.#pushed(0x32, this.#top() ?? "atom");
    else {
      this.#emit(0x30);
      this.#pop(1);
    }
  }

  #top(): Kind | undefined {
    return this.#stack[this.#stack.length - 1];
  }

  #pop(count: number): void {
    this.#stack.length = Math.max(0, this.#stack.length - count);
  }

  #pushed(code: number, kind: Kind, argument: Iterable<number> = []): void {
    this.#emit(code, argument);
    this.#stack.push(kind);
  }

  #emit(code: number, argument: Iterable<number> = []): void {
    this.#out.push(code, ...argument);
  }

  #raw(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#out.push(byte);
  }

  #line(line: string): void {
    // half of the lines with other letters as latin1: 8-bit bytes that are no UTF-8
    if (this.#random.oneIn(2) && /[\x80-\xff]/.test(line)) {
      for (const letter of line) this.#out.push(letter.charCodeAt(0) & 255);
    } else this.#raw(text.encode(line));
    if (!this.#random.oneIn(300)) this.#out.push(0x0a);
  }

  #counted(width: number, bytes: Uint8Array): void {
    const random = this.#random;
    if (random.oneIn(60))
      this.#raw(random.oneIn(2) ? random.bytes(width) : little(random.below(1e6), width));
    else this.#raw(little(bytes.length, width));
    this.#raw(bytes);
  }
}

/** `value` in `width` little-endian bytes. */
export function little(value: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  for (let i = 0; i < width; i++) {
    bytes[i] = value % 256;
    value = Math.floor(value / 256);
  }
  return bytes;
}
