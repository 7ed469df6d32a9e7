// What a maintenance by `lake run` itself reports, as log lines and figures.

import { messageOf } from "../lib/errors.ts";
import type { Log } from "../lib/log.ts";
import type { LakeStats } from "./health/lake_stats.ts";
import type { MaintenanceEvent } from "./maintain_loop.ts";

/** Where the reports go. */
export interface MaintenanceReports {
  /** Counts. */
  readonly stats: LakeStats;
  /** Logs. */
  readonly log: Log;
}

/** Reports it. */
export function reportMaintenance(
  event: MaintenanceEvent,
  { stats, log }: MaintenanceReports,
): void {
  if (event.kind === "failed") {
    stats.counters.maintenanceFailures++;
    log.warn("the lake could not be maintained: trying again in an hour", {
      reason: messageOf(event.error),
    });
    return;
  }
  const { report: { merged, expired, removed, after, ...times } } = event;
  stats.counters.maintenances++;
  stats.maintenanceStepMs = times.longestMs;
  log.info("maintained", {
    merged,
    expired,
    removed,
    files: after.files,
    bytes: after.bytes,
    snapshots: after.snapshots,
    ms: Math.round(times.durationMs),
    longest_step_ms: Math.round(times.longestMs),
  });
}
