// What the ingestion reports, as log lines and figures.

import type { Clock } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { Log } from "../lib/log.ts";
import type { LakeStats } from "./health/lake_stats.ts";
import type { FollowEvent, PartitionProgress } from "./ingest/events.ts";
import { lossReasons } from "./lake/bronze_row.ts";

/** Where the reports go. */
export interface Reports {
  /** Counts. */
  readonly stats: LakeStats;
  /** Logs. */
  readonly log: Log;
  /** Time. */
  readonly clock: Pick<Clock, "monotonic" | "now">;
}

function lagOf(
  partitions: readonly PartitionProgress[],
): Map<number, bigint> {
  return new Map(
    partitions.map(({ partition, next, end }) => [
      partition,
      end > next ? end - next : 0n,
    ]),
  );
}

function total(lag: ReadonlyMap<number, bigint>): number {
  return Number([...lag.values()].reduce((sum, it) => sum + it, 0n));
}

function reportCommitted(
  event: Extract<FollowEvent, { kind: "committed" }>,
  { stats, log, clock }: Reports,
): void {
  const { committed, partitions } = event;
  const lag = lagOf(partitions);
  const wallMs = clock.now().epochMilliseconds;
  stats.committed(committed, clock.monotonic(), wallMs);
  stats.read(lag, clock.monotonic());
  const { newestTimestampMs, rejects } = committed;
  const rejected = Object.values(rejects).reduce((sum, it) => sum + it, 0);
  log.info("committed", {
    snapshot: committed.snapshot,
    records: committed.rows,
    ticks: committed.ticks,
    repeats: committed.repeats || undefined,
    revisions: committed.revisions || undefined,
    rejects: rejected || undefined,
    lag: total(lag),
    ms: Math.round(committed.durationMs),
    fresh_ms: newestTimestampMs === undefined
      ? undefined
      : wallMs - newestTimestampMs,
  });
  if (rejected === 0) return;
  log.warn("rejected: see silver.crypto_rejects", rejects);
}

/** Makes the ingestion's `onEvent`. */
export function reportEvents(
  reports: Reports,
): (event: FollowEvent) => void {
  const { stats, log, clock } = reports;
  return (event) => {
    switch (event.kind) {
      case "positioned": {
        stats.positioned(event.epoch, event.newestTimestampMs);
        const lag = lagOf(event.partitions);
        stats.read(lag, clock.monotonic());
        log.info(event.isFirst ? "beginning" : "going on", {
          epoch: event.epoch,
          partitions: event.partitions.length,
          lag: total(lag),
        });
        break;
      }
      case "read":
        stats.read(lagOf(event.partitions), clock.monotonic());
        break;
      case "epoch":
        stats.epoch = event.epoch;
        stats.counters.newEpochs++;
        log.warn("the topic was created again: reading it from its start", {
          epoch: event.epoch,
          reason: event.reason,
        });
        break;
      case "gap": {
        const { partition, from, to, reason, detail } = event.gap;
        stats.passed(reason, Number(to - from));
        // Kafka's own markers are expected in any topic with transactions.
        const line = lossReasons.includes(reason) ? log.warn : log.debug;
        line("offsets without a record", {
          partition,
          from: String(from),
          to: String(to),
          reason,
          detail: detail ?? undefined,
        });
        break;
      }
      case "encoded":
        log.warn("a record was stored as base64: the lake refused its text", {
          partition: event.partition,
          offset: String(event.offset),
          reason: messageOf(event.error),
        });
        break;
      case "grown":
        log.info("the topic has new partitions", {
          partitions: event.partitions.join(","),
        });
        break;
      case "committed":
        reportCommitted(event, reports);
        break;
      case "failed": {
        const reason = messageOf(event.error);
        if (event.what === "kafka") stats.readFailed(reason);
        else stats.commitFailed(reason);
        // One line for each outage; the others are details.
        const line = event.failures === 1 ? log.warn : log.debug;
        line(
          event.what === "kafka"
            ? "cannot read the topic: trying again"
            : "cannot write the lake: trying again",
          { reason, retry_after_ms: Math.round(event.waitMs) },
        );
        break;
      }
      case "recovered":
        log.info(
          event.what === "kafka" ? "reading again" : "writing again",
          { failures: event.failures },
        );
        break;
      case "group":
        log.debug("the group's offsets could not be committed", {
          reason: messageOf(event.error),
        });
        break;
    }
  };
}
