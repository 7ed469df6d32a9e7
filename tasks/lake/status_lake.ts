// `deno task lake status`: what the lake holds, and what waits for it.

import { readLakeConfig } from "../../lakehouse/lake_settings.ts";
import type { Result } from "../../lib/result.ts";
import type { Command } from "../cli/command.ts";
import { result } from "../cli/print.ts";
import { formatAge } from "../../lib/format_age.ts";
import { plural } from "../../lib/plural.ts";
import {
  askRun,
  lagOf,
  type LakeFacts,
  readEnds,
  readFacts,
  type RunStatus,
} from "./lake_facts.ts";
import { openLakeReader } from "./open_lake.ts";

/** What the command shows. */
export interface LakeSeen {
  readonly dir: string;
  readonly topic: string;
  readonly facts: LakeFacts;
  readonly run: RunStatus | undefined;
  readonly lag: Result<ReadonlyMap<number, bigint>>;
  readonly nowMs: number;
}

function sizeText(bytes: number): string {
  return bytes < 1e6
    ? `${(bytes / 1e3).toFixed(1)} kB`
    : `${(bytes / 1e6).toFixed(1)} MB`;
}

function lagText(lag: LakeSeen["lag"]): string {
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

/** Lines for people. */
export function statusLines(seen: LakeSeen): string[] {
  const { facts } = seen;
  const age = facts.newestMs === undefined
    ? "no records yet"
    : `newest record ${
      formatAge(
        Math.max(0, seen.nowMs - facts.newestMs) / 1000,
      )
    } old`;
  const epoch = facts.epoch === 0 ? "" : `, epoch ${facts.epoch}`;
  const widest = Math.max(...[...facts.rows.keys()].map((it) => it.length));
  return [
    `lake    ${seen.dir}`,
    `run     ${runText(seen.run)}`,
    `topic   ${seen.topic}${epoch}`,
    `lag     ${lagText(seen.lag)}`,
    `fresh   ${age}`,
    `size    ${plural(facts.files, "file")}, ${sizeText(facts.bytes)}; ` +
    `${plural(facts.snapshots, "snapshot")}, the newest ${facts.snapshot}`,
    ...Array.from(
      facts.rows,
      ([table, rows]) =>
        `  ${table.padEnd(widest)}  ${
          rows.toLocaleString("en-US").padStart(11)
        } ${rows === 1 ? "row" : "rows"}`,
    ),
  ];
}

function statusJson({ facts, lag, ...seen }: LakeSeen): string {
  return JSON.stringify({
    dir: seen.dir,
    topic: seen.topic,
    run: seen.run ?? null,
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
    lag: lag.ok
      ? Object.fromEntries(
        Array.from(lag.value, ([partition, it]) => [partition, String(it)]),
      )
      : null,
    lag_error: lag.ok ? null : lag.error,
  });
}

/** The command. */
export const command: Command = {
  name: "lake status",
  help: `Shows what the lake holds, and what of the topic is not in it yet.

Usage: deno task lake status [--json]

Exits with 0 also when lake run is not running; deno task lake verify judges.`,
  flags: { boolean: ["json"] },
  async run(flags) {
    const config = readLakeConfig();
    const reader = await openLakeReader(undefined);
    try {
      const facts = await readFacts(reader, config.topic);
      const [run, ends] = await Promise.all([askRun(config), readEnds(config)]);
      const seen: LakeSeen = {
        dir: config.dir,
        topic: config.topic,
        facts,
        run,
        lag: ends.ok ? { ok: true, value: lagOf(ends.value, facts) } : ends,
        nowMs: Date.now(),
      };
      if (flags.has("json")) result(statusJson(seen));
      else statusLines(seen).forEach((line) => result(line));
    } finally {
      await reader.close();
    }
    return 0;
  },
};
