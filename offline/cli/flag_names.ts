/**
 * Which flags the options name, each with its other names.
 *
 * @module
 */

import type { ParseOptions } from "./types.ts";

const optionNames = [
  "--",
  "alias",
  "boolean",
  "collect",
  "default",
  "negatable",
  "stopEarly",
  "string",
  "unknown",
];

/** The names in the options, ready for questions. */
export class FlagNames {
  /** Flags without a value. */
  readonly booleans: ReadonlySet<string>;
  /** Flags whose value stays text. */
  readonly strings: ReadonlySet<string>;
  /** Flags whose values make a list. */
  readonly lists: ReadonlySet<string>;
  /** Flags that `--no-` turns off. */
  readonly negatable: ReadonlySet<string>;
  /** Whether each long flag without `=` is one without a value. */
  readonly allBooleans: boolean;
  readonly #others = new Map<string, ReadonlySet<string>>();

  /**
   * Takes the options.
   *
   * @throws {TypeError} for an option that the real package does not have.
   */
  constructor(options: ParseOptions) {
    for (const name of Object.keys(options)) {
      if (!optionNames.includes(name)) {
        throw new TypeError(`parseArgs() has no option "${name}"`);
      }
    }
    for (const [name, given] of Object.entries(options.alias ?? {})) {
      const others = [given].flat();
      this.#others.set(name, new Set(others));
      for (const other of others) {
        const rest = others.filter((each) => each !== other);
        this.#others.set(other, new Set([name, ...rest]));
      }
    }
    this.allBooleans = options.boolean === true;
    this.booleans = this.#withOthers(options.boolean);
    this.strings = this.#withOthers(options.string);
    this.lists = this.#withOthers(options.collect);
    this.negatable = this.#withOthers(options.negatable);
  }

  #withOthers(
    given: boolean | string | readonly string[] | undefined,
  ): Set<string> {
    const names = [given ?? []].flat().filter((name) =>
      typeof name === "string" && name !== ""
    ) as string[];
    return new Set(names.flatMap((name) => [name, ...this.others(name)]));
  }

  /** The other names of a flag. */
  others(name: string): ReadonlySet<string> {
    return this.#others.get(name) ?? new Set();
  }

  /** Whether the options speak of a flag. */
  isKnown(name: string, arg: string): boolean {
    return this.booleans.has(name) || this.strings.has(name) ||
      this.lists.has(name) || this.#others.has(name) ||
      (this.allBooleans && /^--[^=]+$/.test(arg));
  }

  /** Whether a flag takes no word as its value. */
  takesNone(name: string): boolean {
    return this.booleans.has(name);
  }
}
