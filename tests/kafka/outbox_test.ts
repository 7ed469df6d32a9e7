import { assertEquals, assertStringIncludes } from "@std/assert";
import { createKafkaClient } from "../../kafka/client.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { openOutbox } from "../../producer/outbox/open_outbox.ts";
import { peekOutbox } from "../../producer/outbox/peek_outbox.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { captureLog } from "../fakes/log.ts";
import { record } from "../fakes/samples.ts";
import { startBroker, testDir } from "../harness/broker.ts";
import { consume } from "../harness/consumer.ts";
import { startProducer } from "../harness/producer.ts";
import { stopSettled } from "../harness/settle.ts";
import { until } from "../harness/until.ts";

const coins = "bitcoin,ethereum";
const topic = "crypto.prices.raw";
const limits = { records: 1_000, bytes: 1e9 };

Deno.test("a producer without Kafka keeps its samples for the next start", async () => {
  await using dir = await testDir();
  await using simulator = await startSimulator();
  const env = { CRYPTO_IDS: coins, STATE_DIR: dir.path };
  await using offline = startProducer({ simulator, env });
  const warned = () =>
    offline.lines.filter(({ level, message }) =>
      level === "WARN" &&
      String(message).startsWith("Kafka does not accept records")
    ).length;
  await until("the outage is logged", () => warned() > 0);
  await offline.untilStatus("5 waiting", ({ waiting }) => waiting >= 5);
  assertEquals(await offline.statusOf("/ready"), 503);
  assertEquals(await offline.stop(), 0);
  assertEquals(warned(), 1, "an outage is logged once");
  const kept = Number(offline.lines.at(-2)?.waiting);
  assertEquals(kept, Number(offline.lines.at(-1)?.samples));
  assertEquals(peekOutbox(dir.path)?.depth, kept);

  await using broker = await startBroker();
  await using next = startProducer({ broker, simulator, env });
  await next.untilSent(kept + 2);
  const { published } = await stopSettled(next, simulator);
  const records = await consume(broker.bootstrap, topic, published);
  const count = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);
  assertEquals(
    records.map(({ headers }) => Number(headers.sequence)),
    [...count(1, kept), ...count(1, published - kept)],
  );
  assertEquals(
    new Set(records.map(({ headers }) => headers.ce_id)).size,
    published,
  );
  assertEquals(peekOutbox(dir.path)?.depth, 0);
});

Deno.test("records of an older version's outbox flow, but for one that the brokers never accept", async () => {
  await using broker = await startBroker();
  await using dir = await testDir();
  // Records 4 to 8 wait in it; one is rejected.
  const older = new URL("../fixtures/outbox_schema_1.db", import.meta.url);
  await Deno.copyFile(older, `${dir.path}/outbox.db`);
  const { log } = captureLog();
  const large = { ...record(10), value: `{"a":"${"x".repeat(2_000_000)}"}` };
  {
    using outbox = openOutbox(dir.path, limits, log);
    for (const one of [record(9), large, record(11)]) outbox.add(one);
  }
  await using simulator = await startSimulator();
  await using producer = startProducer({
    broker,
    simulator,
    env: { CRYPTO_IDS: coins, STATE_DIR: dir.path },
  });
  await producer.untilSent(8);
  assertEquals(await producer.stop(), 0);
  const published = Number(producer.lines.at(-1)?.published);
  const records = await consume(broker.bootstrap, topic, published);
  assertEquals(
    records.slice(0, 7).map(({ headers }) => headers.ce_id),
    [4, 5, 6, 7, 8, 9, 11].map((n) => record(n).id),
  );
  assertEquals(peekOutbox(dir.path)?.rejected, 2);
  const line = producer.lines.find(({ level }) => level === "ERROR");
  assertEquals(line?.ce_id, large.id);
});

Deno.test("a topic that the producer may not create is reported and waited for", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator();
  await using producer = startProducer({
    broker,
    simulator,
    env: { KAFKA_TOPIC_CREATE: "false", CRYPTO_IDS: coins },
  });
  const warnings = () =>
    producer.lines.filter(({ level, reason }) =>
      level === "WARN" && String(reason).includes("KAFKA_TOPIC_CREATE is false")
    );
  await until("it is reported", () => warnings().length > 0);
  await producer.untilStatus("5 waiting", ({ waiting }) => waiting >= 5);
  assertStringIncludes(String(warnings()[0]?.reason), "create it with");
  const { hostname, port } = new URL(`http://${broker.bootstrap}`);
  const admin = await createKafkaClient({
    brokers: [{ host: hostname, port: Number(port) }],
    clientId: "by-hand",
  }).openAdmin();
  const choice = { partitions: 1, replicationFactor: 1, minInsyncReplicas: 1 };
  await admin.ensureTopic(topicSpec({ name: topic, ...choice }));
  await admin.close();
  await producer.untilSent(5);
  const { samples, published } = await stopSettled(producer, simulator);
  assertEquals(warnings().length, 1, "once, however often it is tried");
  assertEquals(published, samples);
});
