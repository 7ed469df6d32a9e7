/**
 * Stand-in for `@std/cli/parse-args` 1.0.32: the options `boolean`, `string`,
 * `alias` and `unknown`, for flags that these options declare. Others have a
 * value only as in `--name=value`.
 *
 * @module
 */

export interface ParseOptions {
  /** Flags without a value. */
  boolean?: readonly string[];
  /** Flags with a value. */
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
  const pairs = Object.entries(options.alias ?? {});
  const others = new Map(pairs.flatMap(([a, b]) => [[a, b], [b, a]]));
  const namesOf = (name: string) => [name, others.get(name) ?? name];
  const booleans = new Set(options.boolean?.flatMap(namesOf));
  const strings = new Set(options.string?.flatMap(namesOf));
  const result: Args = { _: [] };
  for (const name of booleans) result[name] = false;

  function set(arg: string, name: string, value: string | boolean): void {
    const isDeclared = booleans.has(name) || strings.has(name);
    if (!isDeclared && options.unknown?.(arg, name, value) === false) return;
    for (const each of namesOf(name)) result[each] = value;
  }

  const words = [...args];
  /** Sets a flag that the next word may belong to. */
  function setWithNext(arg: string, name: string): void {
    const next = words[0] ?? "";
    if (strings.has(name)) {
      const isValue = next !== "" && !next.startsWith("-");
      return set(arg, name, isValue ? words.shift() ?? "" : "");
    }
    const isValue = booleans.has(name) && /^(true|false)$/.test(next);
    set(arg, name, isValue ? words.shift() === "true" : true);
  }

  for (let arg; (arg = words.shift()) !== undefined && arg !== "--";) {
    const [, name, value] = /^--([^=]+)=?(.*)$/s.exec(arg) ?? [];
    if (name !== undefined && value !== undefined && arg.includes("=")) {
      set(arg, name, booleans.has(name) ? value !== "false" : value);
    } else if (name !== undefined) {
      setWithNext(arg, name);
    } else if (/^-./.test(arg)) {
      for (const letter of arg.slice(1, -1)) set(arg, letter, true);
      setWithNext(arg, arg.slice(-1));
    } else if (options.unknown?.(arg) !== false) {
      result._.push(numberOr(arg));
    }
  }
  result._.push(...words);
  return result;
}
