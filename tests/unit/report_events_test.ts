import { assertEquals } from "@std/assert";
import { LakeStats } from "../../lakehouse/health/lake_stats.ts";
import { type GapReason, gapReasons } from "../../lakehouse/lake/bronze_row.ts";
import type { FollowEvent } from "../../lakehouse/ingest/events.ts";
import type { Committed } from "../../lakehouse/lake/lake_types.ts";
import { reportEvents } from "../../lakehouse/report_events.ts";
import { reportMaintenance } from "../../lakehouse/report_maintenance.ts";
import { FakeClock } from "../fakes/clock.ts";
import { captureLog } from "../fakes/log.ts";
import { maintenanceReport } from "../fakes/maintenance.ts";

function reported(...events: FollowEvent[]) {
  const stats = new LakeStats();
  const clock = new FakeClock();
  const { log, lines } = captureLog();
  const report = reportEvents({ stats, log, clock });
  events.forEach(report);
  return {
    stats,
    lines,
    texts: lines.map((it) => `${it.level} ${it.message}`),
  };
}

const committed: Committed = {
  snapshot: 7,
  rows: 3,
  ticks: 20,
  repeats: 0,
  revisions: 1,
  rejects: { not_json: 2 },
  newestTimestampMs: new FakeClock().now().epochMilliseconds - 250,
  durationMs: 40.4,
};

const partitions = [
  { partition: 0, next: 5n, end: 9n },
  // A log that was cut: never a negative lag.
  { partition: 1, next: 5n, end: 2n },
];

const nothing = { newestTimestampMs: undefined };

Deno.test("a commit is one line with what it wrote, and rejects a warning", () => {
  const { stats, lines } = reported(
    { kind: "committed", committed, gaps: 0, partitions },
  );
  assertEquals(lines, [
    {
      level: "info",
      message: "committed",
      fields: {
        snapshot: 7,
        records: 3,
        ticks: 20,
        repeats: undefined,
        revisions: 1,
        rejects: 2,
        lag: 4,
        ms: 40,
        fresh_ms: 250,
      },
    },
    {
      level: "warn",
      message: "rejected: see silver.crypto_rejects",
      fields: { not_json: 2 },
    },
  ]);
  assertEquals([...stats.lag], [[0, 4], [1, 0]]);
  assertEquals(stats.counters.records, 3);
});

Deno.test("an outage is one warning, whatever its failures, and one line at its end", () => {
  const failed = (what: "kafka" | "lake", failures: number): FollowEvent => ({
    kind: "failed",
    what,
    failures,
    error: new Error("gone"),
    waitMs: 99.6,
  });
  const { texts, stats } = reported(
    failed("kafka", 1),
    failed("kafka", 2),
    { kind: "recovered", what: "kafka", failures: 2 },
    failed("lake", 1),
    { kind: "recovered", what: "lake", failures: 1 },
  );
  assertEquals(texts, [
    "warn cannot read the topic: trying again",
    "debug cannot read the topic: trying again",
    "info reading again",
    "warn cannot write the lake: trying again",
    "info writing again",
  ]);
  assertEquals(stats.counters.failures, 1);
});

Deno.test("offsets that Kafka keeps for itself are details; lost ones are warnings", () => {
  const gap = (reason: GapReason, to = 5n) => ({
    kind: "gap" as const,
    gap: {
      topic: "t",
      epoch: 0,
      partition: 0,
      from: 3n,
      to,
      reason,
      detail: null,
    },
  });
  const { texts, stats } = reported(
    ...gapReasons.map((reason) => gap(reason)),
    gap("retention", 4n),
  );
  const [usual, lost] = ["debug", "warn"].map((level) =>
    `${level} offsets without a record`
  );
  assertEquals(texts, [
    ...[usual, usual, usual, lost, lost, lost, usual],
    lost,
  ]);
  assertEquals(Object.fromEntries(stats.gapOffsets), {
    control: 2,
    compacted: 2,
    aborted: 2,
    retention: 3,
    unreadable: 2,
    refused: 2,
    skipped: 2,
  });
  const error = new Error("no");
  assertEquals(
    reported({ kind: "encoded", partition: 1, offset: 4n, error }).texts,
    ["warn a record was stored as base64: the lake refused its text"],
  );
});

Deno.test("a topic that was created again is a warning, with its epoch", () => {
  const { texts, stats } = reported(
    { kind: "positioned", epoch: 0, partitions, ...nothing, isFirst: true },
    { kind: "epoch", epoch: 1, reason: "it ends at offset 2" },
    {
      kind: "positioned",
      epoch: 1,
      partitions,
      newestTimestampMs: 5_000,
      isFirst: false,
    },
    { kind: "grown", partitions: [2, 3] },
  );
  assertEquals(texts, [
    "info beginning",
    "warn the topic was created again: reading it from its start",
    "info going on",
    "info the topic has new partitions",
  ]);
  assertEquals([stats.epoch, stats.counters.newEpochs], [1, 1]);
  assertEquals(stats.newestTimestampMs, 5_000);
});

Deno.test("a maintenance is one line, and one that failed a warning", () => {
  const { log, lines } = captureLog();
  const stats = new LakeStats();
  const report = maintenanceReport;
  reportMaintenance({ kind: "maintained", report }, { stats, log });
  const error = new Error("disk full");
  reportMaintenance({ kind: "failed", error }, { stats, log });
  assertEquals(lines, [
    {
      level: "info",
      message: "maintained",
      fields: {
        merged: 7,
        expired: 27,
        removed: 8,
        files: 2,
        bytes: 4_096,
        snapshots: 3,
        ms: 900,
        longest_step_ms: 120,
      },
    },
    {
      level: "warn",
      message: "the lake could not be maintained: trying again in an hour",
      fields: { reason: "disk full" },
    },
  ]);
  const { maintenances, maintenanceFailures } = stats.counters;
  assertEquals([maintenances, maintenanceFailures], [1, 1]);
  assertEquals(stats.maintenanceStepMs, 120.4);
});
