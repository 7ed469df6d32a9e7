/**
 * Stand-in for `@std/assert` 1.0.19: the functions this project uses, on top
 * of `node:assert`. The real package is used whenever JSR was reachable.
 *
 * @module
 */

import nodeAssert from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";

// deno-lint-ignore no-explicit-any -- the real package's own signature
type ErrorClass<E extends Error> = new (...args: any[]) => E;

/** What a failed assertion throws. */
export class AssertionError extends Error {
  /** Its name, whatever it was bundled with. */
  override name = "AssertionError";
}

function check(holds: boolean, message: string, own?: string): void {
  if (!holds) throw new AssertionError(own ? `${message}: ${own}` : message);
}

const show = (value: unknown) => inspect(value, { depth: 8, sorted: true });

/** Asserts a condition. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that a condition is false. */
export function assertFalse(expr: unknown, msg = ""): void {
  check(!expr, "Expected a falsy value", msg);
}

/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  try {
    nodeAssert.deepStrictEqual(actual, expected);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new AssertionError(msg ? `${text}\n${msg}` : text);
  }
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  const same = isDeepStrictEqual(actual, expected);
  check(!same, `Expected other than ${show(expected)}`, msg);
}

/** Asserts that two values are the same. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  const text = `Expected ${show(expected)}, got ${show(actual)}`;
  check(Object.is(actual, expected), text, msg);
}

/** Asserts that a value is neither null nor undefined. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  check(actual !== null && actual !== undefined, "Expected a value", msg);
}

/** Asserts that a value was made by a class. */
export function assertInstanceOf<E extends Error>(
  actual: unknown,
  expectedType: ErrorClass<E>,
  msg = "",
): asserts actual is E {
  const text = `Expected ${expectedType.name}, got ${show(actual)}`;
  check(actual instanceof expectedType, text, msg);
}

/** Asserts that text matches a pattern. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  check(expected.test(actual), `Expected ${expected} in ${show(actual)}`, msg);
}

/** Asserts that text contains a part. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  const text = `Expected ${show(expected)} in ${show(actual)}`;
  check(actual.includes(expected), text, msg);
}

/** Asserts `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  check(actual > expected, `Expected ${actual} > ${expected}`, msg);
}

/** Asserts `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  check(actual < expected, `Expected ${actual} < ${expected}`, msg);
}

function checkError<E extends Error>(
  error: unknown,
  errorClass: ErrorClass<E>,
  msgIncludes: string,
  msg: string | undefined,
): E {
  assertInstanceOf(error, errorClass, msg);
  assertStringIncludes(error.message, msgIncludes, msg);
  return error;
}

/** Asserts that a function throws; gives the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes = "",
  msg?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkError(error, errorClass, msgIncludes, msg);
  }
  throw new AssertionError(`Expected an error${msg ? `: ${msg}` : ""}`);
}

/** Asserts that a promise is rejected; gives the error. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes = "",
  msg?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checkError(error, errorClass, msgIncludes, msg);
  }
  throw new AssertionError(`Expected a rejection${msg ? `: ${msg}` : ""}`);
}
