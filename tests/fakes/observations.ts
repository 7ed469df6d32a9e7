import { topicSpec } from "../../kafka/topic_spec.ts";
import { parseStatus } from "../../lib/producer_status.ts";
import type { Observations } from "../../tasks/verify/observations.ts";
import { startMs, stored } from "./samples.ts";

const spec = topicSpec({
  name: "crypto.prices.raw",
  partitions: 1,
  replicationFactor: 1,
  minInsyncReplicas: 1,
});

/** The only partition of a healthy topic. */
export const partition = { id: 0, leader: 1, replicas: 1, inSync: 1 };

export const producerStatus = parseStatus({
  ready: true,
  reasons: [],
  interval_seconds: 30,
  timeout_seconds: 10,
  pid: 7,
  instance: "i",
  counters: { published: 3 },
});

/** What `verify` observes of a healthy native stack. */
export const healthy: Observations = {
  nowMs: startMs + 4 * 30_000,
  target: "native",
  bootstrap: "localhost:9093",
  spec,
  ids: ["bitcoin"],
  intervalMs: 30_000,
  timeoutMs: 10_000,
  unchanged: "emit",
  adminAddress: "127.0.0.1:9464",
  producer: { ok: true, value: producerStatus },
  containerProducer: undefined,
  compose: undefined,
  topic: { ok: true, value: { partitions: [partition], config: spec.config } },
  offsets: [{ partition: 0, start: 0n, end: 3n }],
  records: [stored(1), stored(2), stored(3)],
  unreadable: [],
};
