// The results of checks.

/** Only `fail` makes the command fail. */
export type Verdict = "ok" | "warn" | "fail" | "skip";

/** One row of the report. */
export interface CheckResult {
  /** The check's name, one word. */
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
  /** The next step to take; present for `warn` and `fail`. */
  readonly next?: string;
}

/** A result without the check's name. */
export type Finding = Omit<CheckResult, "name">;

/** The check passed. */
export function ok(detail: string): Finding {
  return { verdict: "ok", detail };
}

/** There was nothing to check. */
export function skip(detail: string): Finding {
  return { verdict: "skip", detail };
}

/** Data does not flow. */
export function fail(detail: string, next: string): Finding {
  return { verdict: "fail", detail, next };
}

/** Data flows, but something is odd. */
export function warn(detail: string, next: string): Finding {
  return { verdict: "warn", detail, next };
}

export function noneFailed(results: readonly CheckResult[]): boolean {
  return results.every(({ verdict }) => verdict !== "fail");
}
