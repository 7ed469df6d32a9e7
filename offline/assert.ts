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

function fail(message: string, msg?: string, options?: ErrorOptions): never {
  throw new AssertionError(message + (msg ? `: ${msg}` : "."), options);
}

type Pairs = Map<object, object>;

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

function entriesOf(value: object): [unknown, unknown][] | undefined {
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

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected, new Map())) return;
  const operator = "deepStrictEqual";
  const { message } = new NodeAssertionError({ actual, expected, operator });
  const why = msg ? `: ${msg}` : ".";
  throw new AssertionError(`Values are not equal${why}\n${message}`);
}

export function assertNotEquals<T>(actual: T, expected: T): void {
  if (!equal(actual, expected, new Map())) return;
  fail(`Expected a value other than ${inspect(expected)}`);
}

export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (expected.test(actual)) return;
  fail(`Expected "${actual}" to match ${expected}`, msg);
}

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
type Wanted = [errorClass?: ErrorClass<Error>, part?: string, msg?: string];

function checkError(error: unknown, [errorClass, part, msg]: Wanted): unknown {
  if (errorClass === undefined) return error;
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

export function assertThrows(fn: () => unknown): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...wanted: Wanted): unknown {
  try {
    fn();
  } catch (error) {
    return checkError(error, wanted);
  }
  fail("Expected function to throw", wanted[2]);
}

export function assertRejects(fn: () => PromiseLike<unknown>): Promise<unknown>;
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
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (cause) {
    fail("Function throws when expected to reject", wanted[2], { cause });
  }
  try {
    await promise;
  } catch (error) {
    return checkError(error, wanted);
  }
  fail("Expected function to reject", wanted[2]);
}
