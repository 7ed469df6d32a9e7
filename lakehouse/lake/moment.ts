// A moment of the lake as people type it.

import { UsageError } from "../../lib/errors.ts";

/** A moment of the lake: a snapshot's number, or a time. */
export type Moment =
  | { readonly version: number }
  | { readonly time: Temporal.Instant };

/**
 * Parses a time of UTC: `2026-11-25`, `2026-11-25T10:00`, `2026-11-25T10:00Z`,
 * `2026-11-25T15:30+05:30`.
 *
 * @throws {UsageError} for anything else.
 */
export function parseTime(text: string): Temporal.Instant {
  const match =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/
      .exec(text);
  try {
    if (match === null) throw new RangeError();
    const [, date, time = "00:00", zone = "Z"] = match;
    return Temporal.Instant.from(`${date}T${time}${zone}`);
  } catch {
    throw new UsageError(
      `"${text}" is not a time: expected UTC such as 2026-11-25T10:00, or ` +
        "with a zone, 2026-11-25T15:30+05:30",
    );
  }
}

/**
 * Parses a snapshot's number, or a time of UTC.
 *
 * @param name What the text was given as, for the error.
 * @throws {UsageError} for anything else.
 */
export function parseMoment(text: string, name: string): Moment {
  if (/^\d{1,15}$/.test(text)) return { version: Number(text) };
  try {
    return { time: parseTime(text) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${name} is "${text}": expected a snapshot's number (see deno task lake ` +
        "history), or a time of UTC such as 2026-11-25T10:00",
    );
  }
}
