// Failures in a row of Kafka or of the lake: how long to wait, and when to give
// up.

import { backoffMs } from "../../kafka/backoff.ts";
import type { Clock } from "../../lib/clock.ts";
import { CommandError, messageOf } from "../../lib/errors.ts";
import type { FollowEvent } from "./events.ts";

/** What {@linkcode Retry} works with. */
export interface RetryOptions {
  /** Time. */
  readonly clock: Clock;
  /** A number from 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Ends a wait. */
  readonly signal: AbortSignal;
  /** Gets failures and recoveries. */
  readonly onEvent: (event: FollowEvent) => void;
  /** After failing for so long, in milliseconds, the error is thrown. */
  readonly giveUpMs: number;
}

/** The longest wait for records once Kafka is back. */
const maxWaitMs = 5_000;

const nextStep = {
  kafka: "check that Kafka runs and that the topic exists: deno task status",
  lake: "free disk space, or check LAKE_DIR's permissions",
};

/** Failures in a row of one thing. */
export class Retry {
  readonly #what: "kafka" | "lake";
  readonly #options: RetryOptions;
  #failures = 0;
  #sinceMs = 0;

  /** None so far. */
  constructor(what: "kafka" | "lake", options: RetryOptions) {
    this.#what = what;
    this.#options = options;
  }

  /** It works. */
  succeeded(): void {
    const failures = this.#failures;
    if (failures === 0) return;
    this.#failures = 0;
    this.#options.onEvent({ kind: "recovered", what: this.#what, failures });
  }

  /**
   * It failed; waits until it is to be tried again.
   *
   * @throws {CommandError} when it has failed for too long.
   */
  async failed(error: unknown): Promise<void> {
    const { clock, random, signal, onEvent, giveUpMs } = this.#options;
    const nowMs = clock.monotonic();
    if (this.#failures === 0) this.#sinceMs = nowMs;
    const failedMs = nowMs - this.#sinceMs;
    if (failedMs >= giveUpMs) {
      const what = this.#what;
      const next = error instanceof CommandError ? error.next : nextStep[what];
      const forSeconds = Math.round(failedMs / 1_000);
      throw new CommandError(
        `${what === "kafka" ? "Kafka" : "the lake"} has failed for ` +
          `${forSeconds} s: ${messageOf(error)}`,
        next,
        { cause: error },
      );
    }
    const waitMs = backoffMs(this.#failures++, random(), maxWaitMs);
    const { what, failures } = { what: this.#what, failures: this.#failures };
    onEvent({ kind: "failed", what, error, failures, waitMs });
    await clock.sleep(waitMs, signal);
  }
}
