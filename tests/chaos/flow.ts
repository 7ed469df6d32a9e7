// Steps that scenarios share.

import { assert, assertEquals } from "@std/assert";
import { type LastCounts, stopSettled } from "../harness/settle.ts";
import type { LifePlan, RunningLife } from "./life.ts";
import type { Scenario } from "./scenario.ts";

/** Starts a producer and waits until it has published something. */
export async function flowing(
  scenario: Scenario,
  plan?: LifePlan,
): Promise<RunningLife> {
  const life = await scenario.start(plan);
  await life.producer.untilPublished(10);
  return life;
}

export async function waiting(
  { producer }: RunningLife,
  count: number,
): Promise<void> {
  await producer.untilStatus(
    `${count} records wait`,
    (status) => status.waiting >= count,
  );
}

/** Lets a producer send all, at least `count` more records, and stop. */
export async function finish(
  scenario: Scenario,
  life: RunningLife,
  count = 20,
): Promise<LastCounts> {
  await scenario.drained(life, count);
  return await stopSettled(life.producer, life.simulator);
}

/** The only producer stops normally, and no sample is affected. */
export async function assertUnaffected(
  scenario: Scenario,
  life: RunningLife,
): Promise<void> {
  const { samples, published } = await finish(scenario, life);
  const { served } = await scenario.assertSound();
  assertEquals(samples, published);
  assert(served >= 30, `only ${served} samples`);
}
