/**
 * Stand-in for `@std/cli/parse-args` 1.0.32, as far as this project uses it:
 * `boolean`, `string`, `alias` and `unknown`. Any other option is refused, so
 * that nothing can work here which was never checked against the real package.
 *
 * @module
 */

/** The parsed words: `_` holds what is no flag. */
export type Args = { _: Array<string | number> } & {
  // deno-lint-ignore no-explicit-any -- as in the real package
  [name: string]: any;
};

/** The options. */
export interface ParseOptions {
  /** Flags without a value; they are `false` unless given. */
  boolean?: readonly string[];
  /** Flags whose value stays text; given without one it is empty. */
  string?: readonly string[];
  /** Other names of flags. */
  alias?: Record<string, string>;
  /** Called for each unknown argument; a word is kept unless it says false. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

const optionNames = ["boolean", "string", "alias", "unknown"];

function word(text: string): string | number {
  return /^-?(0x[0-9a-f]+|\d+(\.\d*)?(e-?\d+)?)$/i.test(text)
    ? Number(text)
    : text;
}

/** Reads command line words into flags. */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name)) {
      throw new TypeError(`the stand-in of parseArgs() has no "${name}"`);
    }
  }
  const { boolean = [], string = [], alias = {}, unknown } = options;
  const parsed: Args = { _: [] };
  const set = (name: string, value: unknown) => {
    parsed[name] = value;
    const other = alias[name] ??
      Object.keys(alias).find((short) => alias[short] === name);
    if (other !== undefined) parsed[other] = value;
  };
  for (const name of boolean) set(name, false);

  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      parsed._.push(...args.slice(index + 1));
      break;
    }
    const match = /^--?([^=-][^=]*)(?:=([\s\S]*))?$/.exec(arg);
    if (match === null || /^-\d/.test(arg)) {
      if (unknown?.(arg) !== false) parsed._.push(word(arg));
      continue;
    }
    const given = match[1] ?? "";
    const name = alias[given] ?? given;
    const value = match[2];
    if (boolean.includes(name)) {
      set(name, value === undefined || value === "true");
    } else if (string.includes(name)) {
      const next = args[index + 1];
      const takesNext = value === undefined && next !== undefined &&
        !next.startsWith("-");
      set(name, takesNext ? next : value ?? "");
      if (takesNext) index++;
    } else if (unknown?.(arg, given, value ?? true) !== false) {
      set(name, value ?? true);
    }
  }
  return parsed;
}
