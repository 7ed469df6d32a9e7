import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  type ConnectionState,
  patchConnection,
} from "../../kafka/patches/connection.ts";
import {
  patchRequestQueue,
  type QueuedRequest,
  type RequestQueue,
} from "../../kafka/patches/request_queue.ts";
import { createTail } from "../../kafka/tail_reader.ts";
import {
  type AdminPort,
  createTopicAdmin,
  differences,
} from "../../kafka/topic_admin.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";

const spec = topicSpec({
  name: "t",
  partitions: 2,
  replicationFactor: 1,
  minInsyncReplicas: 1,
});

class KafkaError extends Error {
  constructor(readonly type: string) {
    super(type);
  }
}

function fakeAdmin(
  state: { config: Record<string, string>; partitions: number } | undefined,
  createError?: Error,
) {
  const calls: { name: string; options: unknown }[] = [];
  const done = (name: string, options: unknown) => {
    calls.push({ name, options });
    return Promise.resolve(true);
  };
  const admin: AdminPort = {
    fetchTopicMetadata: () =>
      state === undefined
        ? Promise.reject(new KafkaError("UNKNOWN_TOPIC_OR_PARTITION"))
        : Promise.resolve({
          topics: [{
            partitions: Array.from({ length: state.partitions }, (_, n) => ({
              partitionId: n,
              leader: 1,
              replicas: [1],
              isr: [1],
            })),
          }],
        }),
    describeConfigs: () =>
      Promise.resolve({
        resources: [{
          configEntries: Object.entries(state?.config ?? {}).map(
            ([configName, configValue]) => ({
              configName,
              configValue,
              configSource: 1,
            }),
          ),
        }],
      }),
    alterConfigs: (options) => done("alter", options),
    createTopics: (options) =>
      createError ? Promise.reject(createError) : done("create", options),
    createPartitions: (options) => done("grow", options),
  };
  return { topics: createTopicAdmin(admin), calls };
}

Deno.test("`ensureTopic()` makes a missing topic with explicit settings", async () => {
  const { topics, calls } = fakeAdmin(undefined);
  assertEquals(await topics.ensureTopic(spec), { created: true, changed: [] });
  assertEquals(calls.map(({ name }) => name), ["create"]);
  assert(JSON.stringify(calls[0]).includes("min.insync.replicas"));
});

Deno.test("`ensureTopic()` leaves a topic alone that is as it should be", async () => {
  const { topics, calls } = fakeAdmin({
    config: { ...spec.config },
    partitions: 2,
  });
  assertEquals(await topics.ensureTopic(spec), { created: false, changed: [] });
  assertEquals(calls, []);
});

Deno.test("`ensureTopic()` mends, grows, and keeps what others have set", async () => {
  const { topics, calls } = fakeAdmin({
    config: { ...spec.config, "retention.ms": "5", "segment.ms": "77" },
    partitions: 1,
  });
  const { changed } = await topics.ensureTopic(spec);
  assertEquals(changed, ["partitions: 1 -> 2", "retention.ms: 5 -> 604800000"]);
  assertEquals(calls.map(({ name }) => name), ["alter", "grow"]);
  const sent = JSON.stringify(calls[0]);
  assert(sent.includes('{"name":"segment.ms","value":"77"}'));
  assert(sent.includes('{"name":"retention.ms","value":"604800000"}'));
});

Deno.test("`ensureTopic()` says why the cluster refuses", async () => {
  const refusal = Object.assign(new Error("x"), {
    errors: [new Error("Replication factor is below 1")],
  });
  const { topics } = fakeAdmin(undefined, refusal);
  await assertRejects(
    () => topics.ensureTopic(spec),
    CommandError,
    "cannot prepare topic t: Replication factor is below 1",
  );
});

Deno.test("`differences()` lets a topic have more partitions", () => {
  const partitions = [1, 2, 3].map((id) => ({
    id,
    leader: 1,
    replicas: 1,
    inSync: 1,
  }));
  assertEquals(differences(spec, { partitions, config: spec.config }), []);
});

Deno.test("`tail.read()` drops what a batch holds besides the range", async () => {
  const message = (offset: number) => ({
    offset: String(offset),
    timestamp: "7",
    key: null,
    value: new Uint8Array([offset]),
    headers: {
      h: [new TextEncoder().encode("a"), new TextEncoder().encode("b")],
    },
  });
  const asked: string[] = [];
  const broker = {
    fetch: (request: {
      topics: { partitions: { fetchOffset: string }[] }[];
    }) => {
      const from = Number(request.topics[0]!.partitions[0]!.fetchOffset);
      asked.push(String(from));
      const base = from < 4 ? 0 : 4;
      const messages = [0, 1, 2, 3].map((n) => message(base + n));
      return Promise.resolve({
        responses: [{ partitions: [{ errorCode: 0, messages }] }],
      });
    },
  };
  const tail = createTail({
    addTargetTopic: () => Promise.resolve(),
    findTopicPartitionMetadata: () => [{ partitionId: 1 }, { partitionId: 0 }],
    findLeaderForPartitions: () => ({ 1: [0] }),
    fetchTopicsOffset: ([topic]) =>
      Promise.resolve([{
        partitions: topic!.partitions.map(({ partition }) => ({
          partition,
          offset: topic!.fromBeginning ? "1" : "9",
        })),
      }]),
    findBroker: () => Promise.resolve(broker),
  });
  const records = await tail.read("t", { partition: 0, from: 2n, to: 6n });
  assertEquals(records.map(({ offset }) => offset), [2n, 3n, 4n, 5n]);
  assertEquals(asked, ["2", "4"]);
  assertEquals(records[0]?.headers, { h: "b" });
  assertEquals(await tail.offsets("t"), [
    { partition: 0, start: 1n, end: 9n },
    { partition: 1, start: 1n, end: 9n },
  ]);
});

Deno.test("`patchRequestQueue()` runs no timer while nothing is under way", async () => {
  const armed: string[] = [];
  const timedOut: QueuedRequest[] = [];
  const queue: RequestQueue & { inflight: Map<number, QueuedRequest> } = {
    pending: [],
    inflight: new Map(),
    throttledUntil: -1,
    enforceRequestTimeout: true,
    scheduleCheckPendingRequests: () => void armed.push("check"),
    scheduleRequestTimeoutCheck: () => void armed.push("timeout"),
    sendSocketRequest(request) {
      this.inflight instanceof Map && this.inflight.set(1, request);
    },
    destroy: () => {},
  };
  patchRequestQueue(queue);
  queue.scheduleCheckPendingRequests();
  queue.scheduleRequestTimeoutCheck();
  assertEquals(armed, []);
  assertEquals(queue.requestTimeoutIntervalId, undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = {
    requestTimeout: 1,
    timeoutRequest() {
      timedOut.push(this);
      queue.inflight.clear();
      resolve();
    },
  };
  queue.sendSocketRequest(request);
  await promise;
  assertEquals(timedOut, [request]);
  assertEquals(queue.requestTimeoutIntervalId, undefined);
  queue.destroy();
});

Deno.test("`patchConnection()` begins each connection with an empty buffer", async () => {
  const connection: ConnectionState = {
    chunks: ["half an answer"],
    bytesBuffered: 14,
    bytesNeeded: 100,
    isConnected: () => false,
    connect: () => Promise.resolve(true),
  };
  patchConnection(connection);
  await connection.connect();
  const { chunks, bytesBuffered, bytesNeeded } = connection;
  assertEquals([chunks, bytesBuffered, bytesNeeded], [[], 0, 4]);
});
