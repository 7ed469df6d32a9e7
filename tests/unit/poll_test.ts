import { assertEquals } from "@std/assert";
import type { PollStats } from "../../producer/poll.ts";
import type { PollResult } from "../../producer/sources/source.ts";
import { fakePoll, scripted } from "../fakes/poll.ts";
import { coin, sample } from "../fakes/samples.ts";

const limited: PollResult = {
  ok: false,
  kind: "rate_limit",
  message: "429",
  retryAfterMs: 9000,
};

Deno.test("`createPoll()` numbers samples only and counts failures", async () => {
  const h = fakePoll(scripted([sample(), limited, sample(30_000)]));
  assertEquals(await h.next(), {});
  const { notBeforeMs } = await h.next();
  assertEquals(notBeforeMs, h.clock.monotonic() + 9000);
  await h.next(2);
  assertEquals(h.records.map((r) => r.headers.sequence), ["1", "2"]);
  assertEquals(h.stats.counters.failures, { rate_limit: 1 });
  assertEquals(h.stats.counters.skipped, 2);
  assertEquals(h.stats.counters.unchanged, 1);
});

Deno.test("`createPoll()` logs once that coins are missing, and once that none is", async () => {
  const short = { ...sample(), missing: ["nope"] };
  const h = fakePoll(scripted([short, short, sample()]));
  for (let n = 0; n < 3; n++) await h.next();
  assertEquals(h.messages("warn"), ["incomplete sample"]);
  assertEquals(h.messages("info").at(-1), "samples are complete again");
  assertEquals(h.stats.counters.missingCoins, 2);
});

for (
  const [sourceSystem, expected] of [
    ["coingecko_v3", ["a simulator responds: these are not real prices"]],
    ["coingecko_simulator", []],
  ] as const
) {
  Deno.test(`\`createPoll()\` warns of a simulator that is called ${sourceSystem} ${expected.length} times`, async () => {
    const simulated = { ...sample(), simulated: true };
    const h = fakePoll(scripted([simulated, simulated]), {
      origin: { topic: "t", sourceSystem, address: "x", instance: "i" },
    });
    await h.next();
    await h.next();
    assertEquals(h.messages("warn"), [...expected]);
    const warning = h.lines.find(({ level }) => level === "warn");
    assertEquals(
      warning?.fields,
      expected.length === 0 ? undefined : {
        source_system: sourceSystem,
        next: "set SOURCE_SYSTEM=coingecko_simulator",
      },
    );
  });
}

Deno.test("`createPoll()` counts each record that a full outbox drops and logs one error", async () => {
  const results = [1, 2, 3, 4].map((n) => sample(n));
  const h = fakePoll(scripted(results), { capacity: 2 });
  for (let n = 0; n < 4; n++) await h.next();
  assertEquals(h.stats.counters.dropped, 2);
  assertEquals(h.messages("error"), [
    "the outbox is full: dropping its oldest records",
  ]);
  assertEquals(h.lines.at(-1)?.fields.dropped, 2);
});

Deno.test("`createPoll()` recognises a new price by its time", async () => {
  const h = fakePoll(scripted([
    sample(0, { a: coin("1", "10") }),
    sample(1, { a: coin("1", "11") }),
  ]));
  await h.next();
  await h.next();
  assertEquals(h.stats.counters.unchanged, 0);
});

Deno.test("`createPoll()` does the same with stats that ignore every report", async () => {
  const down: PollResult = { ok: false, kind: "network", message: "refused" };
  const results = [sample(), ...Array(5).fill(down), limited, sample(2), down];
  const ignored: PollStats = {
    slotsSkipped() {},
    polled() {},
    sampled() {},
    unchangedSkipped() {},
    pollFailed() {},
    dropped() {},
  };
  async function run(observer?: PollStats) {
    const h = fakePoll(scripted(results), {
      capacity: 1,
      ...observer === undefined ? {} : { observer },
    });
    const outcomes = [];
    for (let n = 0; n < results.length; n++) outcomes.push(await h.next(n));
    return { outcomes, records: h.records, lines: h.lines };
  }
  const blind = await run(ignored);
  assertEquals(blind, await run());
  assertEquals(blind.outcomes.map(({ stride }) => stride), [
    ...[undefined, 1, 1, 2, 4, 8, 8],
    ...[undefined, 1],
  ]);
});
