// `deno task lake status`: what the lake holds, and what waits for it; with
// `--at`, what it held.

import {
  type LakeConfig,
  readLakeConfig,
} from "../../lakehouse/lake_settings.ts";
import { catalogTables } from "../../lakehouse/lake/lake_names.ts";
import type { LakeReader } from "../../lakehouse/lake/lake_types.ts";
import type { Result } from "../../lib/result.ts";
import type { Command } from "../cli/command.ts";
import { result } from "../cli/print.ts";
import { formatAge } from "../../lib/format_age.ts";
import { plural } from "../../lib/plural.ts";
import {
  askRun,
  type LakeFacts,
  readEnds,
  readFacts,
  type RunStatus,
} from "./lake_facts.ts";
import { lagOf } from "./lake_lag.ts";
import { openLakeReader } from "./open_lake.ts";

/** What is seen of now alone. */
export interface SeenNow {
  readonly run: RunStatus | undefined;
  readonly lag: Result<ReadonlyMap<number, bigint>>;
}

/** What the command shows. */
export interface LakeSeen {
  readonly dir: string;
  readonly topic: string;
  readonly facts: LakeFacts;
  /** `undefined` with `--at`: neither Kafka nor `lake run` tells of the past. */
  readonly live: SeenNow | undefined;
  /** Now, or when the snapshot of `--at` was made, ms since 1970. */
  readonly seenMs: number;
}

function sizeText(bytes: number): string {
  return bytes < 1e6
    ? `${(bytes / 1e3).toFixed(1)} kB`
    : `${(bytes / 1e6).toFixed(1)} MB`;
}

function lagText(lag: SeenNow["lag"]): string {
  if (!lag.ok) return `unknown: ${lag.error}`;
  const total = [...lag.value.values()].reduce((sum, it) => sum + it, 0n);
  if (lag.value.size < 2 || total === 0n) return plural(total, "record");
  const parts = Array.from(lag.value)
    .filter(([, records]) => records > 0n)
    .map(([partition, records]) => `${records} in partition ${partition}`);
  return `${plural(total, "record")}: ${parts.join(", ")}`;
}

function runText(run: RunStatus | undefined): string {
  if (run === undefined) return "not running";
  return run.ready
    ? `running, pid ${run.pid}`
    : `pid ${run.pid}, not ready: ${run.reasons.join("; ")}`;
}

function secondOf(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms)
    .toString({ smallestUnit: "second" });
}

/** Lines for people. */
export function statusLines(seen: LakeSeen): string[] {
  const { facts, live } = seen;
  const age = facts.newestMs === undefined
    ? "no records yet"
    : `newest record ${
      formatAge(
        Math.max(0, seen.seenMs - facts.newestMs) / 1000,
      )
    } old${live === undefined ? " then" : ""}`;
  const epoch = facts.epoch === 0 ? "" : `, epoch ${facts.epoch}`;
  const widest = Math.max(...[...facts.rows.keys()].map((it) => it.length));
  return [
    `lake    ${seen.dir}`,
    live === undefined
      ? `as of   snapshot ${facts.snapshot}, ${secondOf(seen.seenMs)}`
      : `run     ${runText(live.run)}`,
    `topic   ${seen.topic}${epoch}`,
    live === undefined
      ? "lag     left out, as is run: they are of now alone"
      : `lag     ${lagText(live.lag)}`,
    `fresh   ${age}`,
    `size    ${plural(facts.files, "file")}, ${sizeText(facts.bytes)}` +
    (live === undefined
      ? ""
      : `; ${
        plural(facts.snapshots, "snapshot")
      }, the newest ${facts.snapshot}`),
    ...Array.from(
      facts.rows,
      ([table, rows]) =>
        `  ${table.padEnd(widest)}  ${
          rows.toLocaleString("en-US").padStart(11)
        } ${rows === 1 ? "row" : "rows"}`,
    ),
  ];
}

/** Of now: `null` is what is not known. */
function liveJson({ run, lag }: SeenNow) {
  return {
    run: run ?? null,
    lag: lag.ok
      ? Object.fromEntries(
        Array.from(lag.value, ([partition, it]) => [partition, String(it)]),
      )
      : null,
    lag_error: lag.ok ? null : lag.error,
  };
}

function statusJson({ facts, live, ...seen }: LakeSeen): string {
  return JSON.stringify({
    dir: seen.dir,
    topic: seen.topic,
    ...live === undefined ? { as_of: secondOf(seen.seenMs) } : liveJson(live),
    epoch: facts.epoch,
    snapshot: facts.snapshot,
    snapshots: facts.snapshots,
    files: facts.files,
    bytes: facts.bytes,
    newest_record_ms: facts.newestMs ?? null,
    rows: Object.fromEntries(facts.rows),
    next_offsets: Object.fromEntries(
      facts.positions.map(({ partition, next }) => [partition, String(next)]),
    ),
  });
}

async function seeNow(
  config: LakeConfig,
  facts: LakeFacts,
): Promise<SeenNow> {
  const [run, ends] = await Promise.all([askRun(config), readEnds(config)]);
  return {
    run,
    lag: ends.ok
      ? { ok: true, value: lagOf(ends.value, facts.positions) }
      : ends,
  };
}

/** When a snapshot was made, ms since 1970. */
async function madeMs(
  reader: LakeReader,
  { snapshot }: Pick<LakeFacts, "snapshot">,
): Promise<number> {
  const { rows } = await reader.query(
    `SELECT epoch_ms(snapshot_time::TIMESTAMPTZ)
     FROM ${catalogTables}.ducklake_snapshot WHERE snapshot_id = ${snapshot}`,
  );
  return Number(rows[0]?.[0]);
}

/** The command. */
export const command: Command = {
  name: "lake status",
  help: `Shows what the lake holds, and what of the topic is not in it yet.

Usage: deno task lake status [--at=VERSION|TIME] [--json]

  --at=42  the lake as of snapshot 42, or of a time of UTC, without lag and run
  --json   the same as JSON

Exits with 0 also when lake run is not running; deno task lake verify judges.`,
  flags: { boolean: ["json"], string: ["at"] },
  async run(flags) {
    const config = readLakeConfig();
    const at = flags.value("at");
    const reader = await openLakeReader(at);
    try {
      const facts = await readFacts(reader, config.topic);
      const live = at === undefined ? await seeNow(config, facts) : undefined;
      const seen: LakeSeen = {
        dir: config.dir,
        topic: config.topic,
        facts,
        live,
        seenMs: live === undefined ? await madeMs(reader, facts) : Date.now(),
      };
      if (flags.has("json")) result(statusJson(seen));
      else statusLines(seen).forEach((line) => result(line));
    } finally {
      await reader.close();
    }
    return 0;
  },
};
