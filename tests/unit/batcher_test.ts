import { assertEquals } from "@std/assert";
import { Batcher, type BatchItem } from "../../lakehouse/ingest/batcher.ts";
import { toBronzeRow } from "../../lakehouse/ingest/to_bronze_row.ts";
import { FakeClock } from "../fakes/clock.ts";
import { turns } from "../fakes/following.ts";

const place = { topic: "t", epoch: 0, partition: 0 };

function row(offset: number, size = 0): BatchItem {
  const value = new Uint8Array(size).fill(0x61);
  const rest = { timestampMs: 1, key: null, value, headers: [] };
  return toBronzeRow({ ...rest, offset: BigInt(offset) }, place);
}

function rows(from: number, to: number): BatchItem[] {
  return Array.from({ length: to - from }, (_, i) => row(from + i));
}

function gap(from: number): BatchItem {
  const to = BigInt(from + 1);
  return { ...place, from: to - 1n, to, reason: "control", detail: null };
}

function setUp(limits = { records: 4, bytes: 10_000, waitMs: 100 }) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const batcher = new Batcher(limits, clock, stop.signal);
  const sizes: number[] = [];
  const take = async () => {
    const batch = await batcher.take();
    sizes.push((batch?.rows.length ?? -1) + (batch?.gaps.length ?? 0));
    return batch;
  };
  return { batcher, clock, stop, take, sizes };
}

Deno.test("Batcher: the first row after a pause does not wait", async () => {
  const { batcher, clock, take, sizes } = setUp();
  const began = clock.monotonic();
  batcher.add([row(0)]);
  await take();
  assertEquals([sizes, clock.monotonic() - began], [[1], 0]);
  batcher.done();
  clock.advance(100);
  batcher.add([row(1)]);
  await take();
  assertEquals(clock.monotonic() - began, 100);
  // A commit has just ended: the next ones wait for each other.
  batcher.done();
  batcher.add([row(2)]);
  await take();
  assertEquals(clock.monotonic() - began, 200);
});

Deno.test("Batcher: a full batch does not wait, and is cut at its bounds", async () => {
  const { batcher, clock, take, sizes } = setUp();
  batcher.add([...rows(0, 3), gap(3), ...rows(4, 9)]);
  const first = await take();
  assertEquals([first?.rows.length, first?.gaps.length], [3, 1]);
  batcher.done();
  await take();
  batcher.done();
  const began = clock.monotonic();
  await take();
  assertEquals([sizes, clock.monotonic() - began], [[4, 4, 1], 100]);
  batcher.done();
  // A row beyond the bytes is a batch by itself.
  batcher.add([row(9), row(10, 50_000), row(11)]);
  for (let i = 0; i < 3; i++) {
    await take();
    batcher.done();
  }
  assertEquals(sizes, [4, 4, 1, 1, 1, 1]);
});

Deno.test("Batcher: who adds waits for room", async () => {
  const { batcher, take } = setUp();
  batcher.add(rows(0, 9));
  let hasRoom = false;
  const room = batcher.room().then(() => hasRoom = true);
  await take();
  await turns();
  assertEquals(hasRoom, false);
  batcher.done();
  await take();
  await room;
  assertEquals(hasRoom, true);
});

Deno.test("Batcher: drained() waits until what was taken is stored", async () => {
  const { batcher, clock, take } = setUp();
  const began = clock.monotonic();
  batcher.add(rows(0, 4));
  await take();
  batcher.done();
  batcher.add(rows(4, 5));
  let isDrained = false;
  const drained = batcher.drained().then(() => isDrained = true);
  // It does not wait for others.
  await take();
  assertEquals(clock.monotonic() - began, 0);
  await turns();
  assertEquals(isDrained, false);
  batcher.done();
  await drained;
});

Deno.test("Batcher: every wait ends when the signal aborts", async () => {
  const { batcher, stop, take, sizes } = setUp();
  batcher.add(rows(0, 9));
  await take();
  const waits = [batcher.room(), batcher.drained()];
  stop.abort();
  await Promise.all(waits);
  await take();
  assertEquals(sizes, [4, -1]);
});

Deno.test("Batcher: take() ends after close(), when nothing is left", async () => {
  const { batcher, take, sizes } = setUp();
  batcher.add(rows(0, 1));
  batcher.close();
  await take();
  batcher.done();
  await take();
  assertEquals(sizes, [1, -1]);
});
