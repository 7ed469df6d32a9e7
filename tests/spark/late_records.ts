// One topic for both engines: hostile records, and a late batch that touches
// what is there already.

import type { Random } from "../chaos/seed.ts";
import { payloadText } from "../fakes/payload_text.ts";
import { goldRecords, goldRows } from "../lake/gold_records.ts";
import { hostileRecords } from "../models/hostile_records.ts";
import { tick } from "./spark_lake.ts";

/** A record to be sent. */
export interface Message {
  readonly partition: 0 | 1;
  readonly value: string | Uint8Array | null;
  readonly key: string | null;
  /** The record's own time, ms since 1970. */
  readonly timestamp: number;
}

/**
 * Coins of the second partition are its own: which of two prices of one moment
 * comes first depends on the batch, where they are in two partitions.
 */
export const ownCoin = "other-coin";

function ofText(value: string | null, timestamp: number): Message {
  return { partition: 0, value, key: null, timestamp };
}

/** The starts of the three whole hours before a time, seconds since 1970. */
function hoursBefore(nowMs: number): [number, number, number] {
  const hour = Math.floor(nowMs / 3_600_000) * 3_600;
  return [hour - 10_800, hour - 7_200, hour - 3_600];
}

/** A record of the second partition. */
function ownTick(at: number, price: string): Message {
  const value = tick(ownCoin, at, price);
  return { partition: 1, key: null, timestamp: at * 1_000, value };
}

/**
 * So many records: the hostile ones, and a second partition with ticks of one
 * hour that is final and two that are not, among records that are none. The last
 * one is the newest tick.
 */
export function firstMessages(
  random: Random,
  count: number,
  nowMs: number,
): Message[] {
  const hostile = hostileRecords(random, Math.floor(count * 0.9)).map(
    ({ payload, encoding, seconds }): Message =>
      encoding === "base64"
        ? {
          ...ofText(null, seconds * 1_000),
          value: new Uint8Array([
            0xff,
            ...new TextEncoder().encode(payload ?? ""),
          ]),
        }
        : ofText(payload, seconds * 1_000),
  );
  const [hour, next, last] = hoursBefore(nowMs);
  const others = Array.from(
    { length: count - hostile.length - 2 },
    (_, at): Message => ({
      partition: 1,
      key: at % 3 === 0 ? null : `k${at}`,
      timestamp: hour * 1_000 + at,
      value: at % 10 === 1
        ? null
        : at % 10 === 2
        ? Uint8Array.of(0xfe, at % 256)
        : at % 10 === 3
        ? `not JSON ${at}`
        : tick(ownCoin, hour + at % 3_000, `${at + 1}.000000000000000001`),
    }),
  );
  return [
    ...hostile,
    ownTick(next, "5"),
    ...others,
    ownTick(last + 300, "6"),
  ];
}

/**
 * What comes late: repeats; further prices around the edges of hours and days
 * that are final; other prices of moments that are there; and newer ones, with
 * which an hour is final that gets no tick of its own.
 */
export function lateMessages(
  random: Random,
  sent: readonly Message[],
  nowMs: number,
): Message[] {
  const [hour, , last] = hoursBefore(nowMs);
  const second = 1_764_758_514;
  const older = goldRows(goldRecords(random, 300))
    .map((row) => ofText(payloadText(row), second * 1_000));
  const own = (at: number, price: string): Message => ({
    ...ownTick(at, price),
    timestamp: nowMs,
  });
  return [
    ...sent.slice(0, 100),
    ...sent.slice(-100),
    ...older,
    own(hour, "7.5"),
    own(hour + 100, "0.000000000000000007"),
    own(hour + 3_599, "8"),
    own(hour - 86_400 * 40, "9"),
    own(last + 900, "10"),
    own(last + 3_600, "11"),
  ];
}
