import { assert, assertEquals } from "@std/assert";
import { runSchedule, type Slot } from "../../producer/schedule.ts";
import { FakeClock } from "../fakes/clock.ts";
import { configured } from "../fakes/configured.ts";
import { fakePoll } from "../fakes/poll.ts";
import { seeded } from "../fakes/random.ts";
import { type StormRequest, stormyApi } from "../fakes/stormy_api.ts";

const intervalMs = 30_000;
const hourMs = 3_600_000;

/** One polled slot, as seen from outside. */
interface Polled {
  readonly slot: Slot;
  readonly atMs: number;
  readonly requests: readonly StormRequest[];
  /** When the response was complete. */
  readonly endMs: number;
  /** When the slot's work was done. */
  readonly doneMs: number;
  /** Whether an hour passed in the wait for it. */
  readonly afterPause: boolean;
}

/** Runs the producer's own schedule, poll and source in a storm. */
async function ride(seed: number, slots: number) {
  const random = seeded(seed);
  const clock = new FakeClock(123.4);
  const t0 = clock.monotonic();
  const { fetch, requests } = stormyApi(clock, random);
  let paused = false;
  clock.oversleepMs = () => {
    const hour = random() < 0.03;
    paused ||= hour;
    return hour ? hourMs : random() * 5 - 0.5;
  };
  const stop = new AbortController();
  const { signal } = stop;
  const env = { CRYPTO_IDS: "bitcoin", API_TIMEOUT_SECONDS: "60" };
  const { source } = configured(env, { fetch, clock });
  const { poll, stats, records, status } = fakePoll(source, { clock, signal });
  const polled: Polled[] = [];
  const ages: [reported: unknown, is: number | null][] = [];
  let goodMs: number | undefined;
  await runSchedule({ intervalMs, signal, clock }, async (slot) => {
    const atMs = clock.monotonic();
    const afterPause = paused;
    paused = false;
    const first = requests.length;
    const outcome = await poll(slot);
    const asked = requests.slice(first);
    if (asked.at(-1)?.outcome?.good) goodMs = clock.monotonic();
    const endMs = clock.monotonic();
    paused = false;
    clock.advance(random() * 100);
    const doneMs = clock.monotonic();
    polled.push({ slot, atMs, requests: asked, endMs, doneMs, afterPause });
    const { last_sample_age_seconds: reported } = status();
    const is = goodMs === undefined
      ? null
      : Math.round(clock.monotonic() - goodMs) / 1000;
    ages.push([reported, is]);
    if (polled.length === slots) stop.abort();
    return outcome;
  });
  return { t0, polled, ages, stats, records };
}

function minStride(failures: number): number {
  return [1, 1, 1, 2, 4][failures] ?? 8;
}

for (let seed = 1; seed <= 20; seed++) {
  Deno.test(`slots keep phase, cooldowns and backoffs in a storm (seed ${seed})`, async () => {
    const { t0, polled, ages, stats, records } = await ride(seed, 150);
    let failures = 0;
    let notBefore = 0;
    let expected = 0;
    let skipped = 0;
    for (const { slot, atMs, requests, endMs, doneMs, afterPause } of polled) {
      const late = atMs - (t0 + slot.number * intervalMs);
      assert(late >= 0 && late <= 5, `slot ${slot.number} is ${late} ms late`);
      assertEquals(late, slot.lateMs);
      // An hour's pause costs slots; nothing else may move the next one.
      if (!afterPause) assertEquals(slot.number, expected);
      assert(slot.number >= expected, "a slot came early");
      skipped += slot.skipped;
      assert(slot.backedOff <= slot.skipped);

      assert(requests.length >= 1 && requests.length <= 2);
      for (const { atMs, inFlight } of requests) {
        assertEquals(inFlight, 1, "two in flight");
        assert(atMs >= notBefore - 0.001, "polled during a cooldown");
      }
      const { good, retryAfterMs } = requests.at(-1)!.outcome!;
      failures = good ? 0 : failures + 1;
      notBefore = retryAfterMs === 0 ? 0 : endMs + retryAfterMs;
      expected = Math.max(
        slot.number + minStride(failures),
        Math.ceil((Math.max(doneMs, notBefore) - t0) / intervalMs - 1e-9),
      );
    }
    const last = polled.at(-1)!.slot.number;
    assertEquals(
      polled.length + skipped,
      last + 1,
      "each slot is accounted for",
    );
    assertEquals(stats.counters.skipped, skipped);
    for (const [reported, is] of ages) assertEquals(reported, is);
    // Only the stamps follow the wall clock.
    assertEquals(
      records.map(({ timestampMs }) => timestampMs),
      polled.filter(({ requests }) => requests.at(-1)?.outcome?.good)
        .map(({ requests }) => requests.at(-1)!.wallMs),
    );
    assert(stats.counters.retries > 0);
    assert(stats.counters.backoffs > 0);
  });
}
