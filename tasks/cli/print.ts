// The output of tasks: results go to stdout, progress and advice to stderr, so
// that `--json` stays clean in a pipe.

import { writeLine } from "../../lib/output.ts";

/** Prints a line of the result to stdout. */
export function result(line: string): void {
  writeLine(Deno.stdout, line);
}

/** Prints a line of progress or advice to stderr. */
export function progress(line: string): void {
  writeLine(Deno.stderr, line);
}

/** Receives lines of progress during a long step. */
export type Progress = (line: string) => void;
