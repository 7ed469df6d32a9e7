/**
 * Partial equality with the rules of `@std/assert`: only what the expected
 * object has is compared.
 *
 * @module
 */

import { AssertionError as NodeAssertionError } from "node:assert";
import { equal } from "./equal.ts";
import { AssertionError, suffix } from "./errors.ts";

type Loose = Record<PropertyKey, unknown>;

function isOpen(value: unknown): value is Loose {
  return typeof value === "object" && value !== null &&
    !(value instanceof Date) && !(value instanceof RegExp);
}

function kindOf(value: object): unknown {
  return [Array, Map, Set].find((kind) => value instanceof kind);
}

function matches(actual: unknown, expected: unknown): boolean {
  if (!isOpen(actual) || !isOpen(expected)) return equal(actual, expected);
  if (actual instanceof Map && expected instanceof Map) {
    return [...expected].every(([key, value]) =>
      actual.has(key) && matches(actual.get(key), value)
    );
  }
  if (actual instanceof Set && expected instanceof Set) {
    return expected.isSubsetOf(actual);
  }
  // Of other kinds than these the real package compares properties alone.
  if (kindOf(actual) !== kindOf(expected)) return false;
  return Reflect.ownKeys(expected).every((name) =>
    Object.hasOwn(actual, name) &&
    (name === "length" && Array.isArray(actual)
      ? actual.length >= Number(expected[name])
      : matches(actual[name], expected[name]))
  );
}

/** Asserts that an object has all that another has, at any depth. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- the real package's own signature
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  if (matches(actual, expected)) return;
  const operator = "deepStrictEqual";
  throw new AssertionError(
    `Values are not equal${suffix(msg)}\n${
      new NodeAssertionError({ actual, expected, operator }).message
    }`,
  );
}
