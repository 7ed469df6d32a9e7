/**
 * A producer in the middle of its work, and its end.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type LastCounts, stopSettled } from "../harness/settle.ts";
import type { Begun, LifePlan } from "./life.ts";
import type { World } from "./world.ts";

/** Starts a producer and waits until it has published something. */
export async function flowing(world: World, plan?: LifePlan): Promise<Begun> {
  const life = await world.begin(plan);
  await life.producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= 10,
  );
  return life;
}

/** Waits until so many records wait for the broker. */
export async function waiting(
  { producer }: Begun,
  count: number,
): Promise<void> {
  await producer.untilStatus(
    `${count} records wait`,
    (status) => status.waiting >= count,
  );
}

/** Lets a producer send all, so many more records at least, and end well. */
export async function finish(
  world: World,
  life: Begun,
  count = 20,
): Promise<LastCounts> {
  await world.drained(life, count);
  return await stopSettled(life.producer, life.simulator);
}

/** The one producer ends well, and no sample is amiss. */
export async function assertUnharmed(
  world: World,
  life: Begun,
): Promise<void> {
  const { samples, published } = await finish(world, life);
  const { served } = await world.assertSound();
  assertEquals(samples, published);
  assert(served >= 30, `only ${served} samples`);
}
