import { assertEquals } from "@std/assert";
import { OutboxDatabase } from "../../producer/outbox/database.ts";
import type { Limits } from "../../producer/outbox/outbox.ts";
import { rowOf } from "../../producer/outbox/row.ts";
import { WriteBatch } from "../../producer/outbox/write_batch.ts";
import { splitRecord } from "../../producer/record_parts.ts";
import { fakeOutbox } from "../fakes/outbox.ts";
import { coin, record } from "../fakes/samples.ts";

const one = { records: 1, bytes: 1e9 };
const all = { records: 1_000, bytes: 1e9 };

function large(sequence: number, coins = 8) {
  const entries = Array.from({ length: coins }, (_, n): [string, object] => [
    `c${n}`,
    coin("1"),
  ]);
  return record(sequence, { coins: Object.fromEntries(entries) as never });
}

type Queue = ReturnType<typeof fakeOutbox>["outbox"];

function halve(outbox: Queue): boolean {
  const [head] = outbox.take(one) ?? [];
  const parts = head && splitRecord(head.record, 1e9);
  if (head === undefined || parts === undefined) throw new Error("no parts");
  const done = outbox.split(head, parts);
  outbox.release();
  return done;
}

function contents(outbox: Queue): string[] {
  return (outbox.take(all) ?? []).map(({ record: { headers } }) =>
    [headers.sequence, headers.part].filter(Boolean).join(" ")
  );
}

Deno.test("`split()` puts the parts in the record's place, again and again", () => {
  const { outbox, onDisk } = fakeOutbox();
  for (const n of [1, 2, 3]) outbox.add(large(n), 8);
  assertEquals([halve(outbox), halve(outbox), halve(outbox)], [
    true,
    true,
    true,
  ]);
  const expected = ["1 1-1/8", "1 2-2/8", "1 3-4/8", "1 5-8/8", "2", "3"];
  assertEquals(contents(outbox), expected);
  assertEquals(onDisk().map(({ seq }) => seq), [1, 2, 4, 8, 16, 24]);
  const state = outbox.state();
  assertEquals(state.depth, 6);
  assertEquals(state.bytes, onDisk().reduce((sum, row) => sum + row.bytes, 0));
  const batch = outbox.take({ records: 3, bytes: 1e9 })!;
  outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  outbox.settle();
  assertEquals(contents(outbox), expected.slice(3));
  assertEquals(onDisk().length, 3);
});

Deno.test("`split()` changes nothing while the disk cannot be written", () => {
  const { outbox, disk, onDisk } = fakeOutbox();
  outbox.add(large(1), 8);
  disk.error = "no room";
  assertEquals(halve(outbox), false);
  assertEquals([contents(outbox), outbox.depth], [["1"], 1]);
  disk.error = undefined;
  assertEquals(halve(outbox), true);
  assertEquals(contents(outbox), ["1 1-4/8", "1 5-8/8"]);
  assertEquals(onDisk().length, 2);
});

Deno.test("`split()` works on what only memory holds", () => {
  const { outbox, disk, onDisk } = fakeOutbox();
  disk.error = "no room";
  outbox.add(large(1), 8);
  outbox.add(large(2), 8);
  assertEquals(halve(outbox), true);
  assertEquals(outbox.state().inMemory, 3);
  disk.error = undefined;
  outbox.settle();
  assertEquals(contents(outbox), ["1 1-4/8", "1 5-8/8", "2"]);
  assertEquals(onDisk().length, 3);
});

Deno.test("`split()` keeps the order of an earlier version's rows, which leave no room", () => {
  const saved = [1, 2, 3].map((n) => rowOf(n, large(n)));
  const disk = { error: "file is not a database" as string | undefined };
  const { outbox } = fakeOutbox(undefined, disk, saved);
  outbox.settle();
  assertEquals(halve(outbox), true);
  assertEquals(contents(outbox), ["1 1-4/8", "1 5-8/8", "2", "3"]);
  for (const left of [3, 2]) {
    const batch = outbox.take(one)!;
    outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
    assertEquals(outbox.depth, left);
  }
  assertEquals(halve(outbox), true);
  outbox.add(large(4), 8);
  assertEquals(contents(outbox), ["2 1-4/8", "2 5-8/8", "3", "4"]);
  assertEquals(outbox.depth, 4);
});

Deno.test("parts survive a file that is damaged while they wait", () => {
  const { outbox, disk } = fakeOutbox(
    undefined,
    undefined,
    // What can be read is from before the split.
    [rowOf(8, large(1)), rowOf(16, large(2))],
  );
  outbox.add(large(1), 8);
  outbox.add(large(2), 8);
  disk.error = "database disk image is malformed";
  assertEquals(halve(outbox), true);
  assertEquals(contents(outbox), ["1 1-4/8", "1 5-8/8", "2"]);
});

function rejectAll(limits: Limits, sizes: readonly number[]) {
  const { outbox, rejectedDropped } = fakeOutbox(limits);
  for (const [index, size] of sizes.entries()) {
    outbox.add({ ...record(index), value: "x".repeat(size) });
    const [head] = outbox.take(one) ?? [];
    if (head !== undefined) outbox.reject(head, "too large");
    outbox.release();
  }
  return { outbox, dropped: rejectedDropped.reduce((sum, n) => sum + n, 0) };
}

Deno.test("dead-lettered records are bounded by a quarter of the bytes", () => {
  const limits = { records: 100, bytes: 1_000_000 };
  const { outbox, dropped } = rejectAll(limits, Array(5).fill(100_000));
  assertEquals([dropped, outbox.state().rejectedDropped], [3, 3]);
  const single = rejectAll(limits, [10, 900_000]);
  assertEquals(single.dropped, 1, "the newest is kept, whatever its size");
  // They count against the bound of what waits.
  let kept = 0;
  for (let n = 0; n < 10; n++) {
    kept += 1 - outbox.add({ ...record(n), value: "x".repeat(100_000) });
  }
  assertEquals(kept, 7);
});

Deno.test("`trimRejected()` keeps the newest records, in number and in bytes", () => {
  using database = new OutboxDatabase(":memory:");
  const batch = new WriteBatch();
  for (let n = 1; n <= 5; n++) {
    batch.rejected.push({ row: rowOf(n, record(n)), reason: "too large" });
  }
  database.apply(batch);
  const { rejectedBytes } = database.totals();
  assertEquals(rejectedBytes, 5 * rowOf(1, record(1)).bytes);
  const trims: [Limits, number][] = [
    [{ records: 4, bytes: 1e9 }, 1],
    [{ records: 4, bytes: rejectedBytes / 2 }, 2],
    [{ records: 4, bytes: 1 }, 1],
    [{ records: 4, bytes: 1 }, 0],
  ];
  for (const [bound, dropped] of trims) {
    assertEquals(database.trimRejected(bound), dropped);
  }
});
