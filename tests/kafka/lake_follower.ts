// An ingestion of a real topic into a lake in memory.

import { createKafkaClient } from "../../kafka/client.ts";
import type { KafkaKeys } from "../../kafka/credentials.ts";
import type { FollowEvent } from "../../lakehouse/ingest/events.ts";
import { followTopic } from "../../lakehouse/ingest/follow.ts";
import type { Address } from "../../lib/address.ts";
import { systemClock } from "../../lib/clock.ts";
import type { FakeLake } from "../fakes/lake.ts";

/** Runs until it is disposed of or, once, until the topic is drained. */
export function follow(
  where: {
    /** The brokers; one of them is enough. */
    readonly brokers?: readonly Address[];
    readonly port?: number;
    readonly topic: string;
    readonly keys?: KafkaKeys;
  },
  lake: FakeLake,
  once = false,
) {
  const { port = 0, topic, keys } = where;
  const stop = new AbortController();
  const events: FollowEvent[] = [];
  const client = createKafkaClient({
    brokers: where.brokers ?? [{ host: "localhost", port }],
    clientId: "lake-test",
    keys,
  });
  const done = followTopic({
    topic,
    openReader: () => client.openTopicReader(topic),
    writer: lake,
    groupId: "lake-test-group",
    from: "earliest",
    once,
    clock: systemClock,
    random: Math.random,
    signal: stop.signal,
    onEvent: (event) => events.push(event),
  });
  done.catch(() => {});
  return {
    done,
    events,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}
