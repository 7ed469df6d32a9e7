/**
 * How checks say what they found.
 *
 * @module
 */

/** How a check ended. Only `fail` makes the command fail. */
export type Verdict = "ok" | "warn" | "fail" | "skip";

/** One line of the report. */
export interface CheckResult {
  /** What was checked, in a word. */
  readonly name: string;
  /** How it ended. */
  readonly verdict: Verdict;
  /** What was found. */
  readonly detail: string;
  /** The next step to take, unless all is well. */
  readonly next?: string;
}

/** A result that has no name yet. */
export type Finding = Omit<CheckResult, "name">;

/** All is well. */
export const ok = (detail: string): Finding => ({ verdict: "ok", detail });

/** There was nothing to look at. */
export const skip = (detail: string): Finding => ({ verdict: "skip", detail });

/** Data does not flow. */
export const fail = (detail: string, next: string): Finding => ({
  verdict: "fail",
  detail,
  next,
});

/** Data flows, but a person should look. */
export const warn = (detail: string, next: string): Finding => ({
  verdict: "warn",
  detail,
  next,
});
