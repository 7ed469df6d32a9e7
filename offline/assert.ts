/**
 * Stand-in for `@std/assert` 1.0.19: the assertions that the tests here use.
 * Equality has the rules of the real package, which are not those of Node: `0`
 * equals `-0`, errors differ by their stacks, and an object without prototype
 * equals a plain one.
 *
 * @module
 */

import { AssertionError as NodeAssertionError } from "node:assert";
import {
  inspect,
  isDeepStrictEqual,
  stripVTControlCharacters,
} from "node:util";

class AssertionError extends Error {
  override readonly name = "AssertionError";
}

function suffix(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}

function fail(message: string, msg?: string, options?: ErrorOptions): never {
  throw new AssertionError(message + suffix(msg), options);
}

type Pairs = Map<object, object>;
type Entry = readonly [unknown, unknown];

function prototypeOf(value: object): unknown {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

/** Own names and those of the prototypes up to the built-in ones. */
function namesOf(value: object): Set<PropertyKey> {
  const names = new Set<PropertyKey>();
  let at: object | null = value;
  while (at && at !== Object.prototype && at !== Array.prototype) {
    for (const name of Reflect.ownKeys(at)) names.add(name);
    at = Object.getPrototypeOf(at);
  }
  return names;
}

function entriesOf(value: object): Entry[] | undefined {
  const isCollection = value instanceof Map || value instanceof Set;
  return isCollection ? [...value.entries()] : undefined;
}

function equal(a: unknown, b: unknown, pairs: Pairs): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (a instanceof Date && b instanceof Date) {
    return Object.is(a.getTime(), b.getTime());
  }
  if (prototypeOf(a) !== prototypeOf(b)) return false;
  if (ArrayBuffer.isView(a) || a instanceof ArrayBuffer) {
    return isDeepStrictEqual(a, b);
  }
  if (pairs.get(a) === b) return true;
  if (Object.keys(a).length !== Object.keys(b).length) return false;
  pairs.set(a, b);
  const [entries, otherEntries] = [entriesOf(a), entriesOf(b)];
  if (entries && otherEntries) {
    return entries.length === otherEntries.length &&
      entries.every(([key, value]) =>
        otherEntries.some(([otherKey, other]) =>
          equal(key, otherKey, pairs) && equal(value, other, pairs)
        )
      );
  }
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  return [...namesOf(a).union(namesOf(b))].every((name) =>
    name in a && name in b &&
    equal(Reflect.get(a, name), Reflect.get(b, name), pairs)
  );
}

/** Asserts that a value is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected, new Map())) return;
  const operator = "deepStrictEqual";
  const { message } = new NodeAssertionError({ actual, expected, operator });
  throw new AssertionError(`Values are not equal${suffix(msg)}\n${message}`);
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected, new Map())) return;
  fail(`Expected a value other than ${inspect(expected)}`, msg);
}

/** Asserts that text matches a pattern. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (expected.test(actual)) return;
  fail(`Expected "${actual}" to match ${expected}`, msg);
}

/** Asserts that text contains other text. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  fail(`Expected "${actual}" to contain "${expected}"`, msg);
}

// deno-lint-ignore no-explicit-any -- the real package's own signature
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** The error class, a part of its message, and a message of one's own. */
type Wanted = [first?: ErrorClass<Error> | string, part?: string, msg?: string];

function ownMessage([first, , msg]: Wanted): string | undefined {
  return typeof first === "string" ? first : msg;
}

function checkError(error: unknown, [errorClass, part, msg]: Wanted): unknown {
  if (typeof errorClass !== "function") return error;
  if (!(error instanceof Error)) fail("Expected an Error object", msg);
  const options = { cause: error };
  if (!(error instanceof errorClass)) {
    const got = (error as Error).constructor?.name;
    const want = errorClass.name;
    fail(`Expected an instance of "${want}", got "${got}"`, msg, options);
  }
  const text = stripVTControlCharacters(error.message);
  if (!part || text.includes(stripVTControlCharacters(part))) return error;
  const [want, got] = [part, error.message].map((it) => JSON.stringify(it));
  const message = `Expected the error message to include ${want}, got ${got}`;
  fail(message, msg, options);
}

/** Asserts that a function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that a function throws an error of a class; returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  ...wanted: Wanted
): unknown {
  try {
    fn();
  } catch (error) {
    return checkError(error, wanted);
  }
  fail("Expected function to throw", ownMessage(wanted));
}

/** Asserts that a promise is rejected; returns the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Asserts that a promise is rejected with an error of a class; returns it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ...wanted: Wanted
): Promise<unknown> {
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch (cause) {
    fail("Function throws when expected to reject", ownMessage(wanted), {
      cause,
    });
  }
  if (typeof promise?.then !== "function") {
    fail("Function returned no promise", ownMessage(wanted));
  }
  try {
    await promise;
  } catch (error) {
    return checkError(error, wanted);
  }
  fail("Expected function to reject", ownMessage(wanted));
}
