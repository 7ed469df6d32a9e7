// Where the ingestion of each partition goes on, as bronze says.

import { utf8Text } from "../../lib/utf8.ts";
import type { BronzeRow } from "./bronze_row.ts";
import type { PartitionRef } from "./coverage.ts";
import type { Database } from "./duckdb.ts";
import type { PartitionPosition, TopicPosition } from "./lake_types.ts";

/** One scan for all epochs: the newest one is not known before. */
const nextOffsets =
  `SELECT topic_epoch, kafka_partition, max(next), max(last) FROM (
  SELECT topic_epoch, kafka_partition, kafka_offset + 1 AS next,
    kafka_offset AS last
  FROM lake.bronze.crypto_ticks_raw WHERE kafka_topic = $1
  UNION ALL
  SELECT topic_epoch, kafka_partition, to_offset, NULL
  FROM lake.bronze.offset_gaps WHERE kafka_topic = $1
) GROUP BY ALL ORDER BY ALL`;

/** Bytes where DuckDB's client would drop a text's byte order mark. */
const oneRow = `SELECT epoch_ms(kafka_timestamp), encode(kafka_key),
  kafka_headers, encode(raw_payload), payload_encoding
FROM lake.bronze.crypto_ticks_raw
WHERE kafka_topic = $1 AND topic_epoch = $2 AND kafka_partition = $3
  AND kafka_offset = $4`;

function bytesOrNull(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? new Uint8Array(value) : null;
}

/** A row of bronze by its key. */
async function rowAt(
  database: Database,
  { topic, epoch, partition }: PartitionRef,
  offset: bigint,
): Promise<BronzeRow | undefined> {
  const [row] = await database.all(oneRow, [topic, epoch, partition, offset]);
  if (row === undefined) return undefined;
  const [timestampMs, keyText, headers, payload, encoding] = row;
  const key = bytesOrNull(keyText);
  return {
    topic,
    epoch,
    partition,
    offset,
    timestampMs: timestampMs === null ? null : Number(timestampMs),
    key: key && (utf8Text(key) ?? null),
    headers: String(headers),
    payload: bytesOrNull(payload),
    payloadEncoding: encoding === "utf-8" || encoding === "base64"
      ? encoding
      : null,
  };
}

/** Where the partitions of one epoch go on. */
interface EpochOffsets {
  readonly epoch: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly next: bigint;
    readonly last: bigint | undefined;
  }[];
}

async function offsetsOf(
  database: Database,
  topic: string,
  wantedEpoch?: number,
): Promise<EpochOffsets> {
  const rows = await database.all(nextOffsets, [topic]);
  const epoch = wantedEpoch ?? Number(rows.at(-1)?.[0] ?? 0);
  const partitions = rows.filter(([it]) => Number(it) === epoch)
    .map(([, partition, next, last]) => ({
      partition: Number(partition),
      next: BigInt(String(next)),
      last: last === null ? undefined : BigInt(String(last)),
    }));
  return { epoch, partitions };
}

/** The position in a topic; epoch 0 without partitions for an unknown one. */
export async function readPosition(
  database: Database,
  topic: string,
): Promise<TopicPosition> {
  const { epoch, partitions } = await offsetsOf(database, topic);
  const found: PartitionPosition[] = [];
  for (const { partition, next, last } of partitions) {
    const place = { topic, epoch, partition };
    found.push({
      partition,
      next,
      last: last === undefined ? undefined : await rowAt(database, place, last),
    });
  }
  return { epoch, partitions: found };
}

/** The next offset of a partition; 0 for an unknown one. */
export async function readNext(
  database: Database,
  { topic, epoch, partition }: PartitionRef,
): Promise<bigint> {
  const { partitions } = await offsetsOf(database, topic, epoch);
  return partitions.find((it) => it.partition === partition)?.next ?? 0n;
}
