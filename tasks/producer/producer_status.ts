// The status of a running producer, over HTTP.

import { isObject } from "../../lib/json.ts";
import { attempt, type Result } from "../../lib/result.ts";
import { httpFetch } from "../../producer/config/http_fetch.ts";

export interface ProducerStatus {
  /** Whether data flows. */
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly unchanged: "emit" | "skip" | undefined;
  readonly pid: number;
  /** Records that Kafka acknowledged since the producer's start. */
  readonly published: number;
  readonly raw: unknown;
}

/** A refused connection is known at once; this is for a busy machine. */
const timeoutMs = 5_000;

export function parseStatus(raw: unknown): ProducerStatus {
  if (
    !isObject(raw) || typeof raw.interval_seconds !== "number" ||
    !("instance" in raw)
  ) {
    throw new Error(
      "the service at that address is not a crypto-stream producer",
    );
  }
  const counters = isObject(raw.counters) ? raw.counters : {};
  const config = isObject(raw.config) ? raw.config : {};
  return {
    ready: raw.ready === true,
    reasons: Array.isArray(raw.reasons) ? raw.reasons.map(String) : [],
    intervalSeconds: raw.interval_seconds,
    timeoutSeconds: Number(raw.timeout_seconds ?? 0),
    unchanged: (["emit", "skip"] as const)
      .find((word) => word === config.UNCHANGED),
    pid: Number(raw.pid),
    published: Number(counters.published ?? 0),
    raw,
  };
}

export function askProducer(address: string): Promise<Result<ProducerStatus>> {
  return attempt(async () => {
    let response: Response;
    try {
      response = await httpFetch(`http://${address}/status`, {
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      const isLate = error instanceof DOMException &&
        error.name === "TimeoutError";
      throw new Error(
        isLate
          ? `no response within ${timeoutMs / 1000} s`
          : "nothing is listening",
      );
    }
    return parseStatus(await response.json());
  });
}
