/**
 * The only way in which tasks speak: results go to stdout, progress and advice
 * go to stderr, so that `--json` stays clean in a pipe.
 *
 * @module
 */

import { writeLine } from "../../lib/output.ts";

/** Prints a line of the command's result to stdout. */
export function result(line: string): void {
  writeLine(Deno.stdout, line);
}

/** Prints a line of progress or advice to stderr. */
export function progress(line: string): void {
  writeLine(Deno.stderr, line);
}

/** Takes a line of progress while a long step is under way. */
export type Progress = (line: string) => void;
