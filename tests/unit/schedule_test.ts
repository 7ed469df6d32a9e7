import { assertEquals } from "@std/assert";
import {
  nextSlot,
  runSchedule,
  type Slot,
  type SlotOutcome,
} from "../../producer/schedule.ts";
import { FakeClock } from "../fakes/clock.ts";

async function run(
  slots: number,
  intervalMs: number,
  work: (slot: Slot, clock: FakeClock) => SlotOutcome | void,
): Promise<{ starts: number[]; seen: Slot[]; t0: number }> {
  const clock = new FakeClock(123.4);
  const controller = new AbortController();
  const starts: number[] = [];
  const seen: Slot[] = [];
  const { signal } = controller;
  await runSchedule({ intervalMs, signal, clock }, (slot) => {
    starts.push(clock.monotonic());
    seen.push(slot);
    const outcome = work(slot, clock);
    if (seen.length === slots) controller.abort();
    return Promise.resolve(outcome);
  });
  return { starts, seen, t0: 123.4 };
}

Deno.test("`runSchedule()` begins at once and never bursts after an hour's pause", async () => {
  const { starts, seen, t0 } = await run(4, 1000, (slot, clock) => {
    if (slot.number === 1) clock.advance(3_600_000);
  });
  assertEquals(starts[0], t0);
  assertEquals(seen.map(({ number }) => number), [0, 1, 3601, 3602]);
  assertEquals(seen[2]?.skipped, 3599);
});

Deno.test("`runSchedule()` obeys a cooldown and keeps the phase after it", async () => {
  const { seen } = await run(3, 1000, (slot, clock) => {
    return slot.number === 0 ? { notBeforeMs: clock.monotonic() + 2500 } : {};
  });
  assertEquals(seen.map(({ number }) => number), [0, 3, 4]);
});

Deno.test("`runSchedule()` counts as backed off only what the work asked for", async () => {
  const { seen } = await run(3, 1000, (slot, clock) => {
    if (slot.number > 0) return {};
    clock.advance(1_500);
    return { stride: 4 };
  });
  const rows = seen.map(({ number, skipped, backedOff }) => [
    number,
    skipped,
    backedOff,
  ]);
  assertEquals(rows, [[0, 0, 0], [4, 3, 2], [5, 0, 0]]);
});

Deno.test("`nextSlot()` chooses the slot that is due right now", () => {
  assertEquals(nextSlot(0, 1000, 1000), 1);
  assertEquals(nextSlot(0, 1000.001, 1000), 2);
  assertEquals(nextSlot(5, 0, 1000), 6);
});

Deno.test("`runSchedule()` ends without another slot when it is stopped", async () => {
  const { seen } = await run(1, 1000, () => {});
  assertEquals(seen.length, 1);
});

Deno.test("`runSchedule()` counts slots from when the first request left", async () => {
  const clock = new FakeClock(1_000);
  const stop = new AbortController();
  const starts: number[] = [];
  const due: number[] = [];
  await runSchedule({
    intervalMs: 500,
    signal: stop.signal,
    clock,
    onDue: (dueMs) => due.push(dueMs),
    async firstLeft() {
      await Promise.resolve();
      clock.advance(130);
    },
  }, async () => {
    starts.push(clock.monotonic());
    // The response comes later than that.
    await Promise.resolve().then(() => Promise.resolve());
    if (starts.length === 1) clock.advance(200);
    if (starts.length === 3) stop.abort();
  });
  assertEquals(starts, [1_000, 1_630, 2_130]);
  assertEquals(due, [1_000, 1_630, 2_130]);
});
