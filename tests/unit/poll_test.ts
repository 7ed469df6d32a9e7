import { assertEquals } from "@std/assert";
import type { PriceRecord } from "../../producer/outbox/outbox.ts";
import { createPoll } from "../../producer/poll.ts";
import type { PollResult } from "../../producer/sources/source.ts";
import { Stats } from "../../producer/health/stats.ts";
import { createStopJudge, stopSignals } from "../../lib/stop_signals.ts";
import { formatLine } from "../../lib/log.ts";
import { FakeClock } from "../fakes/clock.ts";
import { captureLog } from "../fakes/log.ts";
import { coin, sample } from "../fakes/samples.ts";

function harness(results: PollResult[], capacity = 100) {
  const records: PriceRecord[] = [];
  const outbox = {
    add: (record: PriceRecord) => {
      records.push(record);
      return records.length > capacity ? 1 : 0;
    },
  };
  const stats = new Stats();
  const clock = new FakeClock();
  const { log, lines } = captureLog();
  let at = 0;
  const poll = createPoll({
    source: {
      poll: () => Promise.resolve(results[at++]!),
    },
    intervalMs: 30_000,
    unchanged: "emit",
    origin: {
      topic: "t",
      sourceSystem: "s",
      address: "http://x",
      instance: "i",
    },
    outbox,
    onRecord: () => {},
    stats,
    log,
    clock,
    uuid: () => `id-${at}`,
    signal: new AbortController().signal,
  });
  const slot = (number: number, skipped = 0) =>
    poll({ number, dueMs: 0, lateMs: 0, skipped, rested: 0 });
  return { records, stats, clock, lines, slot };
}

Deno.test("`poll` numbers good samples only and counts the others", async () => {
  const h = harness([
    sample(),
    { ok: false, kind: "rate_limit", message: "429", retryAfterMs: 9000 },
    sample(30_000),
  ]);
  assertEquals(await h.slot(0), {});
  const rest = await h.slot(1);
  assertEquals(rest.notBeforeMs, h.clock.monotonic() + 9000);
  await h.slot(4, 2);
  assertEquals(h.records.map((r) => r.headers.sequence), ["1", "2"]);
  assertEquals(h.stats.counters.failures, { rate_limit: 1 });
  assertEquals(h.stats.counters.skipped, 2);
  assertEquals(h.stats.counters.unchanged, 1);
});

Deno.test("`poll` says once that coins are missing, and when they are back", async () => {
  const short = { ...sample(), missing: ["nope"] };
  const h = harness([short, short, sample()]);
  for (const n of [0, 1, 2]) await h.slot(n);
  const said = h.lines.map(({ message }) => message)
    .filter((m) => m.includes("complete"));
  assertEquals(said, [
    "the sample is incomplete",
    "the samples are complete again",
  ]);
  assertEquals(h.stats.counters.absentCoins, 2);
});

Deno.test("`poll` calls a simulator by its name, once", async () => {
  const h = harness([{ ...sample(), simulated: true }, {
    ...sample(1),
    simulated: true,
  }]);
  await h.slot(0);
  await h.slot(1);
  const warned = h.lines.filter(({ level }) => level === "warn");
  assertEquals(warned.length, 1);
});

Deno.test("`poll` counts and says once what a full outbox lets go", async () => {
  const h = harness([1, 2, 3, 4].map((n) => sample(n)), 2);
  for (const n of [0, 1, 2, 3]) await h.slot(n);
  assertEquals(h.stats.counters.dropped, 2);
  assertEquals(h.lines.filter(({ level }) => level === "error").length, 1);
});

Deno.test("`poll` sees a changed price by its time", async () => {
  const h = harness([
    sample(0, { a: coin("1", "10") }),
    sample(1, { a: coin("1", "11") }),
  ]);
  await h.slot(0);
  await h.slot(1);
  assertEquals(h.stats.counters.unchanged, 0);
});

Deno.test("`createStopJudge()` takes a Ctrl-C's many signals for one", () => {
  let now = 0;
  const judge = createStopJudge(() => now);
  assertEquals(judge("SIGINT"), "stop");
  assertEquals(judge("SIGINT"), "same");
  assertEquals(judge("SIGHUP"), "same");
  now = 1001;
  assertEquals(judge("SIGTERM"), "same");
  assertEquals(judge("SIGINT"), "now");
});

Deno.test("`stopSignals()` knows Ctrl-Break", () => {
  assertEquals(stopSignals("windows").includes("SIGBREAK"), true);
  assertEquals(stopSignals("linux"), ["SIGINT", "SIGTERM", "SIGHUP"]);
});

Deno.test("`formatLine()` writes text that splits at blanks, and JSON", () => {
  const time = new Date("2025-12-03T10:42:30.110Z");
  const fields = { slot: 1, why: "a b", none: undefined };
  const text = { format: "text", level: "info", color: false } as const;
  assertEquals(
    formatLine(text, time, "INFO", "polled", fields),
    '10:42:30.110 INFO  polled slot=1 why="a b"',
  );
  assertEquals(
    formatLine({ ...text, format: "json" }, time, "INFO", "polled", fields),
    '{"time":"2025-12-03T10:42:30.110Z","level":"INFO","message":"polled",' +
      '"slot":1,"why":"a b"}',
  );
});
