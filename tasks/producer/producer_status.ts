/**
 * What a producer says of itself, asked over HTTP.
 *
 * @module
 */

import { attempt } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";

/** What a running producer says of itself under `/status`. */
export interface ProducerStatus {
  /** Whether data flows, as it sees it. */
  readonly ready: boolean;
  /** Why not. */
  readonly reasons: readonly string[];
  /** From slot to slot, in seconds. */
  readonly intervalSeconds: number;
  /** For one answer of the source, in seconds. */
  readonly timeoutSeconds: number;
  /** What becomes of samples that bring nothing new, if it says so. */
  readonly unchanged: "emit" | "skip" | undefined;
  /** Its process. */
  readonly pid: number;
  /** The `instance` header of its records. */
  readonly instance: string;
  /** Records that were acknowledged since its start. */
  readonly published: number;
  /** Records that wait for Kafka. */
  readonly waiting: number;
}

/** A producer's status, and all that it said. */
export type FullStatus = ProducerStatus & { readonly all: unknown };

/** How long a producer may take; nobody to ask is known at once. */
const statusTimeoutMs = 5_000;

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null;

/**
 * Reads the answer of `/status`.
 *
 * @throws {Error} for anything that no producer says.
 */
export function readStatus(all: unknown): FullStatus {
  if (
    !isObject(all) || typeof all.interval_seconds !== "number" ||
    !("instance" in all)
  ) {
    throw new Error("what listens there is no producer");
  }
  const counters = isObject(all.counters) ? all.counters : {};
  const config = isObject(all.config) ? all.config : {};
  return {
    ready: all.ready === true,
    reasons: Array.isArray(all.reasons) ? all.reasons.map(String) : [],
    intervalSeconds: all.interval_seconds,
    timeoutSeconds: Number(all.timeout_seconds ?? 0),
    unchanged: (["emit", "skip"] as const)
      .find((word) => word === config.UNCHANGED),
    pid: Number(all.pid),
    instance: String(all.instance),
    published: Number(counters.published ?? 0),
    waiting: Number(all.waiting ?? 0),
    all,
  };
}

/** Asks the producer at an address of this machine. */
export function askProducer(admin: string): Promise<Result<FullStatus>> {
  return attempt(async () => {
    let response: Response;
    try {
      response = await fetch(`http://${admin}/status`, {
        signal: AbortSignal.timeout(statusTimeoutMs),
      });
    } catch (error) {
      const isLate = error instanceof DOMException &&
        error.name === "TimeoutError";
      throw new Error(
        isLate
          ? `no answer within ${statusTimeoutMs / 1000} s`
          : "nothing listens there",
      );
    }
    return readStatus(await response.json());
  });
}
