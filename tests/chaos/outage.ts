// How soon a producer publishes after an outage, and how often it has tried to
// connect until then.

import { progress } from "../../tasks/cli/print.ts";
import { until } from "../harness/until.ts";
import { assert } from "@std/assert";
import type { RunningLife } from "./life.ts";

/** Makes the producer log each connection that it opens. */
export const logsConnections = { LOG_LEVEL: "debug" };

const second = 1_000;

function since(
  { producer }: RunningLife,
  beganMs: number,
  matches: (message: string) => boolean,
): number[] {
  return producer.lines
    .filter(({ message }) => matches(String(message)))
    .map(({ time }) => Date.parse(String(time)))
    .filter((atMs) => atMs >= beganMs);
}

export interface Outage {
  /** Names it in the figure. */
  readonly what: string;
  /** When it began, ms since 1970. */
  readonly beganMs: number;
  /** When it ended: when the broker's listener opened. */
  readonly endedMs: number;
}

/**
 * Waits for the first acknowledgement after an outage and prints how long it
 * took. Asserts that a dead broker was not dialled more than once a second.
 */
export async function assertBack(
  life: RunningLife,
  { what, beganMs, endedMs }: Outage,
): Promise<void> {
  const backMs = await until(
    "a record is acknowledged",
    () => since(life, endedMs, (message) => message === "published")[0],
  );
  const seconds = (endedMs - beganMs) / second;
  const dials = since(
    life,
    beganMs,
    (message) => message.startsWith("connecting to "),
  ).filter((atMs) => atMs <= endedMs).length;
  progress(
    `chaos: ${what} for ${seconds.toFixed(1)} s: first record ` +
      `${((backMs - endedMs) / second).toFixed(2)} s after its end, ` +
      `${dials} connections meanwhile`,
  );
  assert(dials <= seconds + 2, `${dials} connections in ${seconds} s`);
}
