import { assertEquals } from "@std/assert";
import { rowOf } from "../../producer/outbox/row.ts";
import { Store } from "../../producer/outbox/database.ts";
import { record } from "../fakes/samples.ts";

Deno.test("`Store.shrink()` gives back the space of a long outage, part by part", () => {
  using store = new Store(":memory:");
  const value = "x".repeat(4_000);
  const added = Array.from(
    { length: 2_500 },
    (_, index) => rowOf(index + 1, { ...record(index + 1), value }),
  );
  store.apply({ added, removed: [], positions: [], rejected: [] });
  const removed = [{ from: 1, to: 2_500 }];
  store.apply({ added: [], removed, positions: [], rejected: [] });
  // Some 2,600 pages of 4 KiB in parts of 1,000; the last part may stay.
  assertEquals(store.shrink(), false);
  assertEquals(store.shrink(), true);
});
