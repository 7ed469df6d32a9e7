import { assertEquals, assertRejects } from "@std/assert";
import fixtures from "../fixtures/record_sets.txt" with { type: "text" };
import { createTail } from "../../kafka/tail_reader.ts";

const plain = /^2 none (.*)$/m.exec(fixtures)?.[1] ?? "";

/** A batch of three records at an offset, as Kafka wrote it. */
function batchAt(base: bigint): Uint8Array {
  const bytes = Uint8Array.fromBase64(plain);
  new DataView(bytes.buffer).setBigInt64(0, base);
  return bytes;
}

/** A tail of one partition whose broker returns `setOf(offset)`. */
function tailOf(setOf: (from: number) => Uint8Array) {
  const requested: number[] = [];
  const fetch = (request: {
    topics: { partitions: { fetchOffset: string }[] }[];
  }) => {
    const from = Number(request.topics[0]!.partitions[0]!.fetchOffset);
    requested.push(from);
    const recordSet = setOf(from);
    const partitions = [{ partition: 0, errorCode: 0, recordSet }];
    return Promise.resolve({ responses: [{ topicName: "t", partitions }] });
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
    findBroker: () => Promise.resolve({ fetch }),
  }, {
    protocol: {
      requests: { 4: () => undefined, 11: () => undefined },
      parse: (response) => Promise.resolve(response),
    },
    decompress: () => Promise.reject(new Error("not compressed")),
  });
  return { tail, requested };
}

Deno.test("read() drops records of a batch that are outside the range", async () => {
  const { tail, requested } = tailOf((from) => batchAt(from < 3 ? 0n : 3n));
  const range = { partition: 0, from: 1n, to: 5n };
  const { records, unreadable } = await tail.read("t", range);
  assertEquals(records.map(({ offset }) => offset), [1n, 2n, 3n, 4n]);
  assertEquals([requested, unreadable], [[1, 3], []]);
  assertEquals(records[2]?.headers.ce_id, "id-1");
  assertEquals(await tail.offsets("t"), [
    { partition: 0, start: 1n, end: 9n },
    { partition: 1, start: 1n, end: 9n },
  ]);
});

Deno.test("read() steps over a batch that it cannot read, and names it", async () => {
  const { tail } = tailOf((from) => {
    const bytes = batchAt(from < 3 ? 0n : 3n);
    if (from < 3) bytes[22] = 7;
    return bytes;
  });
  const range = { partition: 0, from: 0n, to: 6n };
  const { records, unreadable } = await tail.read("t", range);
  assertEquals(records.map(({ offset }) => offset), [3n, 4n, 5n]);
  assertEquals(unreadable.map(({ offset, codec }) => [offset, codec]), [
    [0n, "unknown"],
  ]);
});

Deno.test("read() fails where a partition returns nothing", async () => {
  const { tail } = tailOf(() => new Uint8Array());
  await assertRejects(
    () => tail.read("t", { partition: 0, from: 2n, to: 6n }),
    Error,
    "returns nothing from offset 2 on",
  );
});
