import { assert, assertEquals } from "@std/assert";
import type { PriceRecord } from "../../producer/outbox/outbox.ts";
import { statusOf } from "../../producer/health/health_handler.ts";
import { createPoll } from "../../producer/poll.ts";
import { runSchedule, type Slot } from "../../producer/schedule.ts";
import { FakeClock } from "../fakes/clock.ts";
import { configured } from "../fakes/configured.ts";
import { fakeHealth } from "../fakes/health.ts";
import { captureLog } from "../fakes/log.ts";
import { seeded } from "../fakes/random.ts";
import { type Question, stormyApi } from "../fakes/stormy_api.ts";

const intervalMs = 30_000;
const hourMs = 3_600_000;

/** One slot that was polled, as the outside world saw it. */
interface Polled {
  readonly slot: Slot;
  readonly atMs: number;
  readonly questions: readonly Question[];
  /** When the answer was there. */
  readonly endMs: number;
  /** When the slot's work was done. */
  readonly doneMs: number;
  /** Whether an hour passed in the wait for it. */
  readonly afterPause: boolean;
}

/** The producer's own schedule, poll and source in a storm. */
async function ride(seed: number, slots: number) {
  const random = seeded(seed);
  const clock = new FakeClock(123.4);
  const t0 = clock.monotonic();
  const { fetch, questions } = stormyApi(clock, random);
  let paused = false;
  clock.oversleepMs = () => {
    const hour = random() < 0.03;
    paused ||= hour;
    return hour ? hourMs : random() * 5 - 0.5;
  };
  const stop = new AbortController();
  const { signal } = stop;
  const { options: health, stats } = fakeHealth();
  const records: PriceRecord[] = [];
  const { log } = captureLog();
  const env = { CRYPTO_IDS: "bitcoin", API_TIMEOUT_SECONDS: "60" };
  const { source } = configured(env, { fetch, clock });
  const poll = createPoll({
    source,
    intervalMs,
    unchanged: "emit",
    origin: { topic: "t", sourceSystem: "s", address: "x", instance: "i" },
    outbox: { add: (record) => records.push(record) && 0 },
    onRecord: () => {},
    stats,
    log,
    clock,
    uuid: () => "id",
    signal,
  });
  const polled: Polled[] = [];
  const ages: [said: unknown, is: number | null][] = [];
  let goodMs: number | undefined;
  await runSchedule({ intervalMs, signal, clock }, async (slot) => {
    const atMs = clock.monotonic();
    const afterPause = paused;
    paused = false;
    const first = questions.length;
    const outcome = await poll(slot);
    const asked = questions.slice(first);
    if (asked.at(-1)?.outcome?.good) goodMs = clock.monotonic();
    const endMs = clock.monotonic();
    paused = false;
    clock.advance(random() * 100);
    const doneMs = clock.monotonic();
    polled.push({ slot, atMs, questions: asked, endMs, doneMs, afterPause });
    const { last_sample_age_seconds: said } = statusOf({
      ...health,
      monotonic: () => clock.monotonic(),
      wall: () => clock.now().epochMilliseconds,
    });
    const is = goodMs === undefined
      ? null
      : Math.round(clock.monotonic() - goodMs) / 1000;
    ages.push([said, is]);
    if (polled.length === slots) stop.abort();
    return outcome;
  });
  return { t0, polled, ages, stats, records };
}

function leastStride(failures: number) {
  return [1, 1, 1, 2, 4, 8][Math.min(failures, 5)]!;
}

for (let seed = 1; seed <= 20; seed++) {
  Deno.test(`slots keep phase, rest and measure in a storm (seed ${seed})`, async () => {
    const { t0, polled, ages, stats, records } = await ride(seed, 150);
    let failures = 0;
    let notBefore = 0;
    let expected = 0;
    let skipped = 0;
    for (const { slot, atMs, questions, endMs, doneMs, afterPause } of polled) {
      const late = atMs - (t0 + slot.number * intervalMs);
      assert(late >= 0 && late <= 5, `slot ${slot.number} is ${late} ms late`);
      assertEquals(late, slot.lateMs);
      // An hour's pause costs slots; nothing else may move the next one.
      if (!afterPause) assertEquals(slot.number, expected);
      assert(slot.number >= expected, "a slot came early");
      skipped += slot.skipped;
      assert(slot.rested <= slot.skipped);

      assert(questions.length >= 1 && questions.length <= 2);
      for (const { atMs, underWay } of questions) {
        assertEquals(underWay, 1, "two in flight");
        assert(atMs >= notBefore - 0.001, "asked within a rest");
      }
      const { good, restMs } = questions.at(-1)!.outcome!;
      failures = good ? 0 : failures + 1;
      notBefore = restMs === 0 ? 0 : endMs + restMs;
      expected = Math.max(
        slot.number + leastStride(failures),
        Math.ceil((Math.max(doneMs, notBefore) - t0) / intervalMs - 1e-9),
      );
    }
    const last = polled.at(-1)!.slot.number;
    assertEquals(polled.length + skipped, last + 1, "each slot is accounted");
    assertEquals(stats.counters.skipped, skipped);
    for (const [said, is] of ages) assertEquals(said, is);
    // Only the stamps follow the wall clock.
    assertEquals(
      records.map(({ timestampMs }) => timestampMs),
      polled.filter(({ questions }) => questions.at(-1)?.outcome?.good)
        .map(({ questions }) => questions.at(-1)!.wallMs),
    );
    assert(stats.counters.retries > 0);
    assert(stats.counters.circuitOpened > 0);
  });
}
