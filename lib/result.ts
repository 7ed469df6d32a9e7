/**
 * A question whose failure is an answer too.
 *
 * @module
 */

import { messageOf } from "./errors.ts";

/** What was asked for, or why it could not be had. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** Does the work; what it throws becomes the result's error, as text. */
export async function attempt<T>(
  work: () => Promise<T>,
): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}
