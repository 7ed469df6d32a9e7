/**
 * Parsers of single settings. Each takes text and gives a value or throws a
 * {@linkcode UsageError} that says the rule; `parseConfig()` adds the name.
 *
 * @module
 */

import { UsageError } from "./errors.ts";

/**
 * Reads one setting's text.
 *
 * @throws {UsageError} that says the rule.
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

/** A truth value: `true` or `false`. */
export function booleanField(text: string): boolean {
  return choiceField(["true", "false"])(text) === "true";
}

/** Text of a given form; `rule` says the form in words. */
export function patternField(pattern: RegExp, rule: string): Field<string> {
  return (text: string): string => {
    if (pattern.test(text)) return text;
    throw new UsageError(`expected ${rule}`);
  };
}

/** A host and a port. */
export interface Address {
  /** Host name or IP address; an IPv6 address stands without brackets. */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
}

/** `host:port`; an IPv6 address stands in brackets. */
export function addressField(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/
    .exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port >= 1 && port <= 65535) return { host, port };
  throw new UsageError(`expected host:port with a port from 1 to 65535`);
}

/** An address as it is written: `[::1]:9093`. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Comma-separated items, each read by `item`; at least one, none twice. */
export function listField<T>(item: Field<T>): Field<T[]> {
  return (text: string): T[] => {
    const words = text.split(",").map((word) => word.trim())
      .filter((word) => word !== "");
    if (words.length === 0) {
      throw new UsageError("expected at least one item, comma-separated");
    }
    const twice = words.find((word, index) => words.indexOf(word) !== index);
    if (twice !== undefined) {
      throw new UsageError(`"${twice}" stands there twice`);
    }
    return words.map(item);
  };
}
