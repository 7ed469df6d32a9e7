// The status of a running producer, over HTTP.

import { isObject } from "./json.ts";
import { attempt, type Result } from "./result.ts";
import { httpFetch } from "./http_fetch.ts";

/** What a producer says of itself. */
export interface ProducerStatus {
  /** Whether data flows. */
  readonly ready: boolean;
  /** Why it does not. */
  readonly reasons: readonly string[];
  /** From one poll to the next. */
  readonly intervalSeconds: number;
  /** How long a poll may take. */
  readonly timeoutSeconds: number;
  /** What becomes of a poll that found nothing new. */
  readonly unchanged: "emit" | "skip" | undefined;
  /** Its process. */
  readonly pid: number;
  /** Records that Kafka acknowledged since the producer's start. */
  readonly published: number;
  /** The whole body of `/status`. */
  readonly raw: unknown;
}

/** A refused connection is known at once; this is for a busy machine. */
const busyTimeoutMs = 5_000;

/**
 * Reads the body of `/status`.
 *
 * @throws {Error} for a service that is not a producer.
 */
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

/**
 * Asks the producer at an address, `host:port`, for its status.
 *
 * @param timeoutMs How long to wait for it.
 */
export function askProducer(
  address: string,
  timeoutMs = busyTimeoutMs,
): Promise<Result<ProducerStatus>> {
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

/** An API's caches keep a response for 60 s; this allows twice that. */
const unchangedMs = 120_000;

/** The longest time between two records, or since the newest one, in ms. */
export function maxGapMs(producer: {
  /** From one poll to the next. */
  readonly intervalMs: number;
  /** How long a poll may take. */
  readonly timeoutMs: number;
  /** What becomes of a poll that found nothing new. */
  readonly unchanged: "emit" | "skip" | undefined;
}): number {
  const skippedMs = producer.unchanged === "skip" ? unchangedMs : 0;
  return 3 * producer.intervalMs + producer.timeoutMs + skippedMs;
}

/** The settings' defaults, where no producer can be asked. */
const defaultPace = {
  intervalMs: 30_000,
  timeoutMs: 10_000,
  unchanged: undefined,
};

/**
 * The longest time between two records of a producer, in ms.
 *
 * @param asked What it said of itself, if it could be asked.
 */
export function gapLimitMs(asked: Result<ProducerStatus> | undefined): number {
  if (!asked?.ok) return maxGapMs(defaultPace);
  const { intervalSeconds, timeoutSeconds, unchanged } = asked.value;
  return maxGapMs({
    intervalMs: intervalSeconds * 1_000,
    timeoutMs: timeoutSeconds * 1_000,
    unchanged,
  });
}
