// Parsers of single settings: text in, a value out. A {@linkcode UsageError}
// states the rule; {@linkcode parseSetting} adds the name and the value.

import { messageOf, UsageError } from "./errors.ts";

/**
 * Parses one setting's text.
 *
 * @throws {UsageError} that states the rule.
 */
export type Field<T> = (text: string) => T;

/** A number within bounds, in decimal notation. */
export function numberField(low: number, high: number): Field<number> {
  return (text: string): number => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (value >= low && value <= high) return value;
    throw new UsageError(`expected a number from ${low} to ${high}`);
  };
}

/** A whole number within bounds. */
export function integerField(low: number, high: number): Field<number> {
  return (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= low && value <= high) return value;
    throw new UsageError(`expected a whole number from ${low} to ${high}`);
  };
}

/** A TCP port. */
export const portField: Field<number> = integerField(1, 65_535);

/** One of a closed set of words. */
export function choiceField<const T extends string>(
  words: readonly T[],
): Field<T> {
  return (text: string): T => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new UsageError(`expected ${words.join(" or ")}`);
  };
}

/** `true` or `false`. */
export function booleanField(text: string): boolean {
  return choiceField(["true", "false"])(text) === "true";
}

/** Text that matches a pattern; `rule` describes the pattern in words. */
export function patternField(pattern: RegExp, rule: string): Field<string> {
  return (text: string): string => {
    if (pattern.test(text)) return text;
    throw new UsageError(`expected ${rule}`);
  };
}

/** An `http:` or `https:` address. */
export function urlField(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError("expected an address that starts with https://");
}

/** Comma-separated items, each parsed by `item`; at least one, without duplicates. */
export function listField<T>(item: Field<T>): Field<T[]> {
  return (text: string): T[] => {
    const words = text.split(",").map((word) => word.trim())
      .filter((word) => word !== "");
    if (words.length === 0) {
      throw new UsageError("expected at least one item, comma-separated");
    }
    const twice = words.find((word, index) => words.indexOf(word) !== index);
    if (twice !== undefined) {
      throw new UsageError(`"${twice}" is listed twice`);
    }
    return words.map(item);
  };
}

/**
 * Parses a setting.
 *
 * @throws {UsageError} with the setting's name, its value and the rule.
 */
export function parseSetting<T>(
  name: string,
  text: string,
  parse: Field<T>,
): T {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${name} is "${text}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Runs all parsers, so that every mistake is reported at once.
 *
 * @throws {UsageError} with the lines of all mistakes.
 */
export function parseAll<T extends Record<string, () => unknown>>(
  parsers: T,
): { readonly [K in keyof T]: ReturnType<T[K]> } {
  const values: Record<string, unknown> = {};
  const mistakes = new Set<string>();
  for (const [key, parse] of Object.entries(parsers)) {
    try {
      values[key] = parse();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      error.message.split("\n").forEach((line) => mistakes.add(line));
    }
  }
  if (mistakes.size > 0) throw new UsageError([...mistakes].join("\n"));
  // Each parser of `T` has given its value.
  return values as { [K in keyof T]: ReturnType<T[K]> };
}
