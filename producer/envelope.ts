// From a sample to its Kafka record.

import type { PriceRecord } from "./outbox/outbox.ts";
import type { Sample } from "./sources/source.ts";

/** What all records of a process have in common. */
export interface Origin {
  /** The topic's name. */
  readonly topic: string;
  /** `source_system`, and the record's key. */
  readonly sourceSystem: string;
  /** `ce_source`: the source's address. */
  readonly address: string;
  /** A UUID for each process. */
  readonly instance: string;
}

/** `ce_type` of the records. */
export const recordType = "crypto.prices.sample.v1";

/** Which coins of its sample a part has, from 1, both ends included. */
export interface Place {
  /** The first. */
  readonly from: number;
  /** The last. */
  readonly to: number;
  /** How many the sample has. */
  readonly all: number;
}

/**
 * Reads the header `part`, e.g. `1-4500/9000`.
 *
 * @returns `undefined` when it is not a place.
 */
export function placeOf(part: string | undefined): Place | undefined {
  const match = /^([1-9]\d*)-([1-9]\d*)\/([1-9]\d*)$/.exec(part ?? "");
  if (match === null) return undefined;
  const [from = 0, to = 0, all = 0] = match.slice(1).map(Number);
  return from <= to && to <= all ? { from, to, all } : undefined;
}

/**
 * The envelope's time format: UTC with microseconds and without a zone, e.g.
 * `2025-12-03T10:42:30.109530`.
 */
export function envelopeTime(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: "microsecond" }).slice(0, -1);
}

/**
 * Wraps a sample. Field order and compactness are part of the contract.
 *
 * @param stamp `ce_id`; 1, 2, … within the process; the wall clock.
 */
export function makeRecord(
  sample: Sample,
  origin: Origin,
  stamp: {
    readonly id: string;
    readonly sequence: number;
    readonly madeAt: Temporal.Instant;
  },
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
