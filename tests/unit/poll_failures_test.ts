import { assertEquals } from "@std/assert";
import { slowedTo } from "../../producer/poll_backoff.ts";
import type { PriceRecord } from "../../producer/outbox/outbox.ts";
import { statusOf } from "../../producer/health/health_handler.ts";
import { createPoll } from "../../producer/poll.ts";
import type { PollResult } from "../../producer/sources/source.ts";
import { FakeClock } from "../fakes/clock.ts";
import { fakeHealth } from "../fakes/health.ts";
import { captureLog } from "../fakes/log.ts";
import { coin, sample } from "../fakes/samples.ts";

function harness(results: PollResult[], unchanged: "emit" | "skip" = "emit") {
  const records: PriceRecord[] = [];
  const { options, stats } = fakeHealth();
  const clock = new FakeClock();
  const { log, lines } = captureLog();
  let number = 0;
  const poll = createPoll({
    source: {
      poll: () => Promise.resolve(results[number++]!),
    },
    intervalMs: 30_000,
    unchanged,
    origin: { topic: "t", sourceSystem: "s", address: "x", instance: "i" },
    outbox: { add: (record) => records.push(record) && 0 },
    onRecord: () => {},
    stats,
    log,
    clock,
    uuid: () => `id-${number}`,
    signal: new AbortController().signal,
  });
  const next = (skipped = 0, rested = 0) =>
    poll({ number, dueMs: 0, lateMs: 0, skipped, rested });
  const status = () =>
    statusOf({ ...options, monotonic: () => clock.monotonic() });
  return { records, stats, clock, lines, next, status };
}

const down: PollResult = {
  ok: false,
  kind: "http_status",
  status: 503,
  message: "HTTP 503",
};

Deno.test("`slowedTo()` doubles from the third failure, within five minutes", () => {
  const at = (intervalMs: number) =>
    [1, 2, 3, 4, 5, 6, 100].map((failures) => slowedTo(failures, intervalMs));
  assertEquals(at(1_000), [1, 1, 2, 4, 8, 8, 8]);
  assertEquals(at(30_000), [1, 1, 2, 4, 8, 8, 8]);
  assertEquals(at(60_000), [1, 1, 2, 4, 4, 4, 4]);
  assertEquals(at(150_000), [1, 1, 2, 2, 2, 2, 2]);
  assertEquals(at(150_001), [1, 1, 1, 1, 1, 1, 1]);
});

Deno.test("`poll` says once that it slows down, and closes with one good answer", async () => {
  const h = harness([sample(), ...Array(6).fill(down), sample(1), down]);
  h.stats.acknowledged(1, 0, 0, 1);
  const every = [];
  for (let n = 0; n < 7; n++) every.push((await h.next()).every);
  assertEquals(every, [undefined, 1, 1, 2, 4, 8, 8]);
  assertEquals(h.stats.counters.circuitOpened, 1);
  const { reasons, failures_in_a_row, poll_every_slots } = h.status();
  assertEquals(reasons, [
    "polls are slowed to one slot in 8 after 6 failures in a row (HTTP 503)",
  ]);
  assertEquals([failures_in_a_row, poll_every_slots], [6, 8]);
  const warned = h.lines.filter(({ level }) => level === "warn")
    .map(({ message }) => message);
  assertEquals(warned, [
    "poll failed; nothing is published for it",
    "polls are slowed until one succeeds",
  ]);
  assertEquals(await h.next(), {});
  assertEquals(h.status().reasons, []);
  assertEquals(h.lines.at(-1)?.message, "each slot is polled again");
  assertEquals((await h.next()).every, 1);
  assertEquals(h.lines.at(-1)?.level, "warn", "a new outage is said anew");
});

Deno.test("`poll` warns anew when the trouble is another one", async () => {
  const key: PollResult = { ok: false, kind: "key", status: 401, message: "k" };
  const h = harness([down, down, key, key]);
  for (let n = 0; n < 4; n++) await h.next();
  const levels = h.lines.filter(({ message }) => message.startsWith("poll f"))
    .map(({ level }) => level);
  assertEquals(levels, ["warn", "info", "warn", "info"]);
});

Deno.test("`poll` with UNCHANGED=skip leaves out what is not new", async () => {
  const at = (ms: number, updated: string) =>
    sample(ms, { a: coin("1", updated), b: coin("2", "7") });
  const h = harness(
    [at(0, "1"), at(1, "1"), down, at(2, "1"), at(3, "2"), at(4, "2")],
    "skip",
  );
  h.stats.acknowledged(1, 0, 0, 1);
  for (let n = 0; n < 6; n++) {
    h.clock.advance(30_000);
    await h.next();
  }
  assertEquals(h.records.map((r) => r.headers.sequence), ["1", "2"]);
  assertEquals(h.records.map((r) => r.headers.ce_id), ["id-1", "id-5"]);
  const { samples, unchanged, leftOut } = h.stats.counters;
  assertEquals({ samples, unchanged, leftOut }, {
    samples: 2,
    unchanged: 3,
    leftOut: 3,
  });
  // A skipped sample is a good poll, but nothing that waits for Kafka.
  h.stats.acknowledged(2, 0, h.clock.monotonic(), 1);
  assertEquals(h.stats.lastSampleMs, h.clock.monotonic());
  h.clock.advance(100_000);
  assertEquals(h.status().reasons, []);
  const said = h.lines.filter(({ message }) => message.includes("left out"));
  assertEquals(said.map(({ fields }) => fields.sequence ?? "none"), [
    "none",
    "none",
    "none",
  ]);
});

Deno.test("`poll` counts requests that were sent again", async () => {
  const h = harness([{ ...sample(), retries: 1 }, { ...down, retries: 1 }]);
  await h.next();
  await h.next();
  assertEquals(h.stats.counters.retries, 2);
});

Deno.test("`poll` warns of slots that were lost, not of those it rested", async () => {
  const h = harness([1, 2, 3].map((n) => sample(n)));
  await h.next(5, 5);
  await h.next(5, 3);
  await h.next();
  const said = h.lines.filter(({ message }) => message === "slots skipped");
  assertEquals(said.map(({ level }) => level), ["debug", "warn"]);
  const { skipped, rested } = h.stats.counters;
  assertEquals([skipped, rested], [10, 8]);
});
