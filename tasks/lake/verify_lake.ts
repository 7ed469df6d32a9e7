// `deno task lake verify`: proves that the lake holds what the topic held.

import { full } from "../../lakehouse/lake/lake_models.ts";
import type { LakeReader } from "../../lakehouse/lake/lake_types.ts";
import {
  type LakeConfig,
  readLakeConfig,
} from "../../lakehouse/lake_settings.ts";
import { messageOf } from "../../lib/errors.ts";
import { emptyLake, lakeBehind, newestInGold } from "../../lib/fault_words.ts";
import type { Result } from "../../lib/result.ts";
import type { Command } from "../cli/command.ts";
import { progress, result } from "../cli/print.ts";
import { createProgressBar } from "../cli/progress_bar.ts";
import { terminalWidth } from "../cli/terminal_width.ts";
import { formatAge } from "../../lib/format_age.ts";
import { plural } from "../../lib/plural.ts";
import {
  type CheckResult,
  fail,
  type Finding,
  noneFailed,
  ok,
  skip,
  warn,
} from "../verify/finding.ts";
import { jsonReport, table } from "../verify/verify_report.ts";
import { lakeChecks } from "./lake_checks.ts";
import { lagOf, type LakeFacts, readEnds, readFacts } from "./lake_facts.ts";
import {
  judgeModels,
  modelSql,
  newestRecords,
  rangeOf,
  rangesSql,
} from "./model_check.ts";
import { openLakeReader } from "./open_lake.ts";

/** Records that the models are run over again without `--all`. */
const sampleRecords = 20_000;

/** A live record waits 0.1 s for its transaction: this is a backlog. */
const maxLag = 100n;

/** Judges what of the topic is not in the lake. */
export function judgeLag(
  ends: Result<ReadonlyMap<number, bigint>>,
  facts: Pick<LakeFacts, "positions">,
): Finding {
  if (!ends.ok) {
    return fail(
      `the topic's end is not known: ${ends.error}`,
      "check the broker: deno task verify",
    );
  }
  const lag = [...lagOf(ends.value, facts).values()]
    .reduce((sum, it) => sum + it, 0n);
  if (lag <= maxLag) {
    return ok(`${plural(lag, "record waits", "records wait")} for the lake`);
  }
  const { cause, next } = lakeBehind(lag);
  return fail(cause, next);
}

/** Judges the age of the newest record in the lake; gold is views over it. */
export function judgeFreshness(
  { newestMs }: Pick<LakeFacts, "newestMs">,
  nowMs: number,
): Finding {
  if (newestMs === undefined) {
    return warn(emptyLake.cause, emptyLake.next);
  }
  const seconds = Math.max(0, nowMs - newestMs) / 1000;
  return ok(newestInGold(formatAge(seconds)));
}

async function perform(
  name: string,
  check: () => Promise<Finding>,
): Promise<CheckResult> {
  try {
    return { name: `lake ${name}`, ...await check() };
  } catch (error) {
    const detail = `the check cannot be run: ${messageOf(error)}`;
    return { name: `lake ${name}`, ...fail(detail, "deno task lake status") };
  }
}

/** Options of {@linkcode checkContents}. */
export interface ContentsOptions {
  /** Offsets of bronze at once. @default 20,000 */
  readonly rangeOffsets?: number;
  /** Called with the records that the models have been run over, and all. */
  readonly onProgress?: (done: number, all: number) => void;
}

async function checkModels(
  reader: LakeReader,
  all: boolean,
  { rangeOffsets = sampleRecords, onProgress }: ContentsOptions,
): Promise<Finding> {
  const ranges = all ? (await reader.query(rangesSql(rangeOffsets))).rows : [];
  const records = ranges.reduce(
    (sum, [, , , , count]) => sum + Number(count),
    0,
  );
  const parts = all
    ? ranges.map((range) => rangeOf(range, rangeOffsets))
    : [newestRecords(sampleRecords)];
  let sums: number[] = [];
  for (const part of parts) {
    const { rows } = await reader.query(modelSql(full.candidates, part));
    sums = (rows[0] ?? []).map((count, at) => Number(count) + (sums[at] ?? 0));
    if (all) onProgress?.(sums[0] ?? 0, records);
  }
  return judgeModels(sums, all ? undefined : sampleRecords);
}

/**
 * The checks that need nothing but the lake.
 *
 * @param all Whether the models are run over all of bronze.
 */
export async function checkContents(
  reader: LakeReader,
  all: boolean,
  options: ContentsOptions = {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, sql, judge } of lakeChecks) {
    const check = async () => judge((await reader.query(sql)).rows);
    results.push(await perform(name, check));
  }
  const models = () => checkModels(reader, all, options);
  return [...results, await perform("models", models)];
}

async function checkLake(
  reader: LakeReader,
  config: LakeConfig,
  { all, ...options }: ContentsOptions & { readonly all: boolean },
): Promise<CheckResult[]> {
  // Before the lake: what arrives in between is not counted as missing in it.
  const ends = await readEnds(config);
  const facts = await readFacts(reader, config.topic);
  return [
    { name: "lake lag", ...judgeLag(ends, facts) },
    { name: "lake freshness", ...judgeFreshness(facts, Date.now()) },
    ...await checkContents(reader, all, options),
  ];
}

/** In their place with `--at`: Kafka and the clock tell of now alone. */
const ofNow: readonly CheckResult[] = ["lake lag", "lake freshness"].map(
  (name) => ({ name, ...skip("left out: it is of now, not of --at") }),
);

/** The command. */
export const command: Command = {
  name: "lake verify",
  help: `Proves that the lake holds what the topic held, each observation once.

Usage: deno task lake verify [--all] [--at=VERSION|TIME] [--json]

  --all    run the models over all of bronze again, not only over the newest
           ${sampleRecords.toLocaleString("en-US")} records
  --at=42  the contents as of snapshot 42, or of a time of UTC; lag and
           freshness are left out
  --json   the checks as JSON

Exits with 1 if a check fails.`,
  flags: { boolean: ["all", "json"], string: ["at"] },
  async run(flags) {
    const config = readLakeConfig();
    const at = flags.value("at");
    const reader = await openLakeReader(at);
    const bar = createProgressBar("records", terminalWidth(), progress);
    try {
      const all = flags.has("all");
      const results = at === undefined
        ? await checkLake(reader, config, { all, onProgress: bar.show })
        : [
          ...ofNow,
          ...await checkContents(reader, all, { onProgress: bar.show }),
        ];
      bar.end();
      if (flags.has("json")) result(jsonReport(results));
      else table(results).forEach((line) => result(line));
      return noneFailed(results) ? 0 : 1;
    } finally {
      bar.end();
      await reader.close();
    }
  },
};
