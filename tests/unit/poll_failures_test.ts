import { assertEquals } from "@std/assert";
import { backoffStride } from "../../producer/poll_backoff.ts";
import type { PollResult } from "../../producer/sources/source.ts";
import { fakePoll, scripted } from "../fakes/poll.ts";
import { coin, sample } from "../fakes/samples.ts";

const down: PollResult = {
  ok: false,
  kind: "http_status",
  status: 503,
  message: "HTTP 503",
};

Deno.test("`backoffStride()` doubles from the third failure, within five minutes", () => {
  const at = (intervalMs: number) =>
    [1, 2, 3, 4, 5, 6, 100].map((n) => backoffStride(n, intervalMs));
  assertEquals(at(1_000), [1, 1, 2, 4, 8, 8, 8]);
  assertEquals(at(30_000), [1, 1, 2, 4, 8, 8, 8]);
  assertEquals(at(60_000), [1, 1, 2, 4, 4, 4, 4]);
  assertEquals(at(150_000), [1, 1, 2, 2, 2, 2, 2]);
  assertEquals(at(150_001), [1, 1, 1, 1, 1, 1, 1]);
});

Deno.test("`createPoll()` logs a backoff once, and ends it with one success", async () => {
  const results = [sample(), ...Array(6).fill(down), sample(1), down];
  const h = fakePoll(scripted(results));
  h.stats.acknowledged({ records: 1, left: 0, nowMs: 0, durationMs: 1 });
  const strides = [];
  for (let n = 0; n < 7; n++) strides.push((await h.next()).stride);
  assertEquals(strides, [undefined, 1, 1, 2, 4, 8, 8]);
  assertEquals(h.stats.counters.backoffs, 1);
  const { reasons, failures_in_a_row, poll_backoff_stride } = h.status();
  assertEquals(reasons, [
    "polling one slot in 8 after 6 failures in a row (HTTP 503)",
  ]);
  assertEquals([failures_in_a_row, poll_backoff_stride], [6, 8]);
  assertEquals(h.messages("warn"), [
    "poll failed; nothing is published for it",
    "polling backs off until a poll succeeds",
  ]);
  assertEquals(await h.next(), {});
  assertEquals(h.status().reasons, []);
  assertEquals(h.lines.at(-1)?.message, "polling every slot again");
  assertEquals((await h.next()).stride, 1);
  assertEquals(h.lines.at(-1)?.level, "warn", "a new outage is a new warning");
});

Deno.test("`createPoll()` warns again when the kind of failure changes", async () => {
  const key: PollResult = { ok: false, kind: "key", status: 401, message: "k" };
  const h = fakePoll(scripted([down, down, key, key]));
  for (let n = 0; n < 4; n++) await h.next();
  const levels = h.lines.filter(({ message }) => message.startsWith("poll f"))
    .map(({ level }) => level);
  assertEquals(levels, ["warn", "info", "warn", "info"]);
});

Deno.test("`createPoll()` with UNCHANGED=skip makes no record of an unchanged sample", async () => {
  const at = (ms: number, updated: string) =>
    sample(ms, { a: coin("1", updated), b: coin("2", "7") });
  const h = fakePoll(
    scripted([
      at(0, "1"),
      at(1, "1"),
      down,
      at(2, "1"),
      at(3, "2"),
      at(4, "2"),
    ]),
    { unchanged: "skip" },
  );
  h.stats.acknowledged({ records: 1, left: 0, nowMs: 0, durationMs: 1 });
  for (let n = 0; n < 6; n++) {
    h.clock.advance(30_000);
    await h.next();
  }
  assertEquals(h.records.map((r) => r.headers.sequence), ["1", "2"]);
  assertEquals(h.records.map((r) => r.headers.ce_id), ["id-1", "id-5"]);
  const { samples, unchanged, unchangedSkipped } = h.stats.counters;
  assertEquals([samples, unchanged, unchangedSkipped], [2, 3, 3]);
  // A skipped sample is a successful poll, but does not wait for Kafka.
  const nowMs = h.clock.monotonic();
  h.stats.acknowledged({ records: 2, left: 0, nowMs, durationMs: 1 });
  assertEquals(h.stats.lastSampleMs, h.clock.monotonic());
  h.clock.advance(100_000);
  assertEquals(h.status().reasons, []);
  const skipped = h.lines.filter(({ message }) =>
    message === "polled; unchanged, skipped"
  );
  assertEquals(skipped.map(({ fields }) => fields.sequence), [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("`createPoll()` counts repeated requests", async () => {
  const results = [{ ...sample(), retries: 1 }, { ...down, retries: 1 }];
  const h = fakePoll(scripted(results));
  await h.next();
  await h.next();
  assertEquals(h.stats.counters.retries, 2);
});

Deno.test("`createPoll()` warns of skipped slots unless all were backed off", async () => {
  const h = fakePoll(scripted([1, 2, 3].map((n) => sample(n))));
  await h.next(5, 5);
  await h.next(5, 3);
  await h.next();
  const lines = h.lines.filter(({ message }) => message === "slots skipped");
  assertEquals(lines.map(({ level }) => level), ["debug", "warn"]);
  const { skipped, backedOff } = h.stats.counters;
  assertEquals([skipped, backedOff], [10, 8]);
});
