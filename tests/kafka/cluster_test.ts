import { assert, assertEquals } from "@std/assert";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { assertAllThere } from "./all_there.ts";
import { startCluster, type TestCluster } from "./cluster.ts";
import { task } from "../harness/clone.ts";
import { withAdmin } from "../harness/consumer.ts";
import { startProducer } from "../harness/producer.ts";
import { until } from "../harness/until.ts";

const topic = "prices";
const replicated = {
  CRYPTO_IDS: "bitcoin,ethereum",
  KAFKA_TOPIC: topic,
  KAFKA_TOPIC_REPLICATION_FACTOR: "3",
  KAFKA_MIN_INSYNC_REPLICAS: "2",
};

interface Partition {
  readonly leader: number;
  readonly isr: number[];
}

/** The topic's only partition, as plain kafkajs sees it. */
function partitionOf(bootstrap: string): Promise<Partition> {
  // A broker that was just started may not know the topic yet.
  return until(
    "the topic's metadata",
    () =>
      withAdmin(bootstrap, async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        return topics[0]?.partitions[0];
      }).catch(() => undefined),
  );
}

/** Creates the topic with broker 1, which clients ask first, as its leader. */
async function createTopic({ bootstrap }: TestCluster): Promise<void> {
  const replicaAssignment = [{ partition: 0, replicas: [1, 2, 3] }];
  // A cluster that has just started may not accept it yet.
  await withAdmin(
    bootstrap,
    (admin) =>
      until("the topic is created", () =>
        admin.createTopics({
          topics: [{ topic, replicaAssignment }],
          // It would ask a broker that may not know the topic yet.
          waitForLeaders: false,
        }).then(
          () => true,
          (error: Error) => /already exists/i.test(error.message),
        )),
  );
}

async function untilInSync(cluster: TestCluster): Promise<void> {
  await until("all replicas are in sync", async () => {
    const { isr } = await partitionOf(cluster.bootstrap);
    return isr.length === 3;
  }, 90_000);
}

function flows(more: number) {
  let from: number | undefined;
  return (status: { waiting: number; counters: { published: number } }) => {
    from ??= status.counters.published;
    return status.waiting <= 1 && status.counters.published >= from + more;
  };
}

Deno.test("a leader that freezes, then dies, loses, duplicates and reorders no record", async () => {
  await using cluster = await startCluster();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  await createTopic(cluster);
  await using producer = startProducer({
    broker: cluster,
    simulator,
    env: replicated,
  });
  await producer.untilPublished(5);
  const frozen = (await partitionOf(cluster.bootstrap)).leader;

  // Its sockets stay open and accept connections: it just does not respond.
  await cluster.kill(frozen, "SIGSTOP");
  await producer.untilStatus("10 waiting", ({ waiting }) => waiting >= 10);
  await until("records past the frozen leader", async () => {
    const good = flows(10);
    return await producer.untilStatus("more", good).catch(() => undefined);
  }, 90_000);
  await cluster.kill(frozen, "SIGCONT");
  await untilInSync(cluster);

  const { leader } = await partitionOf(cluster.bootstrap);
  await cluster.kill(leader);
  await producer.untilStatus("records without the leader", flows(10));
  await cluster.restart(leader);
  await untilInSync(cluster);
  await producer.untilStatus("readiness", ({ ready }) => ready);
  await assertAllThere(producer, simulator, {
    bootstrap: cluster.bootstrap,
    topic,
  });
});

Deno.test("records wait while too few replicas are in sync", async () => {
  await using cluster = await startCluster();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  await using producer = startProducer({
    broker: cluster,
    simulator,
    env: replicated,
  });
  await producer.untilPublished(5);
  const { leader } = await partitionOf(cluster.bootstrap);
  const others = [1, 2, 3].filter((id) => id !== leader);
  await Promise.all(others.map((id) => cluster.kill(id)));
  const waiting = await producer.untilStatus(
    "records that wait",
    ({ ready, waiting }) => !ready && waiting >= 30,
  );
  assert(waiting.reasons.length > 0);
  assertEquals(await producer.statusOf("/ready"), 503);
  await cluster.restartAll(others);
  await producer.untilSent();
  await assertAllThere(producer, simulator, {
    bootstrap: cluster.bootstrap,
    topic,
  });
});

Deno.test("`verify` checks the replication settings of a cluster", async () => {
  await using cluster = await startCluster();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  const env = {
    ...replicated,
    KAFKA_BOOTSTRAP_SERVERS: cluster.bootstrap,
    COINGECKO_API_URL: simulator.url,
    API_INTERVAL_SECONDS: "0.2",
  };
  await using producer = startProducer({ env });
  await producer.untilStatus(
    "5 records",
    ({ ready, counters }) => ready && counters.published >= 5,
  );
  const verify = async (change: Record<string, string>) => {
    const all = { ...env, ADMIN_ADDRESS: producer.admin, ...change };
    const { code, stdout, stderr } = await task("verify", ["--json"], all);
    return { code, output: stdout + stderr };
  };
  const well = await verify({});
  assertEquals(well.code, 0, well.output);
  const other = await verify({ KAFKA_MIN_INSYNC_REPLICAS: "3" });
  assertEquals(other.code, 1, other.output);
  assert(other.output.includes("min.insync.replicas: 2 -> 3"), other.output);
  await producer.stop();
});
