// The output of tasks: results go to stdout, progress and advice to stderr, so
// that `--json` stays clean in a pipe.

import { writeLine } from "../../lib/output.ts";

export function result(line: string): void {
  writeLine(Deno.stdout, line);
}

export function progress(line: string): void {
  writeLine(Deno.stderr, line);
}

export type Progress = (line: string) => void;
