/**
 * Stand-in for `@std/cli/parse-args` 1.0.32, for a machine that cannot reach
 * JSR. The real package is used whenever JSR was reachable. An option that the
 * real one does not have is refused, so that nothing can come to rely on it.
 *
 * @module
 */

import { FlagNames } from "./flag_names.ts";
import { has, put } from "./nested.ts";
import type { Aliases, Args, ParseOptions, Values } from "./types.ts";

export type { Args, ParseOptions } from "./types.ts";

const isNumber = (text: string) =>
  text.trim() !== "" && Number.isFinite(Number(text));
const isTruth = (text: string) => text === "true" || text === "false";

class Parser {
  readonly result: Record<string, unknown> & { _: Array<string | number> } = {
    _: [],
  };

  constructor(
    readonly names: FlagNames,
    readonly unknown: NonNullable<ParseOptions["unknown"]>,
  ) {}

  set(
    name: string,
    given: string | boolean,
    arg: string,
    collects = true,
  ): void {
    const { names } = this;
    if (
      !names.isKnown(name, arg) && this.unknown(arg, name, given) === false
    ) return;
    const value = typeof given === "string" && !names.strings.has(name) &&
        isNumber(given)
      ? Number(given)
      : given;
    const listed = collects && names.lists.has(name);
    for (const each of [name, ...names.others(name)]) {
      put(this.result, each, value, listed);
    }
  }

  word(arg: string): void {
    if (this.unknown(arg) === false) return;
    const isText = this.names.strings.has("_") || !isNumber(arg);
    this.result._.push(isText ? arg : Number(arg));
  }

  /** The value of a flag that stands alone. */
  alone(name: string): string | boolean {
    return this.names.strings.has(name) ? "" : true;
  }

  /** Reads `--name`, `--name=value`, `--name value` and `--no-name`. */
  long(arg: string, next: string | undefined): boolean {
    const { names } = this;
    const end = arg.indexOf("=", 3);
    if (end > 0) {
      const name = arg.slice(arg.startsWith("--no-", 0) ? 5 : 2, end);
      const value = arg.slice(end + 1);
      const truth = names.booleans.has(name) ? value !== "false" : value;
      this.set(name, truth, arg);
      return false;
    }
    const name = arg.slice(2);
    if (name.startsWith("no-") && names.negatable.has(name.slice(3))) {
      this.set(name.slice(3), false, arg, false);
      return false;
    }
    if (next) {
      const takesWord = !names.takesNone(name) && !names.allBooleans &&
        !next.startsWith("-");
      if (takesWord || isTruth(next)) {
        this.set(name, takesWord ? next : next !== "false", arg);
        return true;
      }
    }
    this.set(name, this.alone(name), arg);
    return false;
  }

  /** Reads `-a`, `-abc`, `-n5`, `-a=value` and `-a value`. */
  short(arg: string, next: string | undefined): boolean {
    for (let at = 1; at < arg.length - 1; at++) {
      const letter = arg.charAt(at);
      const rest = arg.slice(at + 1);
      if (rest === "-") {
        this.set(letter, rest, arg);
        continue;
      }
      const isLetter = /[a-z]/i.test(letter);
      const value = isLetter ? /=(.+)/.exec(rest)?.[1] : undefined;
      if (rest === "=") this.set(letter, "", arg);
      else if (value !== undefined) this.set(letter, value, arg);
      else if (isLetter && /-?\d+(\.\d*)?(e-?\d+)?$/.test(rest)) {
        this.set(letter, rest, arg);
      } else if (rest.length > 1 && /\W/.test(rest.charAt(0))) {
        this.set(letter, rest, arg);
      } else {
        this.set(letter, this.alone(letter), arg);
        continue;
      }
      return false;
    }
    const last = arg.slice(-1);
    if (last === "-") return false;
    const takesWord = next !== undefined && next !== "" &&
      !/^--?[^-]/.test(next) && !this.names.takesNone(last);
    if (takesWord || isTruth(next ?? "")) {
      this.set(last, takesWord ? next ?? "" : next !== "false", arg);
      return true;
    }
    this.set(last, this.alone(last), arg);
    return false;
  }

  /** Gives what was not given its default value. */
  complete(defaults: Record<string, unknown>): void {
    const { names, result } = this;
    for (const [name, value] of Object.entries(defaults)) {
      if (has(result, name)) continue;
      for (const each of [name, ...names.others(name)]) {
        put(result, each, value, false);
      }
    }
    for (const name of names.booleans) {
      if (!has(result, name)) {
        put(result, name, names.lists.has(name) ? [] : false, false);
      }
    }
    for (const name of names.strings) {
      if (!has(result, name) && names.lists.has(name)) {
        put(result, name, [], false);
      }
    }
  }
}

/** Reads command line words into flags and words. */
export function parseArgs<
  TDoubleDash extends boolean | undefined = undefined,
  TBooleans extends boolean | string | undefined = undefined,
  TStrings extends string | undefined = undefined,
  TCollectable extends string | undefined = undefined,
  TNegatable extends string | undefined = undefined,
  TDefault extends Record<string, unknown> | undefined = undefined,
  const TAliases extends Aliases | undefined = undefined,
>(
  args: readonly string[],
  options: ParseOptions<
    TBooleans,
    TStrings,
    TCollectable,
    TNegatable,
    TDefault,
    TAliases,
    TDoubleDash
  > = {},
): Args<
  Values<TBooleans, TStrings, TCollectable, TNegatable, TDefault, TAliases>,
  TDoubleDash
> {
  const names = new FlagNames(options as ParseOptions);
  const parser = new Parser(names, options.unknown ?? (() => true));
  const { result } = parser;
  const end = args.indexOf("--");
  const words = end === -1 ? args : args.slice(0, end);
  const rest = end === -1 ? [] : args.slice(end + 1);
  for (let at = 0; at < words.length; at++) {
    const arg = words[at] ?? "";
    const next = words[at + 1];
    if (/^--./s.test(arg)) at += parser.long(arg, next) ? 1 : 0;
    else if (/^-./s.test(arg)) at += parser.short(arg, next) ? 1 : 0;
    else {
      parser.word(arg);
      if (!options.stopEarly) continue;
      result._.push(...words.slice(at + 1));
      break;
    }
  }
  parser.complete(options.default ?? {});
  if (options["--"]) Object.assign(result, { "--": rest });
  else result._.push(...rest);
  return result as ReturnType<
    typeof parseArgs<
      TDoubleDash,
      TBooleans,
      TStrings,
      TCollectable,
      TNegatable,
      TDefault,
      TAliases
    >
  >;
}
