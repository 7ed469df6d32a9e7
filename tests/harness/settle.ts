/**
 * A producer's end with nothing under way: what it sampled is then published.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Simulator } from "../../tasks/simulator/simulator_server.ts";
import type { RunningProducer } from "./producer.ts";
import { until } from "./until.ts";

/** What the log's last line counts. */
export interface LastCounts {
  readonly samples: number;
  readonly published: number;
  readonly lost: number;
}

/** The counts of a producer that has said goodbye. */
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

/** Lets the API fall silent and waits until all that it gave is sent. */
export async function settle(
  producer: Pick<RunningProducer, "untilStatus">,
  simulator: Simulator,
): Promise<void> {
  simulator.addFault({ kind: "hang", times: "forever" });
  // One poll at a time: when this one hangs, the sample before it is kept.
  await until(
    "the API is silent",
    () => simulator.requests.at(-1)?.fault === "hang",
  );
  await producer.untilStatus("all is sent", ({ waiting }) => waiting === 0);
}

/**
 * Stops a producer that has settled. A stop in the middle of a send may leave
 * it to the next start, which is the outbox's purpose, but nothing that a test
 * can count on.
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
