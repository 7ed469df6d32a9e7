// What is left out of a run whose time is nearly over.

import { progress } from "../../tasks/cli/print.ts";

/** Adds a line to the file that `LEFT_OUT` names, for the end of a run. */
function noteLeftOut(part: string): void {
  const file = Deno.env.get("LEFT_OUT");
  if (file) Deno.writeTextFileSync(file, `${part}\n`, { append: true });
}

/**
 * Whether a part still fits into a run; says so where it does not.
 *
 * @param minutes What it and the files after it take on a busy machine.
 * @param options `until`: when the run ends, in seconds since 1970; without it
 * there is time for everything. `say` gets the line, `note` the part.
 */
export function hasTime(
  part: string,
  minutes: number,
  { until = Deno.env.get("SPARK_UNTIL"), say = progress, note = noteLeftOut }: {
    readonly until?: string | undefined;
    readonly say?: (line: string) => void;
    readonly note?: (part: string) => void;
  } = {},
): boolean {
  if (!until) return true;
  const left = Math.floor((Number(until) - Date.now() / 1000) / 60);
  if (left >= minutes) return true;
  say(`left out: ${part}: it may take ${minutes} minutes, ${left} are left`);
  note(part);
  return false;
}
