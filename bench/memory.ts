// The peak memory of a producer that drains a long outage, next to an idle
// connected client.

import { fillOutbox, growth, roomy } from "./fill_outbox.ts";
import { startBare } from "./child.ts";
import { delay } from "../lib/clock.ts";
import type { Rig } from "./rig.ts";

const records = 200_000;
const settleMs = 5_000;

export async function memoryOfDrain(rig: Rig): Promise<string[]> {
  const topic = "bench-memory";
  await rig.createTopic(topic);
  const stateDir = rig.folder();
  fillOutbox(stateDir, topic, records);
  const { size } = await Deno.stat(`${stateDir}/outbox.db`);
  await using floor = startBare("idle", rig.bootstrap);
  await floor.line(({ message }) => message === "connected");
  await using producer = rig.producer({
    ...roomy,
    KAFKA_TOPIC: topic,
    STATE_DIR: stateDir,
  });
  const rate = await growth(rig, { topic, records, child: producer });
  await delay(settleMs);
  const [own, idle] = await Promise.all([producer.usage(), floor.usage()]);
  const left = await Deno.stat(`${stateDir}/outbox.db`);
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  return [
    `resident memory over a backlog of ${records} records`,
    `  producer               peak ${own.peakMb.toFixed(0)} MB, ` +
    `${own.residentMb.toFixed(0)} MB ${settleMs / 1000} s later ` +
    `(${rate.toFixed(0)} records/s)`,
    `  idle connected client  ${idle.residentMb.toFixed(0)} MB`,
    `  the outbox's file      ${mb(size)} MB before, ${mb(left.size)} MB after`,
  ];
}
