/**
 * Assertions on what a function throws, with the rules of `@std/assert`.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";

/** What a failed assertion throws. */
export class AssertionError extends Error {
  /** Takes what failed, and the error behind it if there is one. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** The end of a message: the caller's own words, or a full stop. */
export function suffix(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}

// deno-lint-ignore no-explicit-any -- the real package's own signature
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Asserts that a value is an error, of a class and with a text if given. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ErrorClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  const end = suffix(msg);
  if (!(error instanceof Error)) {
    throw new AssertionError(`Expected an Error object${end}`);
  }
  if (ErrorClass && !(error instanceof ErrorClass)) {
    const [wanted, got] = [ErrorClass.name, error.constructor?.name];
    throw new AssertionError(
      `Expected an instance of "${wanted}", got "${got}"${end}`,
      { cause: error },
    );
  }
  if (!msgMatches) return;
  const text = stripVTControlCharacters(error.message);
  const found = typeof msgMatches === "string"
    ? text.includes(stripVTControlCharacters(msgMatches))
    : msgMatches.test(text);
  if (found) return;
  const wanted = typeof msgMatches === "string"
    ? JSON.stringify(msgMatches)
    : String(msgMatches);
  const got = JSON.stringify(error.message);
  throw new AssertionError(
    `Expected the error's message to include ${wanted}, got ${got}${end}`,
    { cause: error },
  );
}

/** Asserts that a function throws; gives what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that a function throws an error of a class; gives the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  errorClassOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const own = typeof errorClassOrMsg === "string" ? errorClassOrMsg : msg;
  try {
    fn();
  } catch (error) {
    if (typeof errorClassOrMsg === "function") {
      assertIsError(error, errorClassOrMsg, msgIncludes, own);
    }
    return error;
  }
  throw new AssertionError(`Expected function to throw${suffix(own)}`);
}

/** Asserts that a promise is rejected; gives what it was rejected with. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Asserts that a promise is rejected with an error of a class; gives it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  errorClassOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const own = typeof errorClassOrMsg === "string" ? errorClassOrMsg : msg;
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch (cause) {
    throw new AssertionError(
      `Function throws when expected to reject${suffix(own)}`,
      { cause },
    );
  }
  if (typeof promise?.then !== "function") {
    throw new AssertionError(`Function returned no promise${suffix(own)}`);
  }
  try {
    await promise;
  } catch (error) {
    if (typeof errorClassOrMsg === "function") {
      assertIsError(error, errorClassOrMsg, msgIncludes, own);
    }
    return error;
  }
  throw new AssertionError(`Expected function to reject${suffix(own)}`);
}
