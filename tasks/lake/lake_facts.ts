// What a lake holds, read from the lake itself, and what its topic holds beyond.

import type { LakeConfig } from "../../lakehouse/lake_settings.ts";
import { countSnapshots, lakeTables } from "../../lakehouse/lake/lake_names.ts";
import type { LakeReader } from "../../lakehouse/lake/lake_types.ts";
import type { Tail } from "../../kafka/tail_reader.ts";
import { openKeys } from "../../kafka/open_keys.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { attempt, type Result } from "../../lib/result.ts";
import { httpFetch } from "../../lib/http_fetch.ts";
import { formatAddress } from "../../lib/address.ts";
import type { LakePosition } from "./lake_lag.ts";

export interface LakeFacts {
  readonly snapshot: number;
  readonly snapshots: number;
  readonly rows: ReadonlyMap<string, number>;
  readonly epoch: number;
  readonly positions: readonly LakePosition[];
  /** The newest Kafka timestamp in bronze, ms since 1970. */
  readonly newestMs: number | undefined;
  readonly files: number;
  readonly bytes: number;
}

const counts = lakeTables
  .map((table) => `SELECT '${table}', count(*) FROM ${table}`)
  .join(" UNION ALL ");

const catalog = `SELECT
  (${countSnapshots}),
  (SELECT id FROM lake.current_snapshot() AS current(id)),
  coalesce(sum(file_count), 0), coalesce(sum(file_size_bytes), 0)
  FROM ducklake_table_info('lake')`;

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function positions(topic: string): string {
  const from = (table: string, next: string) =>
    `SELECT topic_epoch, kafka_partition, ${next} AS next
     FROM bronze.${table} WHERE kafka_topic = ${text(topic)}`;
  return `WITH passed AS (
      ${from("crypto_ticks_raw", "kafka_offset + 1")}
      UNION ALL ${from("offset_gaps", "to_offset")}
    )
    SELECT topic_epoch, kafka_partition, max(next) FROM passed
    WHERE topic_epoch = (SELECT max(topic_epoch) FROM passed)
    GROUP BY ALL ORDER BY ALL`;
}

const newest =
  "SELECT epoch_ms(max(kafka_timestamp)) FROM bronze.crypto_ticks_raw";

/** Where the lake goes on in the newest epoch of a topic. */
export async function readPositions(
  reader: LakeReader,
  topic: string,
): Promise<{ epoch: number; positions: LakePosition[] }> {
  const { rows } = await reader.query(positions(topic));
  return {
    epoch: Number(rows[0]?.[0] ?? 0),
    positions: rows.map(([, partition, next]) => ({
      partition: Number(partition),
      next: BigInt(String(next)),
    })),
  };
}

/** The newest Kafka timestamp in bronze, ms since 1970. */
export async function readNewestMs(
  reader: LakeReader,
): Promise<number | undefined> {
  const { rows: [[newestMs = null] = []] } = await reader.query(newest);
  return newestMs === null ? undefined : Number(newestMs);
}

export async function readFacts(
  reader: LakeReader,
  topic: string,
): Promise<LakeFacts> {
  const rows = async (sql: string) => (await reader.query(sql)).rows;
  const counted = await rows(counts);
  const [[snapshots, snapshot, files, bytes] = []] = await rows(catalog);
  const places = await readPositions(reader, topic);
  return {
    snapshot: Number(snapshot),
    snapshots: Number(snapshots),
    rows: new Map(
      counted.map(([name, count]) => [String(name), Number(count)]),
    ),
    ...places,
    newestMs: await readNewestMs(reader),
    files: Number(files),
    bytes: Number(bytes),
  };
}

/** What `lake run` says of itself. */
export interface RunStatus {
  readonly pid: number;
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly dir: string;
}

const statusTimeoutMs = 2_000;

/** Asks the `lake run` at `LAKE_ADDRESS` for the body of its `/status`. */
export async function askRunStatus(
  { address }: LakeConfig,
): Promise<Result<JsonObject>> {
  if (address === undefined) {
    return {
      ok: false,
      error: "LAKE_ADDRESS is off: lake run cannot be asked",
    };
  }
  const asked = await attempt(async (): Promise<unknown> => {
    const response = await httpFetch(
      `http://${formatAddress(address)}/status`,
      {
        signal: AbortSignal.timeout(statusTimeoutMs),
      },
    );
    return await response.json();
  });
  if (asked.ok && isObject(asked.value) && asked.value.lake === true) {
    return { ok: true, value: asked.value };
  }
  const error = `no lake run answers at ${formatAddress(address)}`;
  return { ok: false, error };
}

/** The same, as far as commands show it; `undefined` if none answers. */
export async function askRun(
  config: LakeConfig,
): Promise<RunStatus | undefined> {
  const asked = await askRunStatus(config);
  if (!asked.ok) return undefined;
  const { pid, ready, reasons, dir } = asked.value;
  return {
    pid: Number(pid),
    ready: ready === true,
    reasons: Array.isArray(reasons) ? reasons.map(String) : [],
    dir: String(dir),
  };
}

async function withTail<T>(
  config: LakeConfig,
  work: (tail: Tail) => Promise<T>,
): Promise<T> {
  const keys = await openKeys(config.access, realPorts.readText);
  const { createKafkaClient } = await import("../../kafka/client.ts");
  const client = createKafkaClient({
    brokers: config.brokers,
    clientId: "crypto-lake-status",
    keys,
  });
  const tail = await client.openTail();
  try {
    return await work(tail);
  } finally {
    await tail.close();
  }
}

/** The next offset of each partition of the topic. */
export function readEnds(
  config: LakeConfig,
): Promise<Result<ReadonlyMap<number, bigint>>> {
  return attempt(() =>
    withTail(config, async (tail) => {
      const found = await tail.offsets(config.topic);
      return new Map(found.map(({ partition, end }) => [partition, end]));
    })
  );
}

/**
 * Kafka's time of the oldest record from given offsets on, in ms since 1970;
 * `undefined` where none can be read, or has a time.
 */
export async function readOldestMs(
  config: LakeConfig,
  from: readonly LakePosition[],
): Promise<number | undefined> {
  const { topic } = config;
  const next = new Map(from.map((it) => [it.partition, it.next]));
  const found = await attempt(() =>
    withTail(config, async (tail) => {
      const times: number[] = [];
      for (const { partition, start, end } of await tail.offsets(topic)) {
        const wanted = next.get(partition);
        if (wanted === undefined || wanted >= end) continue;
        // What was before the start is deleted.
        const first = wanted < start ? start : wanted;
        const range = { partition, from: first, to: first + 1n };
        const { records, unreadable } = await tail.read(topic, range);
        times.push(
          ...records.map(({ timestampMs }) => timestampMs),
          ...unreadable.map(({ maxTimestampMs }) => maxTimestampMs),
        );
      }
      return times.filter((ms) => ms >= 0);
    })
  );
  if (!found.ok || found.value.length === 0) return undefined;
  return Math.min(...found.value);
}
