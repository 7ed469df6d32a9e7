import type { LakeHealth } from "../../lakehouse/health/lake_metrics.ts";
import { LakeStats } from "../../lakehouse/health/lake_stats.ts";

/** A lake's health with settable clocks; nothing has happened yet. */
export function fakeLakeHealth() {
  const stats = new LakeStats();
  const time = { now: 1000, wall: 1_000_250 };
  const health: LakeHealth = {
    stats,
    size: () => ({
      rows: new Map([["silver.crypto_ticks", 20]]),
      snapshots: 8,
      files: 2,
      bytes: 4096,
      maintainedMs: 500_000,
    }),
    monotonic: () => time.now,
    wall: () => time.wall,
    process: {
      startedMs: 0,
      residentBytes: () => 1,
      cpuSeconds: () => 1,
    },
    about: { pid: 1 },
  };
  return { stats, time, health };
}
