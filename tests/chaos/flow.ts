/**
 * A producer in the middle of its work, and its end.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
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

/** Lets a producer send all and end well. */
export async function finish(
  world: World,
  life: Begun,
  count = 20,
): Promise<void> {
  await world.drained(life, count);
  assertEquals(await life.producer.stop(), 0, life.producer.stderr());
}

/** The one producer ends well, and no sample is amiss. */
export async function assertUnharmed(
  world: World,
  life: Begun,
): Promise<void> {
  await finish(world, life);
  const { served } = await world.assertSound();
  const last = life.producer.lines.at(-1);
  assertEquals(last?.samples, last?.published);
  assert(served >= 30, `only ${served} samples`);
}
