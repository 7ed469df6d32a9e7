import type { HealthOptions } from "../../producer/health/readiness.ts";
import { Stats } from "../../producer/health/stats.ts";
import type { OutboxState } from "../../producer/outbox/outbox.ts";
import { startMs } from "./samples.ts";

/**
 * A producer's health with a settable clock and outbox: one poll in 30 s, each
 * at most 10 s; nothing has happened yet.
 */
export function fakeHealth() {
  const stats = new Stats();
  // The monotonic clock; the wall clock follows it from `startMs` on.
  const time = { now: 0 };
  let outbox: OutboxState = {
    depth: 0,
    bytes: 0,
    oldestMs: undefined,
    full: false,
    diskError: undefined,
    inMemory: 0,
    rejectedDropped: 0,
  };
  const options: HealthOptions = {
    stats,
    intervalMs: 30_000,
    timeoutMs: 10_000,
    monotonic: () => time.now,
    wall: () => startMs + time.now,
    outbox: () => outbox,
    process: {
      startedMs: startMs - 100,
      residentBytes: () => 64_000_000,
      cpuSeconds: () => 0.25,
    },
    about: {},
  };
  return {
    stats,
    time,
    options,
    outboxIs(change: Partial<OutboxState>): void {
      outbox = { ...outbox, ...change };
    },
  };
}
