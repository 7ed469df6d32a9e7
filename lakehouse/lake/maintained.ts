// When a lake was last maintained to the end: a file in its folder says it. The
// lock of maintenance says only that one began.

import { ifExists } from "../../lib/files.ts";

/** The file, in the lake's folder. */
export const maintainedName = "maintenance.done";

/** Notes that a maintenance was completed. */
export function noteMaintained(lakeDir: string, now: Temporal.Instant): void {
  try {
    Deno.writeTextFileSync(`${lakeDir}/${maintainedName}`, `${now}\n`);
  } catch {
    // It is done all the same; what cannot be written here, commits tell.
  }
}

/**
 * When a lake was last maintained to the end, in ms since 1970.
 *
 * @returns `undefined` where none was, or a process was killed while it noted
 * it.
 */
export function maintainedMs(lakeDir: string): number | undefined {
  const text = ifExists(() =>
    Deno.readTextFileSync(`${lakeDir}/${maintainedName}`)
  );
  if (text === undefined) return undefined;
  try {
    return Temporal.Instant.from(text.trim()).epochMilliseconds;
  } catch {
    return undefined;
  }
}
