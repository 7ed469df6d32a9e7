// The statements of one transaction: bronze, gaps, silver, rejects.

import { literal } from "./lake_names.ts";
import type { BronzeRow, OffsetGap } from "./bronze_row.ts";
import { fillBatch, makeCandidates } from "./batch_tables.ts";
import type { Database } from "./duckdb.ts";
import type { Committed, LakeBatch } from "./lake_types.ts";
import type { KnownTicks, Times } from "./known_ticks.ts";
import { incremental } from "./lake_models.ts";
import { inlinedRows } from "./attach.ts";
import type { Coverage } from "./coverage.ts";
import { bronzeColumns } from "./lake_schema.ts";

/**
 * Rows of bronze that go through the statements at a time, and how many of them
 * the models may have to read, which takes more memory.
 */
const statementRows = { all: 5_000, unread: 1_000 };

/** What the statements wrote. */
export interface Written
  extends Pick<Committed, "ticks" | "repeats" | "revisions" | "rejects"> {
  /** Rows that went into the catalog instead of files. */
  readonly inlined: number;
}

const nothing: Written = {
  ticks: 0,
  repeats: 0,
  revisions: 0,
  rejects: {},
  inlined: 0,
};

const insertBronze = `INSERT INTO lake.bronze.crypto_ticks_raw
  SELECT ${Object.keys(bronzeColumns).join(", ")} FROM batch`;

/** Two keys of one hash count as one: fewer, never more. */
const countCandidates = `SELECT reason, count(*)::INTEGER,
  count(DISTINCT hash(crypto_symbol, api_timestamp))::INTEGER,
  epoch_us(min(api_timestamp)), epoch_us(max(api_timestamp))
FROM candidates GROUP BY reason`;

/** What the model of the ticks gives where each key is a new one. */
const newTicks = "(SELECT * EXCLUDE (reason) FROM candidates " +
  "WHERE reason IS NULL)";

function insert(
  database: Database,
  table: string,
  select: string,
): Promise<number> {
  return database.run(`INSERT INTO lake.${table} BY NAME ${select}`);
}

/** The good candidates. */
interface Good extends Times {
  readonly count: number;
  /** How many different keys they have, at least. */
  readonly keys: number;
}

/** Ticks and revisions both compare with the silver of before. */
async function writeSilver(
  { database, known }: Target,
  good: Good,
): Promise<Pick<Written, "ticks" | "revisions">> {
  const mayBeKnown = await known.find(database, good);
  if (!mayBeKnown && good.keys === good.count) {
    await insert(database, "silver.crypto_ticks", `FROM ${newTicks}`);
    await known.add(database, newTicks, good);
    return { ticks: good.count, revisions: 0 };
  }
  await database.run(
    `CREATE OR REPLACE TEMP TABLE ticks AS ${incremental.ticks}`,
  );
  const [[count] = []] = await database.all("SELECT count(*) FROM ticks");
  const ticks = Number(count);
  // Mostly all are new, and the search can be left out.
  const revisions = ticks === good.count ? 0 : await insert(
    database,
    "silver.crypto_revisions",
    incremental.revisions,
  );
  if (ticks > 0) {
    await insert(database, "silver.crypto_ticks", "FROM ticks");
    await known.add(database, "ticks", { ...good, count: ticks });
  }
  return { ticks, revisions };
}

async function writeRows(
  target: Target,
  rows: readonly BronzeRow[],
  ingestedMicros: bigint,
): Promise<Written> {
  const { database } = target;
  await fillBatch(database, rows, ingestedMicros);
  await database.run(insertBronze);
  if (target.bronzeOnly) {
    const inlined = rows.length <= inlinedRows ? rows.length : 0;
    return { ...nothing, inlined };
  }
  await makeCandidates(database, rows);
  const rejects: Record<string, number> = {};
  let good: Good | undefined;
  for (const row of await database.all(countCandidates)) {
    const [reason, count, keys, first, last] = row;
    if (reason === null) {
      good = {
        count: Number(count),
        keys: Number(keys),
        first: BigInt(String(first)),
        last: BigInt(String(last)),
      };
    } else rejects[String(reason)] = Number(count);
  }
  const { ticks, revisions } = good === undefined
    ? { ticks: 0, revisions: 0 }
    : await writeSilver(target, good);
  if (Object.keys(rejects).length > 0) {
    await insert(database, "silver.crypto_rejects", incremental.rejects);
  }
  const rejected = Object.values(rejects).reduce((sum, n) => sum + n, 0);
  const inlined = [rows.length, ticks, revisions, rejected]
    .filter((count) => count <= inlinedRows)
    .reduce((sum, count) => sum + count, 0);
  const repeats = (good?.count ?? 0) - ticks - revisions;
  return { ticks, repeats, revisions, rejects, inlined };
}

function added(a: Written, b: Written): Written {
  const rejects = { ...a.rejects };
  for (const [reason, count] of Object.entries(b.rejects)) {
    rejects[reason] = (rejects[reason] ?? 0) + count;
  }
  return {
    ticks: a.ticks + b.ticks,
    repeats: a.repeats + b.repeats,
    revisions: a.revisions + b.revisions,
    rejects,
    inlined: a.inlined + b.inlined,
  };
}

const insertGap = `INSERT INTO lake.bronze.offset_gaps VALUES
  ($1, $2, $3, $4, $5, $6, $7, make_timestamp($8::BIGINT))`;

async function writeGap(
  database: Database,
  { topic, epoch, partition, from, to, reason, detail }: OffsetGap,
  micros: bigint,
): Promise<void> {
  await database.all(
    insertGap,
    [topic, epoch, partition, from, to, reason, detail, micros],
  );
}

/** Divides rows into those that go through the statements together. */
function* partsOf(
  rows: readonly BronzeRow[],
  bronzeOnly: boolean,
): Iterable<readonly BronzeRow[]> {
  let from = 0;
  let unread = 0;
  for (const [at, { coins }] of rows.entries()) {
    const isFull = at - from === statementRows.all ||
      unread === statementRows.unread;
    if (isFull) {
      yield rows.slice(from, at);
      from = at;
      unread = 0;
    }
    if (coins === undefined && !bronzeOnly) unread++;
  }
  if (from < rows.length) yield rows.slice(from);
}

function byKey(a: BronzeRow, b: BronzeRow): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.epoch - b.epoch || a.partition - b.partition ||
    (a.offset < b.offset ? -1 : 1);
}

/** Where a batch goes. */
export interface Target {
  /** The writer's connection. */
  readonly database: Database;
  /** What it keeps of silver. */
  readonly known: KnownTicks;
  /** Whether silver and rejects are left to a rebuild. */
  readonly bronzeOnly: boolean;
}

/** Writes a batch, inside a transaction that the caller began. */
export async function writeBatch(
  target: Target,
  { rows, gaps }: LakeBatch,
  ingestedMicros: bigint,
): Promise<Written> {
  let written: Written = { ...nothing, inlined: gaps.length };
  // Of two equal observations the first one wins: in the order in which the
  // models see bronze again.
  const ordered = rows.toSorted(byKey);
  for (const part of partsOf(ordered, target.bronzeOnly)) {
    written = added(written, await writeRows(target, part, ingestedMicros));
  }
  for (const gap of gaps) await writeGap(target.database, gap, ingestedMicros);
  return written;
}

/** The offsets after a batch, as JSON: topic -> epoch and partition -> next. */
export function offsetsJson(covered: readonly Coverage[]): string {
  const topics: Record<
    string,
    { epoch: number; next: Record<string, number> }
  > = {};
  for (const { topic, epoch, partition, to } of covered) {
    const entry = topics[topic] ??= { epoch, next: {} };
    if (epoch < entry.epoch) continue;
    if (epoch > entry.epoch) Object.assign(entry, { epoch, next: {} });
    entry.next[partition] = Number(to);
  }
  return JSON.stringify(topics);
}

/** The statement that gives the transaction's snapshot a message. */
export function messageStatement(message: string, extra: string): string {
  return `CALL lake.set_commit_message('crypto-stream', ${literal(message)}, ` +
    `extra_info => ${literal(extra)})`;
}
