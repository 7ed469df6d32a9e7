/**
 * A question whose failure is an answer too.
 *
 * @module
 */

import { messageOf } from "../../lib/errors.ts";
import type { Observed } from "../verify/observations.ts";

/** Does the work and keeps what it throws as words. */
export async function attempt<T>(
  work: () => Promise<T>,
): Promise<Observed<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}
