// How large records will be, judged by the coins before there is a sample.

import { batchBytes } from "../kafka/batch_size.ts";
import type { MessageLimit } from "../kafka/message_limit.ts";
import { utf8Length } from "../lib/utf8.ts";
import { makeRecord, type Origin } from "./envelope.ts";
import { type CoinField, coinFields } from "./sources/source.ts";

/** Characters of a number as CoinGecko prints it, and of the longest double. */
const digits: Readonly<
  Record<CoinField, { readonly typical: number; readonly most: number }>
> = {
  usd: { typical: 7, most: 24 },
  usd_market_cap: { typical: 16, most: 24 },
  usd_24h_vol: { typical: 16, most: 24 },
  usd_24h_change: { typical: 17, most: 24 },
  last_updated_at: { typical: 10, most: 16 },
};

/** Sizes in bytes, each of a record batch with one record. */
export interface RecordEstimate {
  /** How many coins a complete sample has. */
  readonly coins: number;
  /** Of a complete sample, with numbers of the usual length. */
  readonly typical: number;
  /** Of a complete sample, with the longest numbers. */
  readonly most: number;
  /** Of the largest record with a single coin, with the longest numbers. */
  readonly mostOfOne: number;
}

/** Estimates the records of these coins. */
export function estimateRecord(
  ids: readonly string[],
  origin: Omit<Origin, "instance">,
): RecordEstimate {
  const uuid = "00000000-0000-4000-8000-000000000000";
  const empty = makeRecord(
    {
      ok: true,
      coins: new Map(),
      status: 200,
      missing: [],
      refused: [],
      simulated: false,
      calledAt: Temporal.Instant.fromEpochMilliseconds(0),
    },
    { ...origin, instance: uuid },
    {
      id: uuid,
      sequence: 10_000,
      madeAt: Temporal.Instant.fromEpochMilliseconds(0),
    },
  );
  const frame = utf8Length(empty.value);
  const fields = Object.fromEntries(coinFields.map((name) => [name, 0]));
  const names = JSON.stringify(fields).length - coinFields.length;
  // With its colon and comma.
  const idBytes = ids.map((id) => utf8Length(JSON.stringify(id)) + 2);
  const allIds = idBytes.reduce((sum, bytes) => sum + bytes, 0);
  function coinBytes(kind: "typical" | "most"): number {
    return coinFields.reduce((sum, name) => sum + digits[name][kind], names);
  }
  const longId = Math.max(0, ...idBytes);
  // A sequence of sixteen digits, and the two headers of a part.
  const headers = { ...empty.headers, sequence: "1".repeat(16) };
  const part = { ...headers, sample: uuid, part: "1".repeat(24) };
  const size = (bytes: number, of: Readonly<Record<string, string>>) =>
    batchBytes({ ...empty, headers: of }, frame + bytes);
  const { length } = ids;
  return {
    coins: length,
    typical: size(allIds + length * coinBytes("typical"), empty.headers),
    most: size(allIds + length * coinBytes("most"), headers),
    mostOfOne: size(longId + coinBytes("most"), part),
  };
}

/** What records are compared with. */
export interface SizeLimits {
  /** The topic's name. */
  readonly topic: string;
  /** What the topic takes. */
  readonly limit: MessageLimit;
  /** `OUTBOX_MAX_MEGABYTES` in bytes. */
  readonly outboxBytes: number;
  /** A broker as `host:port`, for the command to type. */
  readonly broker: string;
}

/** What will happen to records of this size. */
export interface SizeWarning {
  /** Whether some coins can never be published. */
  readonly isFatal: boolean;
  /** The sizes, the limit, and what follows. */
  readonly message: string;
  /** What to do. */
  readonly next: string;
}

/** Where a limit is from, for people. */
export function limitSource({ source, reason }: MessageLimit): string {
  if (source === "topic") return "max.message.bytes";
  const name = source === "broker"
    ? "message.max.bytes of the brokers"
    : "Kafka's default";
  return `${name}, since the topic's is unknown: ${reason}`;
}

/** What makes a topic take records of a size. */
export function sizeAdvice(
  { topic, broker }: Pick<SizeLimits, "topic" | "broker">,
  bytes: number,
): string {
  // A tenth more, in full 100,000.
  const enough = Math.ceil(bytes * 1.1 / 100_000) * 100_000;
  return `set fewer CRYPTO_IDS, or raise max.message.bytes of topic ${topic}: ` +
    `kafka-configs --bootstrap-server ${broker} --alter --entity-type topics ` +
    `--entity-name ${topic} --add-config max.message.bytes=${enough}`;
}

/** Compares records with their limits; `undefined` when they fit. */
export function sizeWarning(
  { coins, typical, most, mostOfOne }: RecordEstimate,
  limits: SizeLimits,
): SizeWarning | undefined {
  const { topic, limit, outboxBytes } = limits;
  const sizes = `a record of ${coins} coins takes about ${typical} bytes, ` +
    `at most ${most}`;
  const isFatal = mostOfOne > limit.bytes;
  if (isFatal || most > limit.bytes) {
    const parts = Math.ceil(typical / limit.bytes);
    const effect = isFatal
      ? `even one coin may take ${mostOfOne}, which Kafka would refuse`
      : parts > 1
      ? `each sample becomes about ${parts} records`
      : "a sample may become several records";
    const message = `${sizes}; topic ${topic} takes ${limit.bytes} ` +
      `(${limitSource(limit)}): ${effect}`;
    return { isFatal, message, next: sizeAdvice(limits, most) };
  }
  if (typical <= outboxBytes) return undefined;
  return {
    isFatal: false,
    message: `${sizes}; OUTBOX_MAX_MEGABYTES=${outboxBytes / 1e6} holds ` +
      "less than two of them: an outage loses all but the newest",
    next: "raise OUTBOX_MAX_MEGABYTES, or set fewer CRYPTO_IDS",
  };
}
