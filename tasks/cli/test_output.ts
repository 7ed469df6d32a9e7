// What `deno test` prints, as values.

import { stripVTControlCharacters } from "node:util";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/** Reads the last line of `deno test`, such as `ok | 12 passed | 0 failed`. */
export function parseCounts(line: string): Counts | undefined {
  const match =
    /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(?: \| (\d+) ignored)?/
      .exec(stripVTControlCharacters(line));
  if (match === null) return undefined;
  const [passed = 0, failed = 0, ignored = 0] = match.slice(1)
    .map((digits) => Number(digits ?? 0));
  return { passed, failed, ignored };
}

/**
 * What a failed `deno test` said of its failures: from its heading ERRORS to
 * its last line, without frames of Deno's own code. A run that was killed has
 * no such heading: its last lines then. At most `limit` lines, the first ones
 * and the list of failures at the end.
 */
export function failureReport(
  lines: readonly string[],
  limit: number,
): string[] {
  const plain = lines.map((line) => stripVTControlCharacters(line).trimEnd());
  const start = plain.findLastIndex((line) => line.trim() === "ERRORS");
  if (start < 0) return plain.slice(-limit);
  const report = plain.slice(start + 1)
    .filter((line) => line !== "" && !line.includes("(ext:"));
  if (report.length <= limit) return report;
  const half = Math.floor(limit / 2);
  const cut = `[${report.length - 2 * half} lines cut]`;
  return [...report.slice(0, half), cut, ...report.slice(-half)];
}
