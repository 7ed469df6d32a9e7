import { assertEquals } from "@std/assert";
import type { Simulator } from "../../tasks/simulator/simulator_server.ts";
import { consume, type Consumed } from "../harness/consumer.ts";
import type { RunningProducer } from "../harness/producer.ts";
import { stopSettled } from "../harness/settle.ts";

/** Stops a producer; every sample must be in the topic once and in order. */
export async function assertAllThere(
  producer: RunningProducer,
  simulator: Simulator,
  where: { readonly bootstrap: string; readonly topic: string },
): Promise<Consumed[]> {
  const { samples, published } = await stopSettled(producer, simulator);
  assertEquals(published, samples);
  const records = await consume(where.bootstrap, where.topic, published);
  assertEquals(
    records.map(({ headers }) => Number(headers.sequence)),
    Array.from({ length: published }, (_, index) => index + 1),
  );
  const ids = new Set(records.map(({ headers }) => headers.ce_id));
  assertEquals(ids.size, published);
  return records;
}
