// What an ingestion reports, for logs and metrics. Nothing of it comes back.

import type { OffsetGap } from "../lake/bronze_row.ts";
import type { Committed } from "../lake/lake_types.ts";

/** How far a partition is in the lake. */
export interface PartitionProgress {
  /** The partition's number. */
  readonly partition: number;
  /** The next offset that is not in the lake. */
  readonly next: bigint;
  /** The offset after the partition's last record, as last seen. */
  readonly end: bigint;
}

/** What happened. */
export type FollowEvent =
  /** Reading begins, or begins again after a failure. */
  | {
    readonly kind: "positioned";
    readonly epoch: number;
    readonly partitions: readonly PartitionProgress[];
    /**
     * The newest Kafka timestamp among the last stored records of the
     * partitions, ms since 1970.
     */
    readonly newestTimestampMs: number | undefined;
    /** Whether the lake had nothing of the topic: `from` was used. */
    readonly isFirst: boolean;
  }
  /** The brokers answered, with or without records. */
  | {
    readonly kind: "read";
    readonly partitions: readonly PartitionProgress[];
  }
  /** The topic was deleted and created again. */
  | {
    readonly kind: "epoch";
    readonly epoch: number;
    /** How it was noticed. */
    readonly reason: string;
  }
  /** Offsets have no record in the lake, for one reason or another. */
  | { readonly kind: "gap"; readonly gap: OffsetGap }
  /** The lake did not take a record's text: it is in bronze as base64. */
  | {
    readonly kind: "encoded";
    readonly partition: number;
    readonly offset: bigint;
    /** Why. */
    readonly error: unknown;
  }
  /** The topic has new partitions. */
  | { readonly kind: "grown"; readonly partitions: readonly number[] }
  /** A transaction was written. */
  | {
    readonly kind: "committed";
    readonly committed: Committed;
    /** Ranges without records that went with it. */
    readonly gaps: number;
    readonly partitions: readonly PartitionProgress[];
  }
  /** Kafka or the lake fails; it is tried again. */
  | {
    readonly kind: "failed";
    readonly what: "kafka" | "lake";
    readonly error: unknown;
    /** Failures in a row. */
    readonly failures: number;
    /** When it is tried again, in milliseconds. */
    readonly waitMs: number;
  }
  /** What failed works again. */
  | {
    readonly kind: "recovered";
    readonly what: "kafka" | "lake";
    readonly failures: number;
  }
  /** The group's offsets could not be stored; only the lag shown is affected. */
  | { readonly kind: "group"; readonly error: unknown };
