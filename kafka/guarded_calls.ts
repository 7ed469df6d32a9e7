// The calls of a client's parts, with errors that name their cause.

import type { Link } from "./link.ts";
import type { Tail } from "./tail_reader.ts";
import type { AdminPort } from "./topic_admin.ts";
import type { TopicReader } from "./topic_reader.ts";

/** The administration's calls. */
export function guardedAdmin(admin: AdminPort, { guarded }: Link): AdminPort {
  return {
    fetchTopicMetadata: (options) =>
      guarded(() => admin.fetchTopicMetadata(options)),
    describeConfigs: (options) => guarded(() => admin.describeConfigs(options)),
    describeCluster: () => guarded(() => admin.describeCluster()),
    alterConfigs: (options) => guarded(() => admin.alterConfigs(options)),
    createTopics: (options) => guarded(() => admin.createTopics(options)),
    createPartitions: (options) =>
      guarded(() => admin.createPartitions(options)),
  };
}

/** A tail's calls. */
export function guardedTail(tail: Tail, { guarded }: Link): Tail {
  return {
    offsets: (...args) => guarded(() => tail.offsets(...args)),
    offsetSince: (...args) => guarded(() => tail.offsetSince(...args)),
    read: (...args) => guarded(() => tail.read(...args)),
  };
}

/**
 * A topic reader's calls; the group's offsets are stored beside them and must
 * not end their explanations.
 */
export function guardedReader(
  reader: TopicReader,
  { guarded }: Link,
): TopicReader {
  return {
    ...reader,
    offsets: () => guarded(() => reader.offsets()),
    recordAt: (...args) => guarded(() => reader.recordAt(...args)),
    partitions: () => guarded(() => reader.partitions()),
    next: (signal) => guarded(() => reader.next(signal)),
  };
}
