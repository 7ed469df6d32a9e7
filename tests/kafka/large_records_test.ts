import { assert, assertEquals } from "@std/assert";
import { batchBytes } from "../../kafka/batch_size.ts";
import { createKafkaClient } from "../../kafka/client.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { placeOf } from "../../producer/envelope.ts";
import { peekOutbox } from "../../producer/outbox/peek_outbox.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { startBroker, testDir } from "../harness/broker.ts";
import { consume, type Consumed, withAdmin } from "../harness/consumer.ts";
import { deno } from "../harness/clone.ts";
import { startProducer } from "../harness/producer.ts";
import { stopSettled } from "../harness/settle.ts";
import { producerArgs } from "../../tasks/producer/producer_args.ts";

const topic = "crypto.prices.raw";
const coins = "bitcoin,ethereum,binancecoin,cardano,solana,ripple,polkadot," +
  "dogecoin,chainlink";
/** A third of a record. */
const maxBytes = 1_300;

async function createTopic(bootstrap: string): Promise<void> {
  const { hostname, port } = new URL(`http://${bootstrap}`);
  const admin = await createKafkaClient({
    brokers: [{ host: hostname, port: Number(port) }],
    clientId: "by-hand",
  }).openAdmin();
  const choice = { partitions: 1, replicationFactor: 1, minInsyncReplicas: 1 };
  const spec = topicSpec({ name: topic, ...choice });
  const config = { ...spec.config, "max.message.bytes": String(maxBytes) };
  await admin.ensureTopic({ ...spec, config });
  await admin.close();
}

function coinsOf({ value }: Consumed): string[] {
  return Object.keys(JSON.parse(value).data);
}

Deno.test("samples that are larger than the topic takes arrive whole and in order, also across a kill", async () => {
  await using broker = await startBroker();
  await using dir = await testDir();
  await using simulator = await startSimulator();
  await createTopic(broker.bootstrap);
  const env = {
    CRYPTO_IDS: coins,
    STATE_DIR: dir.path,
    KAFKA_TOPIC_CREATE: "false",
  };
  const options = { broker, simulator, env };
  await using first = startProducer(options);
  await first.untilPublished(8);
  await first.stop("SIGKILL");
  await using next = startProducer(options);
  await next.untilSent(9);
  const { samples } = await stopSettled(next, simulator);
  assertEquals(peekOutbox(dir.path)?.rejected, 0);
  const [end] = await withAdmin(
    broker.bootstrap,
    (admin) => admin.fetchTopicOffsets(topic),
  );
  const records = await consume(broker.bootstrap, topic, Number(end?.offset));
  for (const record of records) assert(batchBytes(record) <= maxBytes);

  const bySample = Map.groupBy(records, ({ headers }) => headers.sample);
  for (const [id, parts] of bySample) {
    assert(id !== undefined && parts.length > 1, `parts of ${id}`);
    assertEquals(parts.flatMap(coinsOf).toSorted(), coins.split(",").sort());
    const last = placeOf(parts.at(-1)?.headers.part);
    assertEquals([last?.to, last?.all], [9, 9]);
  }
  const ids = new Set(records.map(({ headers }) => headers.ce_id));
  assertEquals(ids.size, records.length);
  const byInstance = Map.groupBy(records, ({ headers }) => headers.instance);
  assertEquals(byInstance.size, 2);
  for (const own of byInstance.values()) {
    const sequences = own.map(({ headers }) => Number(headers.sequence));
    assertEquals(sequences, sequences.toSorted((a, b) => a - b));
    assertEquals(new Set(sequences).size, Math.max(...sequences), "no gap");
  }
  assert(
    [...byInstance.values()].at(-1)!.at(-1)!.headers.sequence ===
      String(samples),
  );

  const splits = next.lines.filter(({ message }) =>
    String(message).startsWith("record split")
  );
  assertEquals(splits[0]?.level, "WARN");
  assertEquals(splits[0]?.limit, maxBytes);
  assert(String(splits[0]?.next).includes("raise max.message.bytes of topic"));

  const { code, stdout, stderr } = await deno([...producerArgs, "--check"], {
    ...env,
    KAFKA_BOOTSTRAP_SERVERS: broker.bootstrap,
    COINGECKO_API_URL: simulator.url,
  });
  assertEquals(code, 0, stderr);
  assert(stdout.includes(`limit ${maxBytes} (max.message.bytes)`), stdout);
  assert(stderr.includes("each sample becomes about"), stderr);
});

Deno.test("a limit that the producer may correct is corrected before anything is split", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator();
  await createTopic(broker.bootstrap);
  await using producer = startProducer({
    broker,
    simulator,
    env: { CRYPTO_IDS: coins },
  });
  await producer.untilSent(3);
  const { published, samples } = await stopSettled(producer, simulator);
  assertEquals(published, samples, "nothing is split");
  const line = producer.lines.find(({ message }) =>
    message === "topic setting corrected"
  );
  assertEquals(line?.setting, "max.message.bytes: 1300 -> 1048588");
});
