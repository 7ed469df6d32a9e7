// When each alert fires and when it does not, as courses of its metrics.

import { lossReasons } from "../../lakehouse/lake/bronze_row.ts";

/**
 * Samples every 15 s: `[value, minutes]` after each other; a string is a slope,
 * and null a program that does not respond.
 */
export type Course = readonly (readonly [number | string | null, number])[];

/** An alert in one situation. */
export interface AlertCase {
  readonly alert: string;
  readonly when: string;
  readonly series: Readonly<Record<string, Course>>;
  /** What the alert is after so many minutes. */
  readonly then: readonly (readonly [
    number,
    "quiet" | "pending" | "firing",
  ])[];
}

const p = '{instance="p"}';
const age = `crypto_producer_outbox_oldest_age_seconds${p}`;
const limit = `crypto_producer_record_wait_limit_seconds${p}`;
const sampled = `crypto_producer_last_sample_timestamp_seconds${p}`;
const sampleLimit = `crypto_producer_sample_age_limit_seconds${p}`;
const lag0 = 'crypto_lake_lag_records{instance="l",partition="0"}';
const lag1 = 'crypto_lake_lag_records{instance="l",partition="1"}';
const failures = 'crypto_lake_commit_failures_total{instance="l"}';
const maintenance = 'crypto_lake_maintenance_failures_total{instance="l"}';
const ready = 'crypto_lake_ready{instance="l"}';
const memory = 'crypto_lake_process_resident_memory_bytes{instance="l"}';
const fresh = 'crypto_lake_freshness_seconds{instance="l"}';

function passed(reason: string): string {
  return `crypto_lake_gap_offsets_total{instance="l",reason="${reason}"}`;
}

export const alertCases: readonly AlertCase[] = [
  {
    alert: "CryptoProducerNotReady",
    when: "it is ready",
    series: { [`crypto_producer_ready${p}`]: [[1, 30]] },
    then: [[10, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoProducerNotReady",
    when: "it is not ready for longer than two minutes, and then is again",
    series: { [`crypto_producer_ready${p}`]: [[1, 5], [0, 5], [1, 5]] },
    then: [[4, "quiet"], [6, "pending"], [8, "firing"], [12, "quiet"]],
  },
  {
    alert: "CryptoProducerNotReady",
    when: "it is not ready for a minute",
    series: { [`crypto_producer_ready${p}`]: [[1, 5], [0, 1], [1, 10]] },
    then: [[6, "quiet"], [8, "quiet"]],
  },
  {
    alert: "CryptoProducerNotReady",
    when: "nothing responds",
    series: { [`crypto_producer_ready${p}`]: [[1, 5]] },
    // Prometheus looks back for five minutes.
    then: [[4, "quiet"], [13, "firing"]],
  },
  {
    alert: "CryptoProducerRecordsWaitingOrLost",
    when: "records wait, but not too long, and counters stand still",
    series: {
      [age]: [[34, 30]],
      [limit]: [[35, 30]],
      [`crypto_producer_records_dropped_total${p}`]: [[7, 30]],
      [`crypto_producer_records_dead_lettered_total${p}`]: [[7, 30]],
      [`crypto_producer_records_lost_total${p}`]: [[7, 30]],
    },
    then: [[5, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoProducerRecordsWaitingOrLost",
    when: "a record waits too long",
    series: { [age]: [[0, 5], ["40+15", 5], [0, 5]], [limit]: [[35, 15]] },
    then: [[4, "quiet"], [7, "firing"], [12, "quiet"]],
  },
  ...["dropped", "dead_lettered", "lost"].map((how): AlertCase => ({
    alert: "CryptoProducerRecordsWaitingOrLost",
    when: `a record was ${how}`,
    series: {
      [`crypto_producer_records_${how}_total${p}`]: [[0, 5], [1, 25]],
    },
    then: [[4, "quiet"], [7, "firing"], [25, "quiet"]],
  })),
  {
    alert: "CryptoProducerNoSample",
    when: "polls succeed",
    series: { [sampled]: [["0+15", 30]], [sampleLimit]: [[100, 30]] },
    then: [[5, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoProducerNoSample",
    when: "polls fail for longer than the limit and a minute",
    series: { [sampled]: [["0+15", 5], [285, 10]], [sampleLimit]: [[100, 15]] },
    then: [[6, "quiet"], [7, "pending"], [9, "firing"]],
  },
  {
    alert: "CryptoLakeNotReady",
    when: "there is no lake",
    series: {},
    then: [[10, "quiet"]],
  },
  {
    alert: "CryptoLakeNotReady",
    when: "it is not ready for longer than two minutes, and then is again",
    series: { [ready]: [[1, 5], [0, 5], [1, 5]] },
    then: [[4, "quiet"], [6, "pending"], [8, "firing"], [12, "quiet"]],
  },
  {
    alert: "CryptoLakeGone",
    when: "there is no lake",
    series: {},
    then: [[10, "quiet"]],
  },
  {
    alert: "CryptoLakeGone",
    when: "one was started again, or is not ready",
    series: { [ready]: [[1, 5], [null, 4], [0, 21]] },
    then: [[4, "quiet"], [8, "pending"], [12, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoLakeGone",
    when: "one of two ends, and nothing starts it for more than a day",
    series: {
      [ready]: [[0, 10], [null, 1_500]],
      'crypto_lake_ready{instance="other"}': [[1, 1_510]],
    },
    then: [
      [9, "quiet"],
      [12, "pending"],
      [16, "firing"],
      [1_440, "firing"],
      [1_455, "quiet"],
    ],
  },
  {
    alert: "CryptoLakeRecordsLost",
    when: "offsets have no record, as is usual",
    series: Object.fromEntries(
      ["control", "compacted", "aborted", "skipped"].map((reason) =>
        [passed(reason), [["0+9", 30]]] as const
      ),
    ),
    then: [[4, "quiet"], [20, "quiet"]],
  },
  ...lossReasons.map((reason): AlertCase => ({
    alert: "CryptoLakeRecordsLost",
    when: `the reason is ${reason}`,
    series: { [passed(reason)]: [[0, 25], [1, 25]] },
    then: [[24, "quiet"], [27, "firing"], [45, "quiet"]],
  })),
  {
    alert: "CryptoLakeRecordsLost",
    when: "a start after a day finds that retention was faster",
    series: { [passed("retention")]: [[2, 5], [null, 1_440], [2, 55]] },
    then: [
      [1_444, "quiet"],
      [1_447, "firing"],
      [1_459, "firing"],
      [1_470, "quiet"],
    ],
  },
  {
    alert: "CryptoLakeCommitFailing",
    when: "a few transactions were tried again",
    series: {
      'crypto_lake_not_ready{instance="l",reason="commit"}': [[0, 30]],
      'crypto_lake_not_ready{instance="l",reason="read"}': [[1, 30]],
      [failures]: [[0, 5], [9, 25]],
    },
    then: [[8, "quiet"], [25, "quiet"]],
  },
  {
    alert: "CryptoLakeCommitFailing",
    when: "the last transaction failed",
    series: {
      'crypto_lake_not_ready{instance="l",reason="commit"}': [
        [0, 5],
        [1, 5],
        [0, 5],
      ],
    },
    then: [[4, "quiet"], [7, "firing"], [12, "quiet"]],
  },
  {
    alert: "CryptoLakeCommitFailing",
    when: "many transactions failed",
    series: { [failures]: [[0, 5], ["1+1", 10], [40, 25]] },
    then: [[6, "quiet"], [14, "firing"], [38, "quiet"]],
  },
  {
    alert: "CryptoLakeBehind",
    when: "records wait in no partition, or only for a while",
    series: { [lag0]: [[1000, 30]], [lag1]: [[0, 5], [9000, 4], [0, 21]] },
    then: [[8, "pending"], [11, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoLakeBehind",
    when: "one of two partitions is behind",
    series: { [lag0]: [[0, 30]], [lag1]: [[0, 5], [1001, 20], [0, 5]] },
    then: [[4, "quiet"], [9, "pending"], [11, "firing"], [26, "quiet"]],
  },
  {
    alert: "CryptoLakeNotFresh",
    when: "gold is new enough, or empty",
    series: { [fresh]: [[-1, 5], [299, 25]] },
    then: [[4, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoLakeNotFresh",
    when: "the newest record grows old",
    series: { [fresh]: [["0+15", 15], [0, 5]] },
    then: [[4, "quiet"], [6, "pending"], [9, "firing"], [17, "quiet"]],
  },
  {
    alert: "CryptoLakeMaintenanceFailing",
    when: "one failed, and the next one did not",
    series: { [maintenance]: [[0, 5], [1, 300]] },
    then: [[6, "quiet"], [100, "quiet"], [290, "quiet"]],
  },
  {
    alert: "CryptoLakeMaintenanceFailing",
    when: "it fails each hour, and then no more",
    series: { [maintenance]: [[0, 5], [1, 60], [2, 240]] },
    then: [[60, "quiet"], [70, "firing"], [180, "firing"], [280, "quiet"]],
  },
  {
    alert: "CryptoLakeMemoryHigh",
    when: "a backlog and a query are done, or for a while more",
    series: { [memory]: [[510e6, 10], [700e6, 9], [510e6, 11]] },
    then: [[9, "quiet"], [18, "pending"], [29, "quiet"]],
  },
  {
    alert: "CryptoLakeMemoryHigh",
    when: "it grows without an end",
    series: { [memory]: [["300e6+5e6", 60]] },
    then: [[15, "quiet"], [21, "pending"], [40, "firing"]],
  },
];
