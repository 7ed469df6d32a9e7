/**
 * Stand-in for `@std/cli/parse-args` 1.0.32: the options `boolean`, `string`,
 * `alias` and `unknown`. Undotted flag names only.
 *
 * @module
 */

/** The supported options of {@linkcode parseArgs}. */
export interface ParseOptions {
  /** Flags without a value. */
  boolean?: readonly string[];
  /** Flags whose value is never converted to a number. */
  string?: readonly string[];
  /** Other names by flag. */
  alias?: Readonly<Record<string, string>>;
  /** Called for what is not declared; `false` drops it from the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Flags by name, and the words beside them. */
export type Args = Record<string, unknown> & { _: (string | number)[] };

const supported = ["boolean", "string", "alias", "unknown"];

function numberOr(text: string): number | string {
  const isNumber = text.trim() !== "" && Number.isFinite(Number(text));
  return isNumber ? Number(text) : text;
}

class Parser {
  readonly result: Args = { _: [] };
  readonly others: ReadonlyMap<string, string>;
  readonly booleans: ReadonlySet<string>;
  readonly strings: ReadonlySet<string>;

  constructor(readonly options: ParseOptions) {
    const pairs = Object.entries(options.alias ?? {});
    const swapped = pairs.map(([name, other]) => [other, name] as const);
    this.others = new Map([...pairs, ...swapped]);
    this.booleans = new Set(options.boolean?.flatMap(this.namesOf));
    this.strings = new Set(options.string?.flatMap(this.namesOf));
    for (const name of this.booleans) this.result[name] = false;
  }

  readonly namesOf = (name: string): string[] => {
    return [name, this.others.get(name) ?? name];
  };

  /** Sets a flag; `undefined` as its value means that it has none. */
  set(name: string, given: string | boolean | undefined, arg: string): void {
    const { booleans, strings, others } = this;
    const text = given ?? (strings.has(name) ? "" : true);
    if (
      !booleans.has(name) && !strings.has(name) && !others.has(name) &&
      this.options.unknown?.(arg, name, text) === false
    ) return;
    const isFinal = typeof text === "boolean" || strings.has(name);
    const value = isFinal ? text : numberOr(text);
    for (const each of this.namesOf(name)) this.result[each] = value;
  }

  word(arg: string): void {
    if (this.options.unknown?.(arg) === false) return;
    this.result._.push(numberOr(arg));
  }

  /** Sets a flag that may be followed by its value; tells whether it was. */
  #withNext(
    name: string,
    arg: string,
    next: string | undefined,
    value: RegExp,
  ): boolean {
    const isBoolean = next === "true" || next === "false";
    const isWord = !!next && !this.booleans.has(name) && value.test(next);
    if (isWord) this.set(name, next, arg);
    else if (isBoolean) this.set(name, next === "true", arg);
    else this.set(name, undefined, arg);
    return isWord || isBoolean;
  }

  /** Reads `--name`, `--name=value` or `--name value`. */
  long(arg: string, next: string | undefined): boolean {
    const end = arg.indexOf("=", 3);
    if (end < 0) return this.#withNext(arg.slice(2), arg, next, /^[^-]/);
    const name = arg.slice(arg.startsWith("--no-") ? 5 : 2, end);
    const value = arg.slice(end + 1);
    this.set(name, this.booleans.has(name) ? value !== "false" : value, arg);
    return false;
  }

  /** Reads `-a`, `-abc`, `-n5`, `-a=value` or `-a value`. */
  short(arg: string, next: string | undefined): boolean {
    for (let at = 1; at < arg.length - 1; at++) {
      const letter = arg.charAt(at);
      const rest = arg.slice(at + 1);
      const isLetter = /[a-z]/i.test(letter);
      const value = isLetter ? /=(.+)/.exec(rest)?.[1] : undefined;
      const isValue = rest === "-" || rest === "=" || value !== undefined ||
        (isLetter && /-?\d+(\.\d*)?(e-?\d+)?$/.test(rest)) ||
        (rest.length > 1 && /\W/.test(rest.charAt(0)));
      if (!isValue) this.set(letter, undefined, arg);
      else this.set(letter, rest === "=" ? "" : value ?? rest, arg);
      if (isValue && rest !== "-") return false;
    }
    const last = arg.slice(-1);
    if (last === "-") return false;
    return this.#withNext(last, arg, next, /^(?!--?[^-])/);
  }
}

/** Reads command line words into flags and words. */
export function parseArgs(
  args: readonly string[],
  options: ParseOptions = {},
): Args {
  for (const name of Object.keys(options)) {
    if (supported.includes(name)) continue;
    throw new TypeError(
      `the stand-in of parseArgs() does not support the option "${name}"`,
    );
  }
  const parser = new Parser(options);
  const end = args.indexOf("--");
  const words = end < 0 ? args : args.slice(0, end);
  for (let at = 0; at < words.length; at++) {
    const arg = words[at] ?? "";
    const next = words[at + 1];
    if (/^--./s.test(arg)) at += parser.long(arg, next) ? 1 : 0;
    else if (/^-./s.test(arg)) at += parser.short(arg, next) ? 1 : 0;
    else parser.word(arg);
  }
  parser.result._.push(...end < 0 ? [] : args.slice(end + 1));
  return parser.result;
}
