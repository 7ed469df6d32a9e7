import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type AdminPort,
  createTopicAdmin,
  differences,
} from "../../kafka/topic_admin.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { CommandError } from "../../lib/errors.ts";
import { kafkaError } from "../fakes/topics.ts";

const spec = topicSpec({
  name: "t",
  partitions: 2,
  replicationFactor: 1,
  minInsyncReplicas: 1,
});

interface FakeState {
  readonly config: Record<string, string>;
  readonly partitions: number;
}

function fakeAdmin(first: FakeState | undefined, createError?: Error) {
  let state = first;
  /** What the broker has acknowledged but does not answer yet. */
  const pending: (() => void)[] = [];
  const waits: number[] = [];
  const calls: { name: string; options: unknown }[] = [];
  const done = (name: string, options: unknown) => {
    calls.push({ name, options });
    return Promise.resolve(true);
  };
  const admin: AdminPort = {
    fetchTopicMetadata: () =>
      state === undefined
        ? Promise.reject(kafkaError("UNKNOWN_TOPIC_OR_PARTITION"))
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
    describeCluster: () => Promise.resolve({ brokers: [] }),
    alterConfigs: (options) => {
      const entries = options.resources[0]?.configEntries ?? [];
      pending.push(() => {
        const config = entries.map(({ name, value }) => [name, value]);
        state &&= { ...state, config: Object.fromEntries(config) };
      });
      return done("alter", options);
    },
    createTopics: (options) =>
      createError ? Promise.reject(createError) : done("create", options),
    createPartitions: (options) => {
      const partitions = options.topicPartitions[0]?.count ?? 0;
      pending.push(() => state &&= { ...state, partitions });
      return done("grow", options);
    },
  };
  const topics = createTopicAdmin(admin, (ms) => {
    waits.push(ms);
    pending.shift()?.();
    return Promise.resolve();
  });
  return { topics, calls, pending, waits };
}

Deno.test("`ensureTopic()` creates a missing topic with explicit settings", async () => {
  const { topics, calls } = fakeAdmin(undefined);
  assertEquals(await topics.ensureTopic(spec), { created: true, changed: [] });
  assertEquals(calls.map(({ name }) => name), ["create"]);
  assert(JSON.stringify(calls[0]).includes("min.insync.replicas"));
});

Deno.test("`ensureTopic()` leaves a topic alone that matches the specification", async () => {
  const { topics, calls } = fakeAdmin({
    config: { ...spec.config },
    partitions: 2,
  });
  assertEquals(await topics.ensureTopic(spec), { created: false, changed: [] });
  assertEquals(calls, []);
});

Deno.test("`ensureTopic()` corrects settings, adds partitions, and keeps other settings", async () => {
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

Deno.test("`ensureTopic()` is done when the broker answers as it was told, or never does", async () => {
  const old = {
    config: { ...spec.config, "max.message.bytes": "1300" },
    partitions: 1,
  };
  const late = fakeAdmin(old);
  await late.topics.ensureTopic(spec);
  assertEquals([late.pending.length, late.waits.length], [0, 2]);
  const never = fakeAdmin(old);
  never.pending.push(...Array.from({ length: 99 }, () => () => {}));
  await never.topics.ensureTopic(spec);
  assertEquals(never.waits.reduce((sum, ms) => sum + ms), 2_000);
});

Deno.test("`ensureTopic()` reports why the cluster refuses", async () => {
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

Deno.test("`differences()` allows more partitions", () => {
  const partitions = [1, 2, 3].map((id) => ({
    id,
    leader: 1,
    replicas: 1,
    inSync: 1,
  }));
  assertEquals(differences(spec, { partitions, config: spec.config }), []);
});

Deno.test("`ensureTopic()` keeps a raised `max.message.bytes`, also when it corrects other settings", async () => {
  const raised = { ...spec.config, "max.message.bytes": "8000000" };
  const { topics } = fakeAdmin({ config: raised, partitions: 2 });
  assertEquals((await topics.ensureTopic(spec)).changed, []);
  const other = fakeAdmin({
    config: { ...raised, "retention.ms": "5" },
    partitions: 2,
  });
  assertEquals(
    (await other.topics.ensureTopic(spec)).changed,
    ["retention.ms: 5 -> 604800000"],
  );
  const sent = JSON.stringify(other.calls[0]);
  assert(sent.includes('{"name":"max.message.bytes","value":"8000000"}'));
  const low = fakeAdmin({
    config: { ...spec.config, "max.message.bytes": "1000" },
    partitions: 2,
  });
  assertEquals(
    (await low.topics.ensureTopic(spec)).changed,
    ["max.message.bytes: 1000 -> 1048588"],
  );
});
