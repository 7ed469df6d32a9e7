import { assertEquals } from "@std/assert";
import {
  maintainRegularly,
  maintainWhenDue,
  type MaintenanceEvent,
} from "../../lakehouse/maintain_loop.ts";
import { FakeClock } from "../fakes/clock.ts";
import { maintenanceReport } from "../fakes/maintenance.ts";

const hourMs = 3_600_000;

/** A loop whose maintenances have two steps; hours since the start are noted. */
function looped(until: number) {
  const clock = new FakeClock(0);
  const stop = new AbortController();
  const startMs = clock.now().epochMilliseconds;
  const hours = () => (clock.now().epochMilliseconds - startMs) / hourMs;
  const state = {
    since: startMs,
    quiet: () => true,
    onStep: () => {},
    fails: 0,
    /** When steps began, in whole hours. */
    steps: [] as number[],
    events: [] as MaintenanceEvent["kind"][],
    keep: [] as (number | undefined)[],
  };
  const options = {
    writer: {
      async maintain(
        { keepMs }: { keepMs?: number } = {},
        between: () => Promise<void> = () => Promise.resolve(),
      ) {
        state.keep.push(keepMs);
        state.since = clock.now().epochMilliseconds;
        for (let step = 0; step < 2; step++) {
          await between();
          state.steps.push(Math.floor(hours()));
          state.onStep();
          if (state.fails-- > 0) throw new Error("disk full");
        }
        return maintenanceReport;
      },
    },
    everyMs: 24 * hourMs,
    keepMs: 5,
    sinceMs: () => state.since,
    clock,
    signal: stop.signal,
    onEvent: ({ kind }: MaintenanceEvent) => state.events.push(kind),
  };
  const run = async () => {
    await maintainRegularly({
      ...options,
      isQuiet() {
        if (hours() > until) stop.abort();
        return state.quiet();
      },
      sinceMs() {
        if (hours() > until) stop.abort();
        return state.since;
      },
    });
    return state;
  };
  return { state, options, run, clock, hours, stop };
}

Deno.test("`maintainRegularly()` maintains once in each period, in steps", async () => {
  const { run } = looped(60);
  const { steps, events, keep } = await run();
  assertEquals(steps, [24, 24, 48, 48]);
  assertEquals(events, ["maintained", "maintained"]);
  assertEquals(keep, [5, 5]);
});

Deno.test("`maintainRegularly()` waits for a quiet moment, but not for more than another period", async () => {
  const { run, state, hours } = looped(90);
  state.quiet = () => hours() < 40 && hours() > 30;
  const { steps } = await run();
  assertEquals(steps, [30, 30, 78, 78]);
});

Deno.test("`maintainRegularly()` tries again an hour after a failure, whatever the lock says", async () => {
  const { run, state } = looped(30);
  state.fails = 1;
  // The failed one counts as the last one: its lock was written.
  const { steps, events } = await run();
  assertEquals(events, ["failed", "maintained"]);
  assertEquals(steps, [24, 25, 25]);
});

Deno.test("`maintainRegularly()` ends between two steps, without a report", async () => {
  const { run, state, stop } = looped(60);
  state.onStep = () => stop.abort();
  const { steps, events } = await run();
  assertEquals([steps, events], [[24], []]);
});

Deno.test("a clock that was set back, and a lock that cannot be looked at", async () => {
  const { options, state, clock } = looped(60);
  await maintainWhenDue(options);
  assertEquals(state.events, []);
  clock.wallOffsetMs -= 48 * hourMs;
  await maintainWhenDue(options);
  assertEquals(state.events, ["maintained"]);
  await maintainWhenDue({
    ...options,
    everyMs: 0,
    sinceMs: () => {
      throw new Deno.errors.PermissionDenied("no");
    },
  });
  assertEquals(state.events, ["maintained"]);
});
