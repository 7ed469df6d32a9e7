import { assertEquals } from "@std/assert";
import kafkajs from "kafkajs";
import { decompress } from "../../kafka/records/decompress.ts";
import { toBronzeRow } from "../../lakehouse/ingest/to_bronze_row.ts";
import type { BronzeRow } from "../../lakehouse/lake/bronze_row.ts";
import { FakeLake } from "../fakes/lake.ts";
import { payloadText } from "../fakes/payload_text.ts";
import { startBroker } from "../harness/broker.ts";
import { committedOffsets, withAdmin } from "../harness/consumer.ts";
import { until } from "../harness/until.ts";
import { follow } from "./lake_follower.ts";

const topic = "lake.test";

// kafkajs reads gzip alone; the batches are its own to decode.
const { CompressionCodecs } = kafkajs;
for (const codec of ["snappy", "lz4", "zstd"] as const) {
  const type = ({ snappy: 2, lz4: 3, zstd: 4 } as const)[codec];
  CompressionCodecs[type] = () => ({
    compress: () => Promise.reject(new Error("not used")),
    decompress: (bytes: Uint8Array) =>
      Promise.resolve(Buffer.from(decompress(codec, bytes))),
  });
}

/** Plain kafkajs: what any consumer of committed records sees. */
async function seenByConsumer(
  bootstrap: string,
  isComplete: (rows: readonly BronzeRow[]) => boolean,
): Promise<BronzeRow[]> {
  const kafka = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: 0 });
  const groupId = crypto.randomUUID();
  const consumer = kafka.consumer({ groupId, readUncommitted: false });
  const rows: BronzeRow[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage({ partition, message }) {
      const { offset, timestamp, key, value } = message;
      const headers = Object.entries(message.headers ?? {})
        .flatMap(([name, values]) =>
          [values ?? null].flat().map((one) =>
            [name, one === null ? null : Buffer.from(one)] as const
          )
        );
      rows.push(toBronzeRow({
        offset: BigInt(offset),
        timestampMs: Number(timestamp),
        key: key as Uint8Array | null,
        value: value as Uint8Array | null,
        headers,
      }, { topic, epoch: 0, partition }));
      return Promise.resolve();
    },
  });
  try {
    await until("the consumer has all", () => isComplete(rows));
  } finally {
    await consumer.disconnect();
  }
  return rows.sort(byPlace);
}

function byPlace(a: BronzeRow, b: BronzeRow): number {
  return a.epoch - b.epoch || a.partition - b.partition ||
    Number(a.offset - b.offset);
}

async function withProducer<T>(
  bootstrap: string,
  work: (
    producer: kafkajs.Producer,
    transactional: kafkajs.Producer,
  ) => Promise<T>,
): Promise<T> {
  const kafka = new kafkajs.Kafka({
    brokers: [bootstrap],
    logLevel: 0,
    retry: { retries: 20, initialRetryTime: 100 },
  });
  const options = { allowAutoTopicCreation: false };
  const producer = kafka.producer(options);
  const transactional = kafka.producer({
    ...options,
    transactionalId: "t",
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await Promise.all([producer.connect(), transactional.connect()]);
  try {
    return await work(producer, transactional);
  } finally {
    await Promise.all([producer.disconnect(), transactional.disconnect()]);
  }
}

function configure(admin: kafkajs.Admin, entries: Record<string, string>) {
  return admin.alterConfigs({
    validateOnly: false,
    resources: [{
      type: 2,
      name: topic,
      configEntries: Object.entries(entries)
        .map(([name, value]) => ({ name, value })),
    }],
  });
}

Deno.test("the ingest stores what other clients wrote, in any codec, and aborted transactions as gaps", async () => {
  await using broker = await startBroker();
  const { bootstrap } = broker;
  const big = Buffer.alloc(5_000_000, 0x61);
  await withAdmin(bootstrap, async (admin) => {
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] });
    await withProducer(bootstrap, async (plain, transactional) => {
      for (const codec of ["producer", "gzip", "snappy", "lz4", "zstd"]) {
        const limit = { "max.message.bytes": "8000000" };
        await configure(admin, { "compression.type": codec, ...limit });
        const headers = { bin: Buffer.from([0xff, 0]), twice: ["a", "b"] };
        for (const partition of [0, 1]) {
          await plain.send({
            topic,
            messages: [
              { partition, key: "k", value: "hello ".repeat(100) },
              { partition, key: "k", value: null },
              { partition, value: Buffer.from([0xff, 0xfe]), headers },
            ],
          });
        }
      }
      await plain.send({ topic, messages: [{ partition: 1, value: big }] });
      for (const end of ["commit", "abort", "abort", "commit"] as const) {
        const transaction = await transactional.transaction();
        const send = (partition: number) =>
          transaction.send({ topic, messages: [{ partition, value: end }] });
        await send(0);
        // Others write between the records of a transaction.
        await plain.send({ topic, messages: [{ partition: 0, value: "b" }] });
        await send(0);
        await send(2);
        await transaction[end]();
      }
      await plain.send({ topic, messages: [{ partition: 0, value: "end" }] });
    });
    // Five codecs, one large record; four transactions of which two count.
    const stored = 5 * 2 * 3 + 1 + 4 + 2 * 3 + 1;
    const lake = new FakeLake();
    await using follower = follow({ port: broker.port, topic }, lake, true);
    await follower.done;
    const expected = await seenByConsumer(
      bootstrap,
      (rows) => rows.length >= stored,
    );
    // One has views of a response, the other copies of Node's kind.
    const plain = (row: BronzeRow) => ({ ...row, payload: payloadText(row) });
    assertEquals(lake.rows.toSorted(byPlace).map(plain), expected.map(plain));
    assertEquals(lake.rows.length, stored);
    lake.assertWhole();
    assertEquals(
      Map.groupBy(lake.gaps, ({ partition }) => partition).get(2)
        ?.map(({ from, to, reason }) => `${from}..${to} ${reason}`),
      ["1..2 control", "2..3 aborted", "3..4 control", "4..5 aborted"]
        .concat(["5..6 control", "7..8 control"]),
    );
    // The broker makes its topic of offsets when the first group appears.
    await until("the group has the lake's offsets", async () => {
      await using _again = follow({ port: broker.port, topic }, lake);
      const offsets = await committedOffsets(bootstrap, {
        groupId: "lake-test-group",
        topic,
      });
      return offsets.some((offset) => offset > 0);
    });
  });
});
