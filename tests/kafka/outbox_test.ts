import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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
  const env = {
    COINGECKO_API_URL: simulator.url,
    CRYPTO_IDS: coins,
    STATE_DIR: dir.path,
  };
  await using lonely = startProducer({
    env: {
      ...env,
    },
  });
  const warned = () =>
    lonely.lines.filter(({ level, message }) =>
      level === "WARN" &&
      String(message).startsWith("Kafka does not take records")
    ).length;
  await until("the outage is said", () => warned() > 0);
  await lonely.untilStatus("5 waiting", ({ waiting }) => waiting >= 5);
  assertEquals(await lonely.statusOf("/ready"), 503);
  assertEquals(await lonely.stop(), 0);
  assertEquals(warned(), 1, "an outage is said once");
  const kept = Number(lonely.lines.at(-2)?.waiting);
  assertEquals(kept, Number(lonely.lines.at(-1)?.samples));
  assertEquals(peekOutbox(dir.path)?.depth, kept);

  await using broker = await startBroker();
  await using next = startProducer({
    broker,
    env: {
      ...env,
    },
  });
  await next.untilStatus(
    "all of both",
    ({ waiting, counters }) => waiting === 0 && counters.published >= kept + 2,
  );
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

Deno.test("a damaged outbox is moved aside and what can be read is sent", async () => {
  await using dir = await testDir();
  const { log } = captureLog();
  {
    using outbox = openOutbox(dir.path, limits, log);
    for (let n = 1; n <= 300; n++) outbox.add(record(n));
  }
  const path = `${dir.path}/outbox.db`;
  using file = await Deno.open(path, { read: true, write: true });
  const { size } = await file.stat();
  await file.seek(Math.floor(size / 2 / 4096) * 4096, Deno.SeekMode.Start);
  await file.write(new Uint8Array(8192).fill(0xff));

  const { log: again, lines } = captureLog();
  using outbox = openOutbox(dir.path, limits, again);
  let sent = 0;
  for (let batch; (batch = outbox.take({ records: 50, bytes: 1e9 }));) {
    sent += batch.length;
    outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  }
  assert(sent >= 250 && sent < 300, `${sent} of 300 records were saved`);
  assertEquals(outbox.depth, 0);
  const said = lines.find(({ fields }) => "moved_to" in fields);
  assertEquals(said?.level, "error");
  assertEquals(said?.fields.records_taken_over, sent);
  await Deno.stat(String(said?.fields.moved_to));
});

for (
  const [name, content] of [
    ["garbage", "not a database at all ".repeat(400)],
    ["an empty file", ""],
  ] as const
) {
  Deno.test(`${name} in the outbox's place stops nobody`, async () => {
    await using dir = await testDir();
    await Deno.writeTextFile(`${dir.path}/outbox.db`, content);
    const { log, lines } = captureLog();
    {
      using outbox = openOutbox(dir.path, limits, log);
      outbox.add(record(1));
    }
    assertEquals(peekOutbox(dir.path)?.depth, 1);
    assertEquals(lines.length, content === "" ? 0 : 2);
    const names = [...Deno.readDirSync(dir.path)].map(({ name }) => name);
    assertEquals(
      names.some((name) => name.startsWith("outbox-damaged-")),
      content !== "",
    );
  });
}

Deno.test("a rescue that was cut short is finished by the next start", async () => {
  await using dir = await testDir();
  const { log } = captureLog();
  {
    using outbox = openOutbox(dir.path, limits, log);
    for (let n = 1; n <= 3; n++) outbox.add(record(n));
  }
  // As a kill between the move and the takeover leaves it.
  const rescue = `${dir.path}/outbox-rescue-20261124T000000000Z.db`;
  await Deno.rename(`${dir.path}/outbox.db`, rescue);
  using outbox = openOutbox(dir.path, limits, log);
  assertEquals([outbox.depth, outbox.inherited()], [3, true]);
});

Deno.test("an outbox file that is removed while it is open is written anew", async () => {
  await using dir = await testDir();
  const { log, lines } = captureLog();
  {
    using outbox = openOutbox(dir.path, limits, log);
    outbox.add(record(1));
    for (const suffix of ["", "-wal", "-shm"]) {
      await Deno.remove(`${dir.path}/outbox.db${suffix}`);
    }
    outbox.add(record(2));
    assertEquals(outbox.depth, 2);
  }
  assertEquals(peekOutbox(dir.path)?.depth, 2);
  assertStringIncludes(lines[0]?.message ?? "", "removed while it was open");
});

Deno.test("a record that the brokers never take is put aside, the rest flows", async () => {
  await using broker = await startBroker();
  await using dir = await testDir();
  const { log } = captureLog();
  {
    using outbox = openOutbox(dir.path, limits, log);
    const big = record(2);
    outbox.add(record(1));
    outbox.add({ ...big, value: `{"a":"${"x".repeat(2_000_000)}"}` });
    outbox.add(record(3));
  }
  await using simulator = await startSimulator();
  await using producer = startProducer({
    broker,
    simulator,
    env: {
      CRYPTO_IDS: coins,
      STATE_DIR: dir.path,
    },
  });
  await producer.untilStatus(
    "flow",
    ({ waiting, counters }) => waiting === 0 && counters.published >= 3,
  );
  assertEquals(await producer.stop(), 0);
  const published = Number(producer.lines.at(-1)?.published);
  const records = await consume(broker.bootstrap, topic, published);
  assertEquals(
    records.slice(0, 2).map(({ headers }) => headers.ce_id),
    [record(1).id, record(3).id],
  );
  assertEquals(peekOutbox(dir.path)?.rejected, 1);
  const said = producer.lines.find(({ level }) => level === "ERROR");
  assertEquals(said?.ce_id, record(2).id);
});

Deno.test("a topic that the producer may not make is said, and waited for", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator();
  await using producer = startProducer({
    broker,
    simulator,
    env: {
      KAFKA_TOPIC_CREATE: "false",
      CRYPTO_IDS: coins,
    },
  });
  const said = () =>
    producer.lines.filter(({ level, reason }) =>
      level === "WARN" && String(reason).includes("KAFKA_TOPIC_CREATE is false")
    );
  await until("it is said", () => said().length > 0);
  await producer.untilStatus("5 waiting", ({ waiting }) => waiting >= 5);
  assertStringIncludes(String(said()[0]?.reason), "create it");
  const { hostname, port } = new URL(`http://${broker.bootstrap}`);
  const admin = await createKafkaClient({
    brokers: [{ host: hostname, port: Number(port) }],
    clientId: "by-hand",
  }).openAdmin();
  const choice = { partitions: 1, replicationFactor: 1, minInsyncReplicas: 1 };
  await admin.ensureTopic(topicSpec({ name: topic, ...choice }));
  await admin.close();
  await producer.untilStatus(
    "all flows",
    ({ waiting, counters }) => waiting === 0 && counters.published >= 5,
  );
  const { samples, published } = await stopSettled(producer, simulator);
  assertEquals(said().length, 1, "once, however often it was tried");
  assertEquals(published, samples);
});
