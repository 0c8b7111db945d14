/** What an audit can find: a closed set of rules, each with its verdict and the words for a person. */

/**
 * How far a pickle may be trusted, from best to worst: `safe` names nothing, or only what makes inert objects; `review`
 * names code that nobody here can vouch for; `incomplete` could not be read to its end; `dangerous` does what no data needs.
 */
export type Verdict = "safe" | "review" | "incomplete" | "dangerous";

/** The verdicts in the order of their weight. */
export const VERDICTS: readonly Verdict[] = ["safe", "review", "incomplete", "dangerous"];

/** The heavier of two verdicts. */
export function worse(one: Verdict, other: Verdict): Verdict {
  return VERDICTS.indexOf(one) >= VERDICTS.indexOf(other) ? one : other;
}

interface RuleText {
  readonly verdict: Verdict;
  /** What it is, in a few words. */
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
}

/** Every rule. */
export const RULES = {
  "runs-code": {
    verdict: "dangerous",
    title: "Calls code that is not on the list of inert names",
    why: "Python would call it while the file is loaded, with these arguments.",
  },
  "names-code": {
    verdict: "dangerous",
    title: "Names code that is not on the list of inert names",
    why: "Python would import its module while the file is loaded, and hand the function on.",
  },
  "reaches-inside": {
    verdict: "dangerous",
    title: "Reaches for Python's own insides",
    why: "Names between two underscores lead from harmless objects to everything Python can do.",
  },
  "computed-name": {
    verdict: "dangerous",
    title: "Computes the name of what it imports",
    why: "A name that is put together while the file is loaded hides what is imported; data has no need of that.",
  },
  "calls-value": {
    verdict: "dangerous",
    title: "Calls something that was made while loading",
    why: "What is called cannot be known from the file. Pickles of data call classes by their names.",
  },
  "calls-reference": {
    verdict: "dangerous",
    title: "Calls a function that is harmless only as data",
    why: "The name is known as something to hold, not as something to call with arguments of a stranger.",
  },
  "misuses-helper": {
    verdict: "dangerous",
    title: "Uses a helper with arguments that it never gets",
    why: "Such a helper calls or imports what it is given; with these arguments that is not the usual.",
  },
  "passes-helper": {
    verdict: "dangerous",
    title: "Hands on a helper as data",
    why: "A helper that calls what it is given must not reach somebody who calls it.",
  },
  "changes-import": {
    verdict: "dangerous",
    title: "Changes something that the whole program shares",
    why: "A function, class or module is changed for the whole program, so that later harmless calls run other code.",
  },
  "plants-method": {
    verdict: "dangerous",
    title: "Puts a function where a method is looked for",
    why: "Whoever asks the object for that method later calls the function.",
  },
  "extension-code": {
    verdict: "dangerous",
    title: "Imports by a number",
    why: "The number leads to a name in a registry of the loading program; the file does not show which.",
  },
  "uneven-frames": {
    verdict: "dangerous",
    title: "Shows different things to different readers",
    why: "Frames that end within an opcode make some versions of Python run opcodes that others never see.",
  },
  "archive-mismatch": {
    verdict: "dangerous",
    title: "An archive that readers open differently",
    why: "Its two lists of contents differ, so what was checked need not be what is loaded.",
  },
  "javascript-code": {
    verdict: "dangerous",
    title: "Carries JavaScript source",
    why: "brine/dill evaluates it for whoever loads it with allowCode. Python has no such module.",
  },
  "unknown-code": {
    verdict: "review",
    title: "Names code that is not known here",
    why: "Python would import it, and call it where a call is shown. Whether that is harmless depends on that code.",
  },
  "calls-class": {
    verdict: "review",
    title: "Calls the constructor of a library's class",
    why: "The library's own pickles make such objects without its constructor.",
  },
  "computed-arguments": {
    verdict: "review",
    title: "Puts together what it hands on",
    why: "What a call or an object gets while the file is loaded cannot be known from the file; data has no need of that.",
  },
  "fills-object": {
    verdict: "review",
    title: "Puts items into what is no list, dict or set",
    why: "Python calls a method of the object for that, which may be anything.",
  },
  "reads-file": {
    verdict: "review",
    title: "Opens another file",
    why: "The pickle names a file that Python would open while loading; what is in it was not looked at.",
  },
  "bound-method": {
    verdict: "review",
    title: "Takes a method of an object",
    why: "It may be called later; what it does depends on the object.",
  },
  "persistent-id": {
    verdict: "review",
    title: "Asks the loading program for an object",
    why: "What stands behind the identifier is not in the file.",
  },
  "embedded-pickle": {
    verdict: "review",
    title: "Holds another pickle as data",
    why: "Nothing here loads it; who does gets what was found in it.",
  },
  "unusual-encoding": {
    verdict: "review",
    title: "Converts text by an unusual codec",
    why: "Pickles write bytes by way of latin-1; other codecs hide what the text says.",
  },
  "large-object": {
    verdict: "review",
    title: "Makes something much larger than the file",
    why: "Loading it may take all memory, or never end.",
  },
  "trailing-data": {
    verdict: "review",
    title: "Goes on behind the end of the pickle",
    why: "pickle.load stops before these bytes; what else reads them is not known.",
  },
  "archive-duplicate": {
    verdict: "review",
    title: "An archive holds one name twice",
    why: "Which of the two is loaded depends on the reader; both were looked at.",
  },
  "broken-stream": {
    verdict: "incomplete",
    title: "Breaks off",
    why: "What comes before has run by then in Python; what would follow cannot be read.",
  },
  "beyond-limit": {
    verdict: "incomplete",
    title: "Is larger than the limits of this audit",
    why: "The rest was not looked at.",
  },
  "unread-format": {
    verdict: "incomplete",
    title: "Is in a format that cannot be read here",
    why: "It may hold anything.",
  },
  "unclear-array": {
    verdict: "incomplete",
    title: "Has an array whose bytes cannot be counted",
    why: "joblib reads on behind the array, and where that is cannot be told; other opcodes may run than those that were seen.",
  },
  "damaged-container": {
    verdict: "incomplete",
    title: "Is damaged",
    why: "The part that could not be unpacked may hold anything; other readers may get further.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;

/** The name of a rule. */
export type RuleName = keyof typeof RULES;

/** One thing that was found. */
export interface Finding {
  readonly rule: RuleName;
  readonly verdict: Verdict;
  /** What the pickle does, in a sentence. */
  readonly message: string;
  /** Why it matters. */
  readonly why: string;
  /** Byte in the part of the file named by `part`, of the opcode. */
  readonly offset: number;
  /** Where within archives and nested pickles: "archive/data.pkl", "bytes at 120"; empty for the file itself. */
  readonly part: string;
  /** The Python expression that it amounts to. */
  readonly expression: string | undefined;
  /** The name that it is about: "os.system". */
  readonly name: string | undefined;
  /** What would make it right, where something does. */
  readonly hint: string | undefined;
  /** How often it was found; the place is that of the first. */
  count: number;
}
