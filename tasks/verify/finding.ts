// The results of checks.

/** Only `fail` makes the command fail. */
export type Verdict = "ok" | "warn" | "fail" | "skip";

export interface CheckResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
  /** The next step to take; present for `warn` and `fail`. */
  readonly next?: string;
}

export type Finding = Omit<CheckResult, "name">;

export function ok(detail: string): Finding {
  return { verdict: "ok", detail };
}

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
