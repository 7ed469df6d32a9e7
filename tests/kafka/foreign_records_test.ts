import { assertEquals } from "@std/assert";
import kafkajs from "kafkajs";
import { createKafkaClient } from "../../kafka/client.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { startBroker, testDir } from "../harness/broker.ts";
import { startProducer } from "../harness/producer.ts";
import { stopSettled } from "../harness/settle.ts";

const topic = "crypto.prices.raw";
const codecs = ["gzip", "snappy", "lz4", "zstd"];

Deno.test("records of other clients, in any codec, do not stop a producer", async () => {
  await using broker = await startBroker();
  const port = broker.port;
  const client = createKafkaClient({
    brokers: [{ host: "localhost", port }],
    clientId: "test",
    keys: undefined,
  });
  const settings = {
    partitions: 1,
    replicationFactor: 1,
    minInsyncReplicas: 1,
  };
  await client.ensureTopic(topicSpec({ name: topic, ...settings }));

  const kafka = new kafkajs.Kafka({ brokers: [broker.bootstrap], logLevel: 0 });
  const admin = kafka.admin();
  await admin.connect();
  const other = kafka.producer();
  await other.connect();
  const configure = (...configEntries: { name: string; value: string }[]) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: topic, configEntries }],
    });
  const large = { name: "max.message.bytes", value: "8000000" };
  const big = new Uint8Array(5_000_000).map((_, index) => index * 7 % 251);
  // The broker compresses with the topic's codec, whatever a client sends.
  for (const codec of codecs) {
    await configure({ name: "compression.type", value: codec }, large);
    const headers = { bin: Buffer.from([0xff, 0]), twice: ["a", "b"] };
    await other.send({
      topic,
      messages: [
        { value: "hello ".repeat(100) },
        { key: "k", value: null },
        { value: Buffer.from([0xff, 0xfe]), headers },
        { value: Buffer.from(big) },
      ],
    });
  }
  const transactional = kafka.producer({
    transactionalId: "t",
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await transactional.connect();
  for (const end of ["commit", "abort"] as const) {
    const transaction = await transactional.transaction();
    await transaction.send({ topic, messages: [{ value: end }] });
    await transaction[end]();
  }
  await Promise.all([
    transactional.disconnect(),
    other.disconnect(),
    admin.disconnect(),
  ]);

  {
    const tail = await client.openTail();
    const [partition] = await tail.offsets(topic);
    const range = { partition: 0, from: 0n, to: partition?.end ?? 0n };
    const { records, unreadable } = await tail.read(topic, range);
    assertEquals(unreadable, []);
    // Four records for each codec, and one for each transaction.
    assertEquals(records.length, 4 * codecs.length + 2);
    assertEquals(records[3]?.value?.length, big.length);
    assertEquals(records[2]?.headers.twice, "b");
    await tail.close();
  }

  await using dir = await testDir();
  await using simulator = await startSimulator();
  const env = {
    CRYPTO_IDS: "bitcoin",
    STATE_DIR: dir.path,
    // Else the producer would correct the topic's compression.
    KAFKA_TOPIC_CREATE: "false",
  };
  {
    await using offline = startProducer({ simulator, env });
    await offline.untilStatus("3 waiting", ({ waiting }) => waiting >= 3);
    assertEquals(await offline.stop(), 0);
  }
  await using producer = startProducer({ broker, simulator, env });
  await producer.untilStatus(
    "everything is published",
    ({ waiting, counters }) => waiting === 0 && counters.published >= 5,
  );
  await stopSettled(producer, simulator);
  const compared = producer.lines.filter(({ message }) =>
    message === "compared the outbox with the topic"
  );
  assertEquals(
    compared.map(({ possibly_duplicated }) => possibly_duplicated),
    [0],
  );
});
