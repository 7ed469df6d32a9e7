// Sees how far the commits of bronze are: the table's pointer in the
// metastore's database, its metadata files and Spark's checkpoint in the store.

import { openContainerShell } from "./container_shell.ts";

/** What database and store hold at a moment. */
export interface CommitState {
  /** The metadata file that the table's pointer names; empty without a table. */
  readonly pointer: string;
  /** The number of the stream's batch that the newest snapshot holds; or -1. */
  readonly batch: number;
  /** All metadata files of the table. */
  readonly files: readonly string[];
  /** The newest batch that Spark's checkpoint plans; or -1. */
  readonly planned: number;
  /** The newest batch that it notes as done; or -1. */
  readonly done: number;
}

/**
 * Where a kill fell: inside Iceberg's commit, with a metadata file written and
 * the pointer not moved; between Iceberg's commit of a batch and Spark's note
 * of it; or anywhere else.
 */
export type Place = "metadata" | "commit" | "elsewhere";

/** Looks at the commits of one lake. */
export interface CommitWatch extends AsyncDisposable {
  look(): Promise<CommitState>;
  /** Deletes all checkpoints. */
  loseCheckpoints(): Promise<void>;
}

/** `00012-uuid.gz.metadata.json` -> 12; -1 for another name. */
function versionOf(file: string): number {
  return Number(/^(\d+)-/.exec(file)?.[1] ?? -1);
}

/** Where the commits stand, beside what was there when the job was started. */
export function placeOf(before: CommitState, now: CommitState): Place {
  const hasWritten = now.files.some((file) =>
    !before.files.includes(file) && versionOf(file) > versionOf(now.pointer)
  );
  // An earlier stream's batch may have any number.
  const isOwn = now.pointer !== before.pointer;
  if (isOwn && now.batch > now.done) return "commit";
  return now.pointer !== "" && hasWritten ? "metadata" : "elsewhere";
}

/** The largest number among words; -1 without one. */
function newest(words: string): number {
  const numbers = words.split(" ").filter((word) => /^\d+$/.test(word));
  return Math.max(-1, ...numbers.map(Number));
}

function batchOf(summary: string): number {
  if (summary === "") return -1;
  const { "spark.sql.streaming.epochId": batch } = JSON.parse(summary);
  return batch === undefined ? -1 : Number(batch);
}

/** The warehouse as the store's container has it. */
const warehouse = "/data/warehouse";

/**
 * @param namespace Of bronze, with its prefix.
 * @param checkpoints The folder of the checkpoints in the warehouse.
 */
export function watchCommits(
  namespace: string,
  checkpoints: string,
): CommitWatch {
  const database = openContainerShell([
    ...["hive-postgres", "psql", "-U", "hive", "-d", "metastore", "-AtqX"],
  ]);
  const store = openContainerShell(["hive-minio", "sh"]);
  const parameter = (key: string) =>
    `coalesce((SELECT p."PARAM_VALUE" FROM "TABLE_PARAMS" p ` +
    `JOIN "TBLS" t ON t."TBL_ID" = p."TBL_ID" ` +
    `JOIN "DBS" d ON d."DB_ID" = t."DB_ID" ` +
    `WHERE t."TBL_NAME" = 'crypto_ticks_raw' AND d."NAME" = '${namespace}' ` +
    `AND p."PARAM_KEY" = '${key}'), '')`;
  // Both in one query: they belong to one moment.
  const ofTable = `SELECT ${parameter("metadata_location")} || '|' || ` +
    `${parameter("current-snapshot-summary")};`;
  const metadata = `${warehouse}/${namespace}.db/crypto_ticks_raw/metadata`;
  // The newest folder: a checkpoint that disagrees with bronze is left.
  const ofFiles = `c=$(ls -td ${warehouse}/${checkpoints}/bronze/*/*/epoch-* ` +
    "2>/dev/null | head -n 1); " +
    `echo $(ls ${metadata} 2>/dev/null)"|"$(ls $c/offsets 2>/dev/null)"|"` +
    "$(ls $c/commits 2>/dev/null)";
  return {
    async look() {
      // The files first: a pointer that moves in between is seen as moved.
      const [files = "", offsets = "", commits = ""] =
        (await store.ask(ofFiles)).split("|");
      const [location = "", ...summary] = (await database.ask(ofTable))
        .split("|");
      return {
        pointer: location.slice(location.lastIndexOf("/") + 1),
        batch: batchOf(summary.join("|")),
        files: files.split(" ").filter((name) => /metadata\.json$/.test(name)),
        planned: newest(offsets),
        done: newest(commits),
      };
    },
    async loseCheckpoints() {
      await store.ask(`rm -rf ${warehouse}/${checkpoints}; echo`);
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
