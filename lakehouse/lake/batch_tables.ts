// The temporary tables that the models read in an increment: `batch`, rows of
// bronze, and `read_coins`, the coins of those that were read in V8.

import type { BronzeRow } from "./bronze_row.ts";
import {
  type AppendedColumn,
  bigIntegers,
  integers,
  type PackedColumn,
} from "./columns.ts";
import type { Database } from "./duckdb.ts";
import { incremental } from "./lake_models.ts";
import { bronzeColumns } from "./lake_schema.ts";
import { coinWords, type PlainCoins, presentBits } from "./plain_record.ts";

const batchColumns = {
  ...bronzeColumns,
  // Of the row among those of the batch, where its coins are in `read_coins`.
  place: "INTEGER",
  source_system: "VARCHAR",
} as const;

const coinColumns = {
  place: "INTEGER",
  crypto_symbol: "VARCHAR",
  price: "DECIMAL(38,18)",
  volume: "DECIMAL(38,8)",
  market_cap: "DECIMAL(38,8)",
  percent_change: "DECIMAL(38,18)",
  updated_at: "TIMESTAMP",
} as const;

/** Not DELETE, which keeps the memory of the rows. */
function createTable(
  name: string,
  columns: Readonly<Record<string, string>>,
): string {
  const defined = Object.entries(columns)
    .map(([column, type]) => `${column} ${type}`);
  return `CREATE OR REPLACE TEMP TABLE ${name} (${defined.join(", ")})`;
}

function rowColumns(
  rows: readonly BronzeRow[],
  ingestedMicros: bigint,
): AppendedColumn[] {
  const texts = (textOf: (row: BronzeRow) => string | Uint8Array | null) => ({
    type: "VARCHAR" as const,
    values: rows.map(textOf),
  });
  const columns: Record<keyof typeof batchColumns, AppendedColumn> = {
    raw_payload: texts(({ payload }) => payload),
    ingestion_timestamp: bigIntegers(
      "TIMESTAMP",
      rows.map(() => ingestedMicros),
    ),
    kafka_offset: bigIntegers("BIGINT", rows.map(({ offset }) => offset)),
    kafka_partition: integers(rows.map(({ partition }) => partition)),
    kafka_topic: texts(({ topic }) => topic),
    kafka_timestamp: bigIntegers(
      "TIMESTAMP",
      rows.map(({ timestampMs }) =>
        timestampMs === null ? null : BigInt(timestampMs) * 1_000n
      ),
    ),
    kafka_key: texts(({ key }) => key),
    kafka_headers: texts(({ headers }) => headers),
    topic_epoch: integers(rows.map(({ epoch }) => epoch)),
    payload_encoding: texts(({ payloadEncoding }) => payloadEncoding),
    place: integers(
      rows.map(({ coins }, place) => coins === undefined ? null : place),
    ),
    source_system: texts(({ coins }) => coins?.source ?? null),
  };
  return Object.keys(batchColumns)
    .map((name) => columns[name as keyof typeof batchColumns]);
}

/** Words of one value of each coin, one after the other. */
function wordsOf(
  coins: readonly PlainCoins[],
  count: number,
  from: number,
  size: number,
): Int32Array {
  const gathered = new Int32Array(count * size);
  let to = 0;
  for (const { words, ids, from: first } of coins) {
    for (let coin = 0; coin < ids.length; coin++) {
      const at = first + coin * coinWords.count + from;
      for (let n = 0; n < size; n++) gathered[to++] = words[at + n] ?? 0;
    }
  }
  return gathered;
}

function coinValues(rows: readonly BronzeRow[]) {
  const places: number[] = [];
  const ids: string[] = [];
  const all: PlainCoins[] = [];
  for (const [place, { coins }] of rows.entries()) {
    if (coins === undefined) continue;
    all.push(coins);
    for (const id of coins.ids) {
      places.push(place);
      ids.push(id);
    }
  }
  const present = wordsOf(all, ids.length, coinWords.present, 1);
  const packed = (
    type: PackedColumn["type"],
    from: number,
    size: number,
    bit = 0,
  ): PackedColumn => ({
    type,
    words: wordsOf(all, ids.length, from, size),
    isNull: (row) => ((present[row] ?? 0) & bit) !== bit,
  });
  return { places, ids, packed };
}

async function appendCoins(
  database: Database,
  rows: readonly BronzeRow[],
): Promise<void> {
  const { places, ids, packed } = coinValues(rows);
  if (ids.length === 0) return;
  await database.run(createTable("read_coins", coinColumns));
  const columns: Record<keyof typeof coinColumns, AppendedColumn> = {
    place: integers(places),
    crypto_symbol: { type: "VARCHAR", values: ids },
    price: packed("DECIMAL(38,18)", coinWords.price, 4),
    volume: packed("DECIMAL(38,8)", coinWords.volume, 4, presentBits.volume),
    market_cap: packed(
      "DECIMAL(38,8)",
      coinWords.marketCap,
      4,
      presentBits.marketCap,
    ),
    percent_change: packed(
      "DECIMAL(38,18)",
      coinWords.percentChange,
      4,
      presentBits.percentChange,
    ),
    updated_at: packed("TIMESTAMP", coinWords.updatedAt, 2),
  };
  await database.append("read_coins", Object.values(columns));
}

/** Puts rows of one time of ingestion, µs since 1970, into these tables. */
export async function fillBatch(
  database: Database,
  rows: readonly BronzeRow[],
  ingestedMicros: bigint,
): Promise<void> {
  await database.run(createTable("batch", batchColumns));
  await database.append("batch", rowColumns(rows, ingestedMicros));
  await appendCoins(database, rows);
}

/** Makes the table `candidates` of the rows that {@linkcode fillBatch} got. */
export async function makeCandidates(
  database: Database,
  rows: readonly BronzeRow[],
): Promise<void> {
  const create = "CREATE OR REPLACE TEMP TABLE candidates AS";
  const read = rows.filter(({ coins }) => coins !== undefined).length;
  if (read > 0) await database.run(`${create} ${incremental.readCandidates}`);
  if (read === rows.length) return;
  // To plan the models' own way takes longer than to read a thousand rows.
  await database.run(
    `${read > 0 ? "INSERT INTO candidates BY NAME" : create} ` +
      incremental.candidates,
  );
}
