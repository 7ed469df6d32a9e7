import { assertEquals, assertThrows } from "@std/assert";
import { WriteBatch } from "../../producer/outbox/write_batch.ts";
import { rowOf } from "../../producer/outbox/row.ts";
import { OutboxDatabase } from "../../producer/outbox/database.ts";
import { record } from "../fakes/samples.ts";

Deno.test("`OutboxDatabase.shrink()` gives back the space of a long outage, part by part", () => {
  using database = new OutboxDatabase(":memory:");
  const value = "x".repeat(4_000);
  const added = new WriteBatch();
  for (let seq = 1; seq <= 2_500; seq++) {
    added.add(rowOf(seq, { ...record(seq), value }));
  }
  database.apply(added);
  const removed = new WriteBatch();
  removed.remove([...database.rows(0)]);
  database.apply(removed);
  // Some 2,600 pages of 4 KiB in parts of 1,000; the last part may stay.
  assertEquals(database.shrink(), false);
  assertEquals(database.shrink(), true);
});

Deno.test("`OutboxDatabase.apply()` writes all of a batch or nothing", () => {
  using database = new OutboxDatabase(":memory:");
  const batch = new WriteBatch();
  batch.add(rowOf(1, record(1)));
  batch.add(rowOf(1, record(2)));
  assertThrows(() => database.apply(batch), Error, "UNIQUE constraint failed");
  assertEquals(database.totals(), {
    depth: 0,
    bytes: 0,
    lastSeq: 0,
    rejectedBytes: 0,
  });
});
