import { assertEquals } from "@std/assert";
import { createTail } from "../../kafka/tail_reader.ts";

Deno.test("`createTail()` drops records of a batch that are outside the range", async () => {
  const message = (offset: number) => ({
    offset: String(offset),
    timestamp: "7",
    key: null,
    value: new Uint8Array([offset]),
    headers: {
      h: [new TextEncoder().encode("a"), new TextEncoder().encode("b")],
    },
  });
  const requested: string[] = [];
  const broker = {
    fetch: (request: {
      topics: { partitions: { fetchOffset: string }[] }[];
    }) => {
      const from = Number(request.topics[0]!.partitions[0]!.fetchOffset);
      requested.push(String(from));
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
  assertEquals(requested, ["2", "4"]);
  assertEquals(records[0]?.headers, { h: "b" });
  assertEquals(await tail.offsets("t"), [
    { partition: 0, start: 1n, end: 9n },
    { partition: 1, start: 1n, end: 9n },
  ]);
});
