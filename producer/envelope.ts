/**
 * From a sample to the record that Kafka keeps.
 *
 * @module
 */

import type { PriceRecord } from "./outbox/outbox.ts";
import type { Sample } from "./sources/source.ts";

/** What is the same for all records of one process. */
export interface Origin {
  /** The topic. */
  readonly topic: string;
  /** `source_system` and key. */
  readonly sourceSystem: string;
  /** `ce_source`: where the source is. */
  readonly address: string;
  /** A UUID made at the process's start. */
  readonly instance: string;
}

/** What belongs to one record alone. */
export interface RecordStamp {
  /** A fresh UUID. */
  readonly id: string;
  /** 1, 2, … within the process. */
  readonly sequence: number;
  /** When the envelope is made, by the wall clock. */
  readonly madeAt: Temporal.Instant;
}

/** `ce_type` of the records. */
export const recordType = "crypto.prices.sample.v1";

/**
 * A time as the envelope writes it: UTC with microseconds and no zone,
 * e.g. `2025-12-03T10:42:30.109530`.
 */
export function envelopeTime(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: "microsecond" }).slice(0, -1);
}

/** Wraps a sample. Field order and compactness are part of the contract. */
export function makeRecord(
  sample: Sample,
  origin: Origin,
  stamp: RecordStamp,
): PriceRecord {
  const value = JSON.stringify({
    status: "success",
    data: Object.fromEntries(sample.coins),
    api_call_timestamp: envelopeTime(sample.calledAt),
    http_status_code: sample.status,
    source_system: origin.sourceSystem,
    ingestion_timestamp: envelopeTime(stamp.madeAt),
  });
  return {
    id: stamp.id,
    topic: origin.topic,
    key: origin.sourceSystem,
    value,
    headers: {
      "content-type": "application/json",
      "ce_specversion": "1.0",
      "ce_id": stamp.id,
      "ce_source": origin.address,
      "ce_type": recordType,
      "ce_time": sample.calledAt.toString({ smallestUnit: "microsecond" }),
      "instance": origin.instance,
      "sequence": String(stamp.sequence),
    },
    timestampMs: sample.calledAt.epochMilliseconds,
  };
}
