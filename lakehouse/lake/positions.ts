// Where the ingestion of each partition goes on, as bronze says.

import type { BronzeRow } from "./bronze_row.ts";
import type { PartitionRef } from "./coverage.ts";
import type { Database } from "./duckdb.ts";
import type { PartitionPosition, TopicPosition } from "./lake_types.ts";

const newestEpoch = `SELECT max(topic_epoch) FROM (
  SELECT topic_epoch FROM lake.bronze.crypto_ticks_raw WHERE kafka_topic = $1
  UNION ALL
  SELECT topic_epoch FROM lake.bronze.offset_gaps WHERE kafka_topic = $1
)`;

const nextOffsets = `SELECT kafka_partition, max(next), max(last) FROM (
  SELECT kafka_partition, kafka_offset + 1 AS next, kafka_offset AS last
  FROM lake.bronze.crypto_ticks_raw
  WHERE kafka_topic = $1 AND topic_epoch = $2
  UNION ALL
  SELECT kafka_partition, to_offset, NULL
  FROM lake.bronze.offset_gaps
  WHERE kafka_topic = $1 AND topic_epoch = $2
) GROUP BY kafka_partition ORDER BY kafka_partition`;

const oneRow = `SELECT epoch_ms(kafka_timestamp), kafka_key, kafka_headers,
  raw_payload, payload_encoding
FROM lake.bronze.crypto_ticks_raw
WHERE kafka_topic = $1 AND topic_epoch = $2 AND kafka_partition = $3
  AND kafka_offset = $4`;

function textOrNull(value: unknown): string | null {
  return value === null ? null : String(value);
}

/** A row of bronze by its key. */
async function rowAt(
  database: Database,
  { topic, epoch, partition }: PartitionRef,
  offset: bigint,
): Promise<BronzeRow | undefined> {
  const [row] = await database.all(oneRow, [topic, epoch, partition, offset]);
  if (row === undefined) return undefined;
  const [timestampMs, key, headers, payload, encoding] = row;
  return {
    topic,
    epoch,
    partition,
    offset,
    timestampMs: timestampMs === null ? null : Number(timestampMs),
    key: textOrNull(key),
    headers: String(headers),
    payload: textOrNull(payload),
    payloadEncoding: encoding === "utf-8" || encoding === "base64"
      ? encoding
      : null,
  };
}

/** The position in a topic; epoch 0 without partitions for an unknown one. */
export async function readPosition(
  database: Database,
  topic: string,
): Promise<TopicPosition> {
  const [[newest] = []] = await database.all(newestEpoch, [topic]);
  const epoch = Number(newest ?? 0);
  const partitions: PartitionPosition[] = [];
  for (const row of await database.all(nextOffsets, [topic, epoch])) {
    const [number, next, last] = row;
    const partition = Number(number);
    partitions.push({
      partition,
      next: BigInt(String(next)),
      last: last === null ? undefined : await rowAt(
        database,
        { topic, epoch, partition },
        BigInt(String(last)),
      ),
    });
  }
  return { epoch, partitions };
}

/** The next offset of a partition; 0 for an unknown one. */
export async function readNext(
  database: Database,
  { topic, epoch, partition }: PartitionRef,
): Promise<bigint> {
  const rows = await database.all(nextOffsets, [topic, epoch]);
  const row = rows.find(([number]) => Number(number) === partition);
  return BigInt(String(row?.[1] ?? 0));
}
