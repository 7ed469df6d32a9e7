import type { MaintenanceReport } from "../../lakehouse/lake/lake_types.ts";

const figures = { files: 2, bytes: 4_096, catalogBytes: 1, snapshots: 3 };

/** What a maintenance did. */
export const maintenanceReport: MaintenanceReport = {
  before: { ...figures, files: 9, snapshots: 30 },
  after: figures,
  merged: 7,
  expired: 27,
  removed: 8,
  orphans: 1,
  longestMs: 120.4,
  durationMs: 900.2,
};
