import { assertEquals, assertRejects } from "@std/assert";
import fixtures from "../fixtures/record_sets.txt" with { type: "text" };
import type { FetchResponse } from "../../kafka/records/raw_fetch.ts";
import { errorTypeOf } from "../../kafka/error_chain.ts";
import { createTopicReader } from "../../kafka/topic_reader.ts";
import { kafkaError } from "../fakes/topics.ts";

const [, plain = ""] = /^2 none (.*)$/m.exec(fixtures) ?? [];

interface Asked {
  readonly leader: string;
  readonly offsets: Readonly<Record<number, string>>;
  /** How long it may wait for a record, in ms. */
  readonly waitMs: number;
  /** Answers with an error code, or with three records at the offset. */
  readonly answer: (errorCode?: number, isEmpty?: boolean) => void;
}

/** A cluster of three partitions; broker 2 leads the last two. */
function fakeCluster(sessionMs = 0) {
  const asked: Asked[] = [];
  let leaders: Record<string, number[]> = { 1: [0], 2: [1, 2] };
  const committed: unknown[] = [];
  const brokerOf = (leader: string) => ({
    connectionPool: {
      pool: [0, sessionMs].map((ms) => ({
        sessionLifetime: { value: BigInt(ms) },
      })),
    },
    fetch(request: {
      maxWaitTime: number;
      topics: {
        partitions: { partition: number; fetchOffset: string }[];
      }[];
    }) {
      const { promise, resolve } = Promise.withResolvers<FetchResponse>();
      const { partitions } = request.topics[0]!;
      asked.push({
        leader,
        waitMs: request.maxWaitTime,
        offsets: Object.fromEntries(
          partitions.map((it) => [it.partition, it.fetchOffset]),
        ),
        answer(errorCode = 0, isEmpty = false) {
          resolve({
            clientSideThrottleTime: 0,
            responses: [{
              topicName: "t",
              partitions: partitions.map(({ partition, fetchOffset }) => {
                const recordSet = Uint8Array.fromBase64(plain);
                const base = BigInt(fetchOffset);
                new DataView(recordSet.buffer).setBigInt64(0, base);
                return {
                  partition,
                  errorCode,
                  highWatermark: base + 3n,
                  aborted: [],
                  recordSet: isEmpty ? new Uint8Array() : recordSet,
                };
              }),
            }],
          });
        },
      });
      return promise;
    },
    listOffsets: ({ topics }: {
      topics: { partitions: { partition: number }[] }[];
    }) =>
      Promise.resolve({
        responses: [{
          partitions: topics[0]!.partitions.map(({ partition }) => ({
            partition,
            offset: "12",
          })),
        }],
      }),
    offsetCommit(request: unknown) {
      committed.push(request);
      return Promise.resolve();
    },
    describeConfigs: () =>
      Promise.resolve({
        resources: [{
          configEntries: [{
            configName: "cleanup.policy",
            configValue: "compact,delete",
          }],
        }],
      }),
  });
  const reader = createTopicReader(
    {
      addTargetTopic: () => Promise.resolve(),
      refreshMetadata: () => Promise.resolve(),
      findTopicPartitionMetadata: () =>
        [2, 0, 1].map((partitionId) => ({ partitionId })),
      findLeaderForPartitions: (_, partitions) =>
        Object.fromEntries(
          Object.entries(leaders).map(([id, led]) =>
            [id, led.filter((it) => partitions.includes(it))] as const
          ).filter(([, led]) => led.length > 0),
        ),
      fetchTopicsOffset: ([asked]) =>
        Promise.resolve([{
          partitions: asked!.partitions.map(({ partition }) => ({
            partition,
            offset: asked!.fromBeginning ? "2" : "10",
          })),
        }]),
      findBroker: ({ nodeId }) => Promise.resolve(brokerOf(nodeId)),
      findControllerBroker: () => Promise.resolve(brokerOf("1")),
      findGroupCoordinator: () => Promise.resolve(brokerOf("1")),
    },
    "t",
    {
      protocol: {
        requests: { 4: () => undefined, 11: () => undefined },
        parse: ({ responses }) => {
          const [code] = responses.flatMap(({ partitions }) => partitions)
            .map(({ errorCode }) => errorCode).filter((it) => it !== 0);
          return Promise.reject(
            kafkaError(code === 1 ? "OFFSET_OUT_OF_RANGE" : `CODE_${code}`),
          );
        },
      },
      decompress: () => Promise.reject(new Error("not compressed")),
    },
  );
  const move = (changed: Record<string, number[]>) => leaders = changed;
  return { reader, asked, committed, move };
}

const { signal } = new AbortController();
function from(offsets: readonly number[]): Map<number, bigint> {
  return new Map(offsets.map((offset, id) => [id, BigInt(offset)]));
}

/** Lets requests get to the broker. */
async function sent(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("next() waits at each leader, and asks the one that answered again", async () => {
  const { reader, asked } = fakeCluster();
  reader.seek(from([0, 10, 20]));
  const first = reader.next(signal);
  await sent();
  assertEquals(asked.map(({ leader, offsets }) => [leader, offsets]), [
    ["1", { 0: "0" }],
    ["2", { 1: "10", 2: "20" }],
  ]);
  asked[1]!.answer();
  const reads = await first;
  assertEquals(
    reads.map(({ partition, next, records }) => [
      partition,
      next,
      records.length,
    ]),
    [[1, 13n, 3], [2, 23n, 3]],
  );
  // Nothing more is requested until it is wanted.
  await sent();
  assertEquals(asked.length, 2);
  const second = reader.next(signal);
  await sent();
  assertEquals(asked[2]?.offsets, { 1: "13", 2: "23" });
  asked[0]!.answer(0, true);
  const [read] = await second;
  assertEquals([read?.partition, read?.next, read?.highWatermark], [0, 0n, 3n]);
  for (const { answer } of asked) answer();
});

/** How long the requests may wait of which the first ones bring nothing. */
async function waitsOf(
  answers: readonly ("record" | "empty")[],
  sessionMs?: number,
): Promise<number[]> {
  const { reader, asked } = fakeCluster(sessionMs);
  reader.seek(from([0]));
  for (const [index, answer] of answers.entries()) {
    const read = reader.next(signal);
    await sent();
    asked[index]!.answer(0, answer === "empty");
    await read;
  }
  return asked.map(({ waitMs }) => waitMs);
}

Deno.test("next() lets a leader wait longer the longer no record comes", async () => {
  const rest = Array.from({ length: 5 }, () => "empty" as const);
  assertEquals(
    await waitsOf([...rest, "empty", "record", "empty", "empty"]),
    [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 500, 1_000],
  );
  // No request is under way when a short session has to be renewed.
  assertEquals(await waitsOf(rest, 2_000), [250, 250, 250, 250, 250]);
  assertEquals(await waitsOf(rest, 16_000), [500, 1_000, 2_000, 2_000, 2_000]);
});

Deno.test("next() does not let one of several leaders wait longer", async () => {
  const { reader, asked } = fakeCluster();
  reader.seek(from([0, 10, 20]));
  for (let round = 0; round < 4; round++) {
    const read = reader.next(signal);
    await sent();
    asked.at(-1)!.answer(0, true);
    await read;
  }
  assertEquals(asked.map(({ waitMs }) => waitMs), [500, 500, 500, 500, 500]);
  for (const { answer } of asked) answer();
});

Deno.test("next() hands out a partition that has moved only once", async () => {
  const { reader, asked, move } = fakeCluster();
  reader.seek(from([0, 10, 20]));
  const first = reader.next(signal);
  await sent();
  move({ 1: [0, 1], 2: [2] });
  asked[0]!.answer();
  assertEquals((await first).length, 1);
  const second = reader.next(signal);
  await sent();
  assertEquals(asked[2]?.offsets, { 0: "3", 1: "10" });
  asked[2]!.answer();
  assertEquals((await second).map(({ partition }) => partition), [0, 1]);
  asked[1]!.answer();
  const third = await reader.next(signal);
  assertEquals(third.map(({ partition }) => partition), [2]);
  for (const { answer } of asked) answer();
});

Deno.test("next() throws a partition's error, with its place", async () => {
  const { reader, asked } = fakeCluster();
  reader.seek(from([5]));
  const read = reader.next(signal);
  await sent();
  asked[0]!.answer(1);
  const error = await assertRejects(
    () => read,
    Error,
    "partition 0 of t at offset 5",
  );
  assertEquals(errorTypeOf(error), "OFFSET_OUT_OF_RANGE");
});

Deno.test("next() ends when the signal aborts, and forgets answers after seek()", async () => {
  const { reader, asked } = fakeCluster();
  const stop = new AbortController();
  reader.seek(from([0]));
  const read = reader.next(stop.signal);
  await sent();
  stop.abort();
  assertEquals(await read, []);
  reader.seek(from([7]));
  const again = reader.next(signal);
  await sent();
  asked[0]!.answer();
  asked[1]!.answer();
  assertEquals((await again).map(({ from }) => from), [7n]);
});

Deno.test("recordAt() finds a record, a gap, or what is not readable yet", async () => {
  const { reader, asked } = fakeCluster();
  const at = async (offset: bigint, isEmpty: boolean) => {
    const read = reader.recordAt(0, offset);
    await sent();
    asked.at(-1)!.answer(0, isEmpty);
    return await read;
  };
  assertEquals((await at(3n, false))?.offset, 3n);
  await assertRejects(() => at(4n, true), Error, "offset 4 yet");
});

Deno.test("offsets(), partitions(), isCompacted() and commitOffsets() ask the cluster", async () => {
  const { reader, committed } = fakeCluster();
  assertEquals((await reader.offsets())[1], {
    partition: 1,
    start: 2n,
    end: 10n,
    logEnd: 12n,
  });
  assertEquals(await reader.partitions(), [0, 1, 2]);
  assertEquals(await reader.isCompacted(), true);
  await reader.commitOffsets("g", new Map([[1, 4n]]));
  assertEquals(committed, [{
    groupId: "g",
    groupGenerationId: -1,
    memberId: "",
    topics: [{ topic: "t", partitions: [{ partition: 1, offset: "4" }] }],
  }]);
});
