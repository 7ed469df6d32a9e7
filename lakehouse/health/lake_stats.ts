// What `lake run` has done so far: counted by the ingestion, read by the health
// endpoints. Times are of the monotonic clock.

import { Histogram } from "../../lib/histogram.ts";
import type { GapReason } from "../lake/bronze_row.ts";
import type { Committed } from "../lake/lake_types.ts";

const commitBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Transactions of which the ages are kept. */
const maxAges = 101;

/** Counters since the start of the process. */
export interface LakeCounters {
  /** Transactions. */
  commits: number;
  /** Rows of bronze. */
  records: number;
  /** Rows of `silver.crypto_ticks`. */
  ticks: number;
  /** Candidates that silver had already. */
  repeats: number;
  /** Rows of `silver.crypto_revisions`. */
  revisions: number;
  /** Times that the topic was found to be another one. */
  newEpochs: number;
  /** Transactions that failed. */
  failures: number;
  /** Maintenances of this process. */
  maintenances: number;
  /** Maintenances that failed. */
  maintenanceFailures: number;
}

/** Counters, last events and the lag of a running lake. */
export class LakeStats {
  /** Since the start of the process. */
  readonly counters: LakeCounters = {
    commits: 0,
    records: 0,
    ticks: 0,
    repeats: 0,
    revisions: 0,
    newEpochs: 0,
    failures: 0,
    maintenances: 0,
    maintenanceFailures: 0,
  };
  /** Rows of `silver.crypto_rejects` by reason. */
  readonly rejects: Map<string, number> = new Map();
  /** Offsets that were passed without a record, by reason. */
  readonly gapOffsets: Map<GapReason, number> = new Map();
  /** Durations of transactions. */
  readonly commitTimes: Histogram = new Histogram(commitBounds);
  /**
   * Ages of the newest records when they were in gold, in ms; the last ones.
   */
  readonly ages: number[] = [];
  /** Records that are not in the lake yet, by partition. */
  readonly lag: Map<number, number> = new Map();
  /** The newest Kafka timestamp in the lake, ms since 1970. */
  newestTimestampMs: number | undefined;
  /** The newest snapshot. */
  snapshot: number | undefined;
  /** The topic's epoch. */
  epoch = 0;
  /** When the last transaction ended. */
  lastCommitMs: number | undefined;
  /** When the broker last answered. */
  lastReadMs: number | undefined;
  /** Since when records are behind; `undefined` while none is. */
  behindSinceMs: number | undefined;
  /** The longest step of the last maintenance, for which commits waited. */
  maintenanceStepMs: number | undefined;
  /** Why the topic cannot be read now. */
  readError: string | undefined;
  /** Why the last transaction failed; `undefined` after one that did not. */
  commitError: string | undefined;

  /**
   * The lake said where to go on.
   *
   * @param newestTimestampMs The newest Kafka timestamp that it holds, ms since
   * 1970; `undefined` where it holds none.
   */
  positioned(epoch: number, newestTimestampMs: number | undefined): void {
    this.epoch = epoch;
    this.#seen(newestTimestampMs);
  }

  /** Records out of order do not make gold older. */
  #seen(timestampMs: number | undefined): void {
    if (timestampMs === undefined) return;
    this.newestTimestampMs = Math.max(
      this.newestTimestampMs ?? timestampMs,
      timestampMs,
    );
  }

  /**
   * A transaction ended.
   *
   * @param nowMs The monotonic clock.
   * @param wallMs The wall clock, ms since 1970.
   */
  committed(committed: Committed, nowMs: number, wallMs: number): void {
    const { newestTimestampMs } = committed;
    if (newestTimestampMs !== undefined) {
      this.ages.push(wallMs - newestTimestampMs);
      if (this.ages.length > maxAges) this.ages.shift();
    }
    const { counters } = this;
    counters.commits++;
    counters.records += committed.rows;
    counters.ticks += committed.ticks;
    counters.repeats += committed.repeats;
    counters.revisions += committed.revisions;
    for (const [reason, rows] of Object.entries(committed.rejects)) {
      this.rejects.set(reason, (this.rejects.get(reason) ?? 0) + rows);
    }
    this.commitTimes.observe(committed.durationMs);
    this.#seen(newestTimestampMs);
    this.snapshot = committed.snapshot;
    this.lastCommitMs = nowMs;
    this.commitError = undefined;
  }

  /** Offsets were passed without a record. */
  passed(reason: GapReason, offsets: number): void {
    const before = this.gapOffsets.get(reason) ?? 0;
    this.gapOffsets.set(reason, before + offsets);
  }

  /** Half of the last transactions had an age of at most this, in ms. */
  medianAgeMs(): number | undefined {
    return this.ages.toSorted((a, b) => a - b)[this.ages.length >> 1];
  }

  /** A transaction failed; it is tried again. */
  commitFailed(error: string): void {
    this.counters.failures++;
    this.commitError = error;
  }

  /** The broker answered; `lag` is by partition. */
  read(lag: ReadonlyMap<number, bigint>, nowMs: number): void {
    this.lastReadMs = nowMs;
    this.readError = undefined;
    this.lag.clear();
    let behind = 0n;
    for (const [partition, records] of lag) {
      this.lag.set(partition, Number(records));
      behind += records;
    }
    this.behindSinceMs = behind === 0n
      ? undefined
      : this.behindSinceMs ?? nowMs;
  }

  /** The topic cannot be read now. */
  readFailed(error: string): void {
    this.readError = error;
  }
}
