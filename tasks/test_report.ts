/**
 * What `deno test` prints, read as far as a run of several of them needs.
 *
 * @module
 */

/** How many tests ended how. */
export interface Counts {
  /** Passed. */
  readonly passed: number;
  /** Failed. */
  readonly failed: number;
}

function withoutColours(line: string): string {
  // deno-lint-ignore no-control-regex -- colours
  return line.replaceAll(/\x1b\[[\d;]*m/g, "");
}

/** The figures of `ok | 12 passed | 0 failed (1s)`. */
export function parseCounts(line: string): Counts | undefined {
  const match = /^(?:ok|FAILED) \| (\d+) passed.*\| (\d+) failed/.exec(
    withoutColours(line),
  );
  return match === null
    ? undefined
    : { passed: Number(match[1]), failed: Number(match[2]) };
}

/**
 * Whether the test runner's list of errors begins with this line; it ends with
 * the counts.
 */
export function beginsErrors(line: string): boolean {
  return withoutColours(line).trim() === "ERRORS";
}
