// Stops a producer when nothing is in flight: all its samples are then published.

import { assertEquals } from "@std/assert";
import type { Simulator } from "../../tasks/simulator/simulator_server.ts";
import type { RunningProducer } from "./producer.ts";
import { until } from "./until.ts";

/** The counters in the log's last line. */
export interface LastCounts {
  readonly samples: number;
  readonly published: number;
  readonly lost: number;
}

export function lastCounts({ lines }: RunningProducer): LastCounts {
  const line = lines.findLast(({ message }) => message === "stopped");
  if (line === undefined) throw new Error('no line "stopped" in the log');
  const { samples, published, lost } = line;
  return {
    samples: Number(samples),
    published: Number(published),
    lost: Number(lost),
  };
}

/** Lets the API hang and waits until every sample is sent. */
export async function settle(
  producer: Pick<RunningProducer, "untilStatus">,
  simulator: Simulator,
): Promise<void> {
  simulator.addFault({ kind: "hang", times: "forever" });
  // Polls do not overlap: when one hangs, the previous sample is stored.
  await until(
    "a poll hangs",
    () => simulator.requests.at(-1)?.fault === "hang",
  );
  await producer.untilStatus("all is sent", ({ waiting }) => waiting === 0);
}

/**
 * Settles a producer and stops it. A stop in the middle of a send may leave
 * records to the next start, as the outbox is meant to, but then a test cannot
 * count them.
 *
 * @throws {AssertionError} for an exit code other than 0.
 */
export async function stopSettled(
  producer: RunningProducer,
  simulator: Simulator,
  signal: Deno.Signal = "SIGTERM",
): Promise<LastCounts> {
  await settle(producer, simulator);
  assertEquals(await producer.stop(signal), 0, producer.stderr());
  simulator.clearFaults();
  return lastCounts(producer);
}
