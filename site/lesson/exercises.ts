/** The exercises of the lesson: what is asked, how an answer is judged, and what is said about it. */
import type { Played, PlayedPickle } from "../engine/messages.ts";

/** A value is changed until its pickle has a certain look. */
export interface EditExercise {
  readonly kind: "edit";
  readonly task: string;
  readonly start: string;
  readonly protocol: number;
  /** What is still wrong, or `undefined`. */
  check(pickle: PlayedPickle, sizes: Played["sizes"]): string | undefined;
  /** What is said when it is right. */
  readonly praise: string;
}

/** One answer of several, to one question or to more. */
export interface ChoiceExercise {
  readonly kind: "choice";
  readonly task: string;
  readonly questions: readonly Question[];
  readonly praise: string;
}

export interface Question {
  readonly text: string;
  readonly answers: readonly string[];
  /** Index of the right answer. */
  readonly right: number;
  /** What is said when it was another one. */
  readonly hint: string;
}

const sizeAt = (sizes: Played["sizes"], protocol: number): number | undefined => {
  const size = sizes[protocol];
  return typeof size === "number" ? size : undefined;
};

/** By the names that index.html uses, in the order of the lesson. */
export const EXERCISES: Readonly<Record<string, EditExercise | ChoiceExercise>> = {
  shortest: {
    kind: "edit",
    task: "Change the value until its pickle has four bytes.",
    start: "[1, 2]",
    protocol: 2,
    check: ({ bytes }) =>
      bytes.length === 4
        ? undefined
        : `This pickle has ${bytes.length} bytes. Which value needs no more than one opcode?`,
    praise:
      "Right. A header, one opcode that pushes the value, and STOP: at this protocol no pickle is shorter.",
  },
  stack: {
    kind: "choice",
    task: "Follow this program by hand: BININT1 1, BININT1 2, TUPLE2, BININT1 3, TUPLE2, STOP.",
    questions: [
      {
        text: "What is the result?",
        answers: ["(1, 2, 3)", "((1, 2), 3)", "(1, (2, 3))", "3"],
        right: 1,
        hint: "Not quite. When the second TUPLE2 comes, two values are on the stack: the tuple that the first one made, and 3.",
      },
    ],
    praise: "Right. The first TUPLE2 leaves (1, 2); the second one takes that and 3.",
  },
  cycle: {
    kind: "edit",
    task: "Here one list stands in two places. Write a list whose only item is the list itself.",
    start: "[&a [1, 2], *a]",
    protocol: 4,
    check({ holdsItself, steps }) {
      if (!holdsItself)
        return "This value does not hold itself yet. Give the outer list a name, and refer to it inside.";
      const lists = steps.filter(({ name }) => name === "EMPTY_LIST").length;
      const gets = steps.filter(({ name }) => name === "BINGET").length;
      const items = steps.some(({ name }) => name === "MARK");
      return lists === 1 && gets === 1 && !items
        ? undefined
        : "It holds itself, and something else too.";
    },
    praise:
      "Right. The empty list goes into the memo before it is filled, so that BINGET can find it.",
  },
  class: {
    kind: "edit",
    task: "Make this an Order of the module shop, with an attribute total.",
    start: 'staff.Employee {name: "Ann"}',
    protocol: 4,
    check({ imports, steps }) {
      if (!imports.includes("shop.Order")) {
        return `The pickle names ${imports.length === 0 ? "no class" : imports.join(", ")}. It should be shop.Order.`;
      }
      const texts = steps.filter(({ name }) => /UNICODE/.test(name));
      if (!texts.some(({ argument }) => argument === "'total'"))
        return "There is no attribute total yet.";
      return steps.some(({ name }) => name === "BUILD")
        ? undefined
        : "Attributes stand in braces behind the class: they are put into the object, not handed to its constructor.";
    },
    praise: "Right. Module and name are two short texts; that is all a pickle knows of a class.",
  },
  call: {
    kind: "edit",
    task: "Let Python still call something (REDUCE), but something that the audit calls safe.",
    start: 'builtins.print("This ran while the file was loaded.")',
    protocol: 4,
    check({ steps, verdict }) {
      if (!steps.some(({ name }) => name === "REDUCE"))
        return "Nothing is called any more: there is no REDUCE.";
      return verdict === "safe"
        ? undefined
        : 'The audit does not call this safe. Try what the text above mentions: decimal.Decimal("1.5").';
    },
    praise:
      "Right. The opcode is the same; only what it calls differs. So the audit goes by a list of names that are known to be inert.",
  },
  protocols: {
    kind: "edit",
    task: "Find a value that protocol 0 writes in fewer bytes than protocol 5.",
    start: "[1000, 2000, 3000, 4000, 5000, 6000]",
    protocol: 0,
    check(_pickle, sizes) {
      const [old, latest] = [sizeAt(sizes, 0), sizeAt(sizes, 5)];
      if (old === undefined || latest === undefined)
        return "It has to have a pickle under both protocols.";
      return old < latest
        ? undefined
        : `Protocol 0 takes ${old} bytes, protocol 5 takes ${latest}. Think of something smaller.`;
    },
    praise:
      "Right. For a small value the header of two bytes, and a frame of nine, weigh more than what binary opcodes save.",
  },
  choice: {
    kind: "choice",
    task: "Three situations. What fits each of them best?",
    questions: [
      {
        text: "Settings that people edit by hand",
        answers: ["JSON", "a pickle of your own", "read it without loading it: audit, brine"],
        right: 0,
        hint: "Nobody edits a pickle by hand.",
      },
      {
        text: "Arrays and objects between two steps of your own Python program",
        answers: ["JSON", "a pickle of your own", "read it without loading it: audit, brine"],
        right: 1,
        hint: "JSON has no form for arrays, sets or shared objects; and here nobody else writes the file.",
      },
      {
        text: "A model that a stranger has put on the web",
        answers: ["JSON", "a pickle of your own", "read it without loading it: audit, brine"],
        right: 2,
        hint: "Python runs what the stranger's file says as soon as it is loaded.",
      },
    ],
    praise: "Right.",
  },
  signing: {
    kind: "choice",
    task: "The signature of a pickle is valid.",
    questions: [
      {
        text: "What does that show?",
        answers: [
          "That loading it does no harm",
          "That somebody with the key wrote exactly these bytes",
          "That nobody else can read it",
        ],
        right: 1,
        hint: "A signature says who wrote the bytes, and that they are unchanged. It hides nothing, and does not look at what they do.",
      },
    ],
    praise:
      "Right. Whether to trust whoever has the key is another question. brine/signing does this; Python has hmac.",
  },
};
