import { assert, assertEquals } from "@std/assert";
import type { Batch } from "../../producer/outbox/outbox.ts";
import { rowOf, waitingOf } from "../../producer/outbox/row.ts";
import { fakeOutbox } from "../fakes/outbox.ts";
import { record } from "../fakes/samples.ts";

const all = { records: 100, bytes: 1e9 };

function sequences(batch: Batch | undefined): string[] {
  return (batch ?? []).map(({ record }) => record.headers.sequence!);
}

Deno.test("`Outbox` has a complete record on disk when `add()` returns", () => {
  const { outbox, onDisk } = fakeOutbox();
  const one = record(1);
  assertEquals(outbox.add(one), 0);
  assertEquals(onDisk().map((row) => waitingOf(row).record), [one]);
  assertEquals(outbox.take(all)?.map((waiting) => waiting.record), [one]);
});

Deno.test("`Outbox` deletes only what was acknowledged, with the position", () => {
  const { outbox, onDisk } = fakeOutbox();
  for (let n = 1; n <= 5; n++) outbox.add(record(n));
  const batch = outbox.take({ records: 3, bytes: 1e9 })!;
  assertEquals(sequences(batch), ["1", "2", "3"]);
  assertEquals(onDisk().length, 5);
  outbox.acknowledge(batch, { partition: 2, baseOffset: 7n });
  assertEquals(outbox.depth, 2);
  outbox.settle();
  assertEquals(onDisk().map(({ seq }) => seq), [4, 5]);
  assertEquals(outbox.position("crypto.prices.raw", 2), {
    next: 10n,
    lastId: record(3).id,
  });
  assertEquals(sequences(outbox.take(all)), ["4", "5"]);
});

Deno.test("`Outbox` ends a batch at another topic or key, and by bytes", () => {
  const { outbox } = fakeOutbox();
  outbox.add(record(1));
  outbox.add(record(2, { topic: "other" }));
  outbox.add(record(3, { topic: "other", system: "else" }));
  outbox.add(record(4, { topic: "other", system: "else" }));
  const sizes: number[] = [];
  for (let batch; (batch = outbox.take({ records: 9, bytes: 1 }));) {
    sizes.push(batch.length);
    outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  }
  assertEquals(sizes, [1, 1, 1, 1]);
  outbox.add(record(5));
  outbox.add(record(6, { topic: "other" }));
  outbox.add(record(7, { topic: "other" }));
  assertEquals(sequences(outbox.take(all)), ["5"]);
  assertEquals(outbox.topics().sort(), ["crypto.prices.raw", "other"]);
});

Deno.test("`Outbox` drops the oldest when full, but nothing in flight, and reports it", () => {
  const { outbox } = fakeOutbox({ records: 3, bytes: 1e9 });
  for (let n = 1; n <= 3; n++) outbox.add(record(n));
  const flying = outbox.take({ records: 1, bytes: 1e9 })!;
  assertEquals(outbox.state().full, false);
  assertEquals(outbox.add(record(4)), 1);
  assertEquals(outbox.state().full, true);
  assertEquals(outbox.depth, 3);
  outbox.acknowledge(flying, { partition: 0, baseOffset: 0n });
  assertEquals(outbox.state().full, false);
  assertEquals(sequences(outbox.take(all)), ["3", "4"]);
});

Deno.test("`Outbox` is bounded by bytes too, and always accepts the newest", () => {
  const size = rowOf(1, record(1)).bytes;
  const { outbox } = fakeOutbox({ records: 100, bytes: 2 * size + 10 });
  for (let n = 1; n <= 5; n++) outbox.add(record(n));
  assertEquals(sequences(outbox.take(all)), ["4", "5"]);
  assert(outbox.state().bytes <= 2 * size + 10);
  const { outbox: tiny } = fakeOutbox({ records: 100, bytes: 1 });
  tiny.add(record(1));
  assertEquals(sequences(tiny.take(all)), ["1"]);
});

Deno.test("`Outbox` continues in memory while the disk fails, then writes all in order", () => {
  const { outbox, disk, diskStates, onDisk } = fakeOutbox();
  outbox.add(record(1));
  disk.error = "database or disk is full";
  outbox.add(record(2));
  outbox.add(record(3));
  const { inMemory, diskError, depth } = outbox.state();
  assertEquals([inMemory, depth], [2, 3]);
  assertEquals(diskError, "database or disk is full");
  const batch = outbox.take({ records: 2, bytes: 1e9 })!;
  assertEquals(sequences(batch), ["1", "2"]);
  outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  outbox.settle();
  assertEquals(onDisk().length, 1, "the acknowledged row cannot be deleted");
  assertEquals(sequences(outbox.take(all)), ["3"], "but is not sent again");
  disk.error = undefined;
  outbox.add(record(4));
  assertEquals(outbox.state().inMemory, 0);
  assertEquals(onDisk().map(({ id }) => id), [record(3).id, record(4).id]);
  assertEquals(diskStates, ["database or disk is full", undefined]);
});

Deno.test("`Outbox` bounds what waits in memory", () => {
  const disk = { error: "no room" as string | undefined };
  const { outbox } = fakeOutbox({ records: 1e6, bytes: 1e12 }, disk);
  let dropped = 0;
  for (let n = 1; n <= 1_003; n++) dropped += outbox.add(record(n));
  assertEquals([dropped, outbox.depth], [3, 1_000]);
  assertEquals(sequences(outbox.take({ records: 1, bytes: 1 })), ["4"]);
  disk.error = undefined;
  outbox.settle();
  assertEquals(outbox.state().inMemory, 0);
});

Deno.test("`Outbox` recovers what can be read of a damaged file", () => {
  const saved = [1, 2].map((n) => rowOf(n, record(n)));
  const disk = { error: "file is not a database" as string | undefined };
  const { outbox, onDisk } = fakeOutbox(undefined, disk, saved);
  assertEquals(outbox.depth, 2);
  outbox.add(record(3));
  assertEquals(sequences(outbox.take(all)), ["1", "2", "3"]);
  assertEquals(onDisk().length, 3);
});

Deno.test("`Outbox` does not resend what was acknowledged before the damage", () => {
  const saved = [1, 2, 3].map((n) => rowOf(n, record(n)));
  const { outbox, disk } = fakeOutbox(undefined, undefined, saved);
  for (let n = 1; n <= 3; n++) outbox.add(record(n));
  const batch = outbox.take({ records: 2, bytes: 1e9 })!;
  outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  disk.error = "database disk image is malformed";
  outbox.add(record(4));
  assertEquals(sequences(outbox.take(all)), ["3", "4"]);
  assertEquals(outbox.depth, 2);
});

Deno.test("`Outbox` counts correctly when the file is lost while a batch is in flight", () => {
  const { outbox, disk, onDisk } = fakeOutbox();
  for (let n = 1; n <= 3; n++) outbox.add(record(n));
  const batch = outbox.take(all)!;
  disk.error = "database disk image is malformed";
  outbox.add(record(4));
  assertEquals(outbox.depth, 4, "what is in flight is not lost with the file");
  assertEquals(outbox.takeInherited(), false, "it is this process's own");
  outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  outbox.settle();
  assertEquals([outbox.depth, outbox.state().bytes > 0], [1, true]);
  assertEquals(onDisk().map(({ seq }) => seq), [4]);
});

Deno.test("`Outbox` writes what is in flight from memory to a new file once", () => {
  const { outbox, disk, onDisk } = fakeOutbox();
  disk.error = "database or disk is full";
  outbox.add(record(1));
  outbox.add(record(2));
  const batch = outbox.take(all)!;
  disk.error = "database disk image is malformed";
  outbox.add(record(3));
  assertEquals([outbox.depth, outbox.state().inMemory], [3, 0]);
  outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  outbox.settle();
  assertEquals(onDisk().map(({ id }) => id), [record(3).id]);
});

Deno.test("`Outbox` keeps the newest when everything else is in flight", () => {
  const { outbox } = fakeOutbox({ records: 2, bytes: 1e9 });
  outbox.add(record(1));
  outbox.add(record(2));
  const batch = outbox.take(all)!;
  assertEquals(outbox.add(record(3)), 0);
  outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  assertEquals(sequences(outbox.take(all)), ["3"]);
});

Deno.test("`Outbox` reports once that an earlier process left records", () => {
  const disk = { error: "unable to open database file" as string | undefined };
  const saved = [rowOf(1, record(1))];
  const { outbox } = fakeOutbox(undefined, disk, saved);
  outbox.add(record(2));
  assertEquals(outbox.takeInherited(), false);
  // The file opens at last, but is damaged: its row is recovered.
  disk.error = "file is not a database";
  outbox.add(record(3));
  assertEquals([outbox.takeInherited(), outbox.takeInherited()], [true, false]);
  assertEquals(sequences(outbox.take(all)), ["1", "2", "3"]);
});

Deno.test("`Outbox` dead-letters a row that cannot be parsed and continues", () => {
  const disk = { error: "file is not a database" as string | undefined };
  const saved = [
    { ...rowOf(1, record(1)), headers: "{" },
    rowOf(2, record(2)),
  ];
  const { outbox, onDisk } = fakeOutbox(undefined, disk, saved);
  assertEquals(sequences(outbox.take(all)), ["2"]);
  assertEquals(onDisk().map(({ seq }) => seq), [2]);
});

Deno.test("`Outbox` retries a read-only file", () => {
  const { outbox, disk, onDisk } = fakeOutbox();
  disk.error = "attempt to write a readonly database";
  outbox.add(record(1));
  assertEquals(outbox.state().inMemory, 1);
  disk.error = undefined;
  outbox.add(record(2));
  assertEquals(onDisk().length, 2);
});

Deno.test("`Outbox` does not send a rejected record", () => {
  const { outbox, onDisk } = fakeOutbox();
  outbox.add(record(1));
  outbox.add(record(2));
  const [first] = outbox.take({ records: 1, bytes: 1 })!;
  outbox.reject(first!, "too large");
  assertEquals(onDisk().map(({ seq }) => seq), [2]);
  assertEquals(sequences(outbox.take(all)), ["2"]);
});

Deno.test("`Outbox` finds records by id and removes them, on disk and in memory", () => {
  const { outbox, disk } = fakeOutbox();
  for (let n = 1; n <= 3; n++) outbox.add(record(n));
  disk.error = "full";
  outbox.add(record(4));
  const ids = new Set([1, 4, 9].map((n) => record(n).id));
  const found = outbox.find("crypto.prices.raw", ids);
  assertEquals(found.map(({ seq }) => seq), [1, 4]);
  assertEquals(outbox.find("other", ids), []);
  outbox.deduplicate(found);
  assertEquals(sequences(outbox.take(all)), ["2", "3"]);
  assertEquals(outbox.depth, 2);
});

Deno.test("`Outbox` bounds UTF-8 bytes, not UTF-16 units", () => {
  const value = JSON.stringify("\u20ac".repeat(1_000));
  const { outbox } = fakeOutbox({ records: 100, bytes: 7_000 });
  for (let n = 1; n <= 2; n++) outbox.add({ ...record(n), value });
  assertEquals(outbox.add({ ...record(3), value }), 1);
  assertEquals(sequences(outbox.take(all)), ["2", "3"]);
});

Deno.test("`Outbox` sends nothing newer while the file cannot be read", () => {
  const { outbox, disk } = fakeOutbox();
  outbox.add(record(1));
  disk.error = "disk I/O error";
  outbox.add(record(2));
  disk.isUnreadable = true;
  assertEquals([outbox.take(all), outbox.depth], [undefined, 2]);
  disk.isUnreadable = false;
  assertEquals(sequences(outbox.take(all)), ["1", "2"]);
});
