/**
 * Stand-in for `@std/assert` 1.0.19: the assertions that tests here use, for a
 * machine that cannot reach JSR. The real package is used whenever JSR was
 * reachable. Nothing here goes beyond the real one's signatures.
 *
 * @module
 */

import { AssertionError as NodeAssertionError } from "node:assert";
import { inspect } from "node:util";
import { equal } from "./equal.ts";
import { AssertionError, suffix } from "./errors.ts";

export { equal } from "./equal.ts";
export {
  AssertionError,
  assertIsError,
  assertRejects,
  assertThrows,
} from "./errors.ts";
export { assertObjectMatch } from "./object_match.ts";

/** What {@linkcode assertFalse} takes for false. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** What {@linkcode assertArrayIncludes} takes. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

function show(value: unknown): string {
  return inspect(value, { depth: 20, sorted: true, compact: false });
}

function diff(actual: unknown, expected: unknown, operator: string): string {
  return new NodeAssertionError({ actual, expected, operator }).message;
}

/** Asserts that a value is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that a value is falsy. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) throw new AssertionError(msg);
}

/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `Values are not equal${suffix(msg)}\n${
      diff(actual, expected, "deepStrictEqual")
    }`,
  );
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  throw new AssertionError(
    `Expected a value other than ${show(expected)}${suffix(msg)}`,
  );
}

/** Asserts that two values are the same. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  throw new AssertionError(
    `Values are not strictly equal${suffix(msg)}\n${
      diff(actual, expected, "strictEqual")
    }`,
  );
}

/** Asserts that two values are not the same. */
export function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (!Object.is(actual, expected)) return;
  throw new AssertionError(
    `Expected something other than ${show(actual)} itself${suffix(msg)}`,
  );
}

/** Asserts that a value is neither null nor undefined. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  throw new AssertionError(`Expected a value, got ${actual}${suffix(msg)}`);
}

/** Asserts that a value is an instance of a class. */
export function assertInstanceOf<
  // deno-lint-ignore no-explicit-any -- the real package's own signature
  T extends abstract new (...args: any[]) => any,
>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  throw new AssertionError(
    `Expected an instance of "${expectedType.name}", got ${show(actual)}${
      suffix(msg)
    }`,
  );
}

/** Asserts that text matches a pattern. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (expected.test(actual)) return;
  throw new AssertionError(
    `Expected "${actual}" to match ${expected}${suffix(msg)}`,
  );
}

/** Asserts that text does not match a pattern. */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (!expected.test(actual)) return;
  throw new AssertionError(
    `Expected "${actual}" not to match ${expected}${suffix(msg)}`,
  );
}

/** Asserts that text contains a text. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(
    `Expected "${actual}" to contain "${expected}"${suffix(msg)}`,
  );
}

/** Asserts that a list contains all of some items. */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const items = Array.from(actual);
  const missing = Array.from(expected)
    .filter((item) => !items.some((other) => equal(item, other)));
  if (missing.length === 0) return;
  throw new AssertionError(
    `Expected ${show(actual)} to include ${show(expected)}${suffix(msg)}\n` +
      `missing: ${show(missing)}`,
  );
}

/** Asserts `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (actual > expected) return;
  throw new AssertionError(
    msg ?? `Expected ${show(actual)} > ${show(expected)}`,
  );
}

/** Asserts `actual >= expected`. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (actual >= expected) return;
  throw new AssertionError(
    msg ?? `Expected ${show(actual)} >= ${show(expected)}`,
  );
}

/** Asserts `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (actual < expected) return;
  throw new AssertionError(
    msg ?? `Expected ${show(actual)} < ${show(expected)}`,
  );
}

/** Asserts `actual <= expected`. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (actual <= expected) return;
  throw new AssertionError(
    msg ?? `Expected ${show(actual)} <= ${show(expected)}`,
  );
}

/** Asserts that two numbers differ by no more than a tolerance. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const most = tolerance ??
    (Number.isFinite(expected) ? Math.abs(expected) * 1e-7 : 1e-7);
  if (Math.abs(expected - actual) <= most) return;
  throw new AssertionError(
    `Expected ${actual} to be within ${most} of ${expected}${suffix(msg)}`,
  );
}

/** Fails. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${suffix(msg)}`);
}

/** Fails, as this place may not be reached. */
export function unreachable(msg?: string): never {
  throw new AssertionError(`Unreachable${suffix(msg)}`);
}
